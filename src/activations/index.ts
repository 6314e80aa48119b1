export { type Activations, extractWordActivations } from "./extract-activations";
export type { Neuron, Tower } from "./neuron-table";
export { describeModel, type Model, openModel } from "./open-model";
export { randomTwin } from "./random-weights";
export { READING_NAMES, type ReadingName, type TokenWeights, tokenWeights } from "./readings";
export { type EncodedWords, openTokenizer, type WordTokenizer } from "./tokenizer";
