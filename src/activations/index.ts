export { captionTensors } from "./caption-tensors";
export { describeModel } from "./describe-model";
export { extractActivations, type ReadyStimulus } from "./extract-activations";
export { extractWordActivations } from "./extract-word-activations";
export type { RunOptions } from "./extraction";
export type { Activations } from "./kept-activations";
export type { ModelInput } from "./model-inputs";
export type { Neuron, Tower } from "./neuron-table";
export { type NeuronTokens, neuronTokens } from "./neuron-tokens";
export { type Model, openModel } from "./open-model";
export { randomTwin } from "./random-weights";
export {
  READING_NAMES,
  type ReadingName,
  STEP_READINGS,
  type StepReading,
  type TokenWeights,
  tokenWeights,
} from "./readings";
export { frameTensor, openStepTensors, type StepTensor, type StepValues, stepTensor } from "./step-tensor";
export { stimulusTensors } from "./stimulus-tensors";
export { type EncodedWords, openTokenizer, type WordTokenizer } from "./tokenizer";
export type { TowerNames } from "./tower-names";
export { type ActivationManifest, writeActivations } from "./write-activations";
