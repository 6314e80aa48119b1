import type { Store } from "../store";
import { neuronGraph } from "./neuron-graph";
import type { Neuron } from "./neuron-table";
import type { Model } from "./open-model";
import { openSession } from "./session";
import { planBatches } from "./step-source";
import type { StepTensor } from "./step-tensor";
import { tensorSource } from "./tensor-source";

/** One neuron at one step of a stimulus, token by token. */
export interface NeuronTokens {
  neuron: Neuron;
  /** Q_n of the neuron's dimension for each token that asks; padding is left out. */
  query: Float32Array;
  /** K_m for each token that is asked; padding is left out. */
  key: Float32Array;
  /** Where these tokens stand in their stream, from 0: special tokens and padding count. */
  queryTokens: Int32Array;
  keyTokens: Int32Array;
  /** Only the pairs count whose key is no later than the query. */
  isCausal: boolean;
  /** The neuron's value a. */
  value: number;
}

/**
 * Takes one neuron apart: the query and the key of every token at one step of a stimulus, after bias and before any scaling by 1/√d,
 * and the value that they make, which is `qkMean` of `extractActivations` up to the rounding of float32:
 *
 *   a = mean_n(Q_n) · mean_m(K_m);   in causal attention   a = mean of Q_n K_m over the pairs m ≤ n
 *
 * `place` counts layers, heads and dimensions from 0; an element of `model.neurons` will do. `inputs` are those of
 * `extractActivations`. Two graphs that return queries and keys are kept in the store from the first call on. NaN and infinities
 * of the model are passed on. Throws for a neuron or a step that does not exist, and for inputs that do not fit the model.
 */
export async function neuronTokens(
  place: Pick<Neuron, "tower" | "kind" | "layer" | "head" | "dim">,
  options: { model: Model; inputs: Readonly<Record<string, StepTensor>>; step: number; store: Store },
): Promise<NeuronTokens> {
  const { model, inputs, step, store } = options;
  const neuron = findNeuron(model, place);
  const { isCausal } = model.towers[holderOf(neuron, model.towers)];
  const source = await tensorSource(inputs, model.graph, ["qkMean"]);
  if (!(Number.isInteger(step) && step >= 0 && step < source.nSteps)) {
    throw new Error(
      `neuronTokens: invalid step: ${step}; expected 0 to ${source.nSteps - 1}. Count the steps of the stimulus from 0.`,
    );
  }

  const read = async (side: "query" | "key") => {
    const graph = await neuronGraph(model, side, store);
    // A graph that takes a fixed number of steps gets this one as often.
    const [batch] = planBatches({ ...source, nSteps: 1, lengths: null }, graph, 1);
    const steps = batch.map(() => step);
    const feeds = await source.feeds(steps, graph, ["qkMean"]);
    const { tensor, queryStream, keyStream } = graph.attentions[holderOf(neuron, graph.attentions)];
    const session = await openSession(graph.path);
    try {
      const { data, dims } = (await session.run(feeds))[tensor];
      const [, nTokens, nHeads, headDim] = dims;
      const { queryWeights, keyWeights } = graph.streams[side === "query" ? queryStream : keyStream];
      const { data: weights, dims: sizes } = feeds[side === "query" ? queryWeights : keyWeights];
      const last = sizes[2] - 1; // its weight holds for all tokens behind it
      const all = Int32Array.from({ length: nTokens }, (_, token) => token);
      const tokens = all.filter((token) => weights[Math.min(token, last)] !== 0);
      const values = Float32Array.from(
        tokens,
        (token) => data[(token * nHeads + neuron.head) * headDim + neuron.dim],
      );
      return { tokens, values };
    } finally {
      await session.close();
    }
  };
  const { tokens: queryTokens, values: query } = await read("query");
  const { tokens: keyTokens, values: key } = await read("key");
  const value = isCausal ? meanOfEarlierPairs(query, key) : mean(query) * mean(key);
  return { neuron, query, key, queryTokens, keyTokens, isCausal, value };
}

/** Which of some stretches of neurons one belongs to: the last that begins with it or before. Attentions stand as they run, not as neurons are counted. */
function holderOf({ index }: Neuron, stretches: readonly { firstNeuron: number }[]): number {
  let holder = -1;
  stretches.forEach(({ firstNeuron }, i) => {
    if (firstNeuron <= index && !(firstNeuron < stretches[holder]?.firstNeuron)) holder = i;
  });
  return holder;
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Queries and keys are of the same tokens, in order. */
function meanOfEarlierPairs(query: Float32Array, key: Float32Array): number {
  let [sum, keysSoFar] = [0, 0];
  query.forEach((value, n) => {
    keysSoFar += key[n];
    sum += value * keysSoFar;
  });
  return sum / ((query.length * (query.length + 1)) / 2);
}

function findNeuron(
  model: Model,
  { tower, kind, layer, head, dim }: Pick<Neuron, "tower" | "kind" | "layer" | "head" | "dim">,
): Neuron {
  const found = model.neurons.find(
    (one) =>
      one.tower === tower && one.kind === kind && one.layer === layer && one.head === head && one.dim === dim,
  );
  if (found !== undefined) return found;
  const towers = model.towers.map(
    (one) =>
      `${one.name} ${one.kind} (${one.nLayers} layers × ${one.nHeads} heads × ${one.headDim} dimensions)`,
  );
  throw new Error(
    `neuronTokens: unknown neuron: ${tower} ${kind}, layer ${layer}, head ${head}, dimension ${dim}; expected one of ${towers.join(", ")}. Count layers, heads and dimensions from 0.`,
  );
}
