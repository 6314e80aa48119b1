import { DEFAULT_BATCH_SIZE, type RunOptions } from "./extraction";
import { type Activations, keptActivations } from "./kept-activations";
import type { Model } from "./open-model";
import type { ReadingName } from "./readings";
import type { StepTensor } from "./step-tensor";
import { tensorSource } from "./tensor-source";

/** A stimulus that stands ready as the inputs of a model, and what is to be read off its neurons. */
export interface ReadyStimulus<R extends ReadingName> {
  model: Model;
  /** By the names of the model's inputs: frames, texts with their masks, or both of each step. */
  inputs: Readonly<Record<string, StepTensor>>;
  /** Those that need no words: qkMean, clsQuery, qkDiagonal, headOutput. */
  readings: readonly R[];
}

/**
 * What every neuron of a model did at every step of a stimulus: frames, captions, or pairs of them. For each reading a float32
 * matrix [nSteps × nNeurons], columns as in `model.neurons`, row t for step t of the inputs.
 *
 * Padding never counts. An attention mask is wanted for every text, whether or not the model's file has kept its input; token
 * types may be left out and are then 0. The result is kept in the store under a key of the model, the inputs, the readings and
 * the definition; after an interrupt or a kill the next call goes on behind the last finished batch. NaN and infinities of
 * the model are passed on. Throws for inputs that are missing, unknown, or do not fit the model.
 */
export async function extractActivations<R extends ReadingName>(
  options: ReadyStimulus<R> & RunOptions,
): Promise<Activations<R>> {
  const { model, inputs } = options;
  const readings = [...new Set(options.readings)].sort();
  const parts = stimulusParts(options, readings);
  const source = () => tensorSource(inputs, model.graph, readings);
  const where = "extractActivations";
  return await keptActivations({ ...options, where, product: "activations", parts, readings, source });
}

/** All that the activations of ready tensors depend on. */
export function stimulusParts(
  { model, inputs, batchSize = DEFAULT_BATCH_SIZE }: ReadyStimulus<ReadingName> & RunOptions,
  readings: readonly ReadingName[],
) {
  const keys = Object.fromEntries(Object.entries(inputs).map(([name, { key }]) => [name, key]));
  return { graph: model.graph.key, inputs: keys, readings, batchSize };
}
