import type { Attention, StreamInputs } from "./attention-graph";
import { openGraphWriter, pruneGraph } from "./graph-writer";
import type { OnnxModel } from "./onnx-file";
import type { ScaledTensor } from "./softmax-pattern";

/** Part of every key of what is made from neurons: count it up when their numbers, or those of a reading, would change. */
export const NEURON_DEFINITION = "weighted mean of Q × weighted mean of K, version 1";

/** The two inputs by which the edited graph is told which tokens of a stream count. */
export interface StreamWeights {
  inputs: StreamInputs;
  /** Names of graph inputs [batch, nReadings, n]: weights of the tokens as queries and as keys. */
  queryWeights: string;
  keyWeights: string;
}

/** The neurons of one attention: a graph output [batch, nReadings, heads, d]. */
export interface NeuronOutput {
  tensor: string;
  kind: Attention["kind"];
  layer: number;
  /** Indices into the streams. */
  queryStream: number;
  keyStream: number;
}

/**
 * Edits a model in place so that it returns the neurons of its attentions, averaged over tokens, and nothing else:
 *
 *   output[b, r, h, i] = (Σ_n w_brn Q_bhni / Σ_n w_brn) · (Σ_m v_brm K_bhmi / Σ_m v_brm)
 *
 * w are the query weights of the stream that asks, v the key weights of the stream that is asked: float32 inputs
 * [batch, nReadings, tokens], or [batch, nReadings, 1] for equal weights on all tokens. Q and K are after bias; scalar
 * factors that the graph puts into them (1/√d, or its root on both) are taken out again. Several readings come from one pass.
 * Weights that sum to 0 give NaN. Nodes and weights that only the original outputs needed are dropped.
 */
export function addNeuronOutputs(
  model: OnnxModel,
  attentions: Attention[],
): { streams: StreamWeights[]; outputs: NeuronOutput[] } {
  const write = openGraphWriter(model);
  const streams: StreamWeights[] = [];
  const streamIndex = (inputs: StreamInputs): number => {
    const at = streams.findIndex((stream) => `${stream.inputs}` === `${inputs}`);
    if (at >= 0) return at;
    const index = streams.length;
    const names = {
      queryWeights: `brainlens/query_weights_${index}`,
      keyWeights: `brainlens/key_weights_${index}`,
    };
    for (const name of Object.values(names)) write.input(name, ["batch", "readings", `${name}_tokens`]);
    streams.push({ inputs, ...names });
    return index;
  };

  /** Brings [batch, heads, a, b] and [batch · heads, a, b] to the first: which of them it is shows only at run time. */
  const toRank4 = (tensor: string, weights: string) => {
    const shape = [sizes(weights, 0, 1), write.integers([-1]), sizes(tensor, -2, END)];
    return write.node("Reshape", [tensor, write.node("Concat", shape, { axis: 0 })]);
  };
  const sizes = (tensor: string, start: number, end: number) =>
    write.node("Slice", [write.node("Shape", [tensor]), write.integers([start]), write.integers([end])]);

  /** Weights [batch, readings, 1 or tokens] to shares of 1: [batch, readings, tokens]. */
  const toShares = (weights: string, nTokens: string) => {
    const shape = write.node("Concat", [write.integers([1, 1]), nTokens], { axis: 0 });
    const full = write.node("Expand", [weights, shape]);
    return write.node("Div", [full, write.nodeWithAxes("ReduceSum", full, [-1])]);
  };

  const undoScales = (tensor: string, scales: ScaledTensor["scales"]) =>
    scales.reduce((x, { op, factor }) => write.node(op === "Mul" ? "Div" : "Mul", [x, factor]), tensor);

  const outputs = attentions.map((attention): NeuronOutput => {
    const queryStream = streamIndex(attention.queryStream);
    const keyStream = streamIndex(attention.keyStream);
    const { queryWeights } = streams[queryStream];
    const { keyWeights } = streams[keyStream];

    const query = toRank4(attention.query.tensor, queryWeights); // [batch, heads, n, d]
    const queryShares = toShares(queryWeights, sizes(query, 2, 3)); // [batch, readings, n]
    const queryMean = write.node("MatMul", [write.nodeWithAxes("Unsqueeze", queryShares, [1]), query]); // [b, h, r, d]

    const key = toRank4(attention.key.tensor, keyWeights); // [batch, heads, d, m]
    const keyShares = toShares(keyWeights, sizes(key, 3, 4)); // [batch, readings, m]
    const keyColumns = write.node("Transpose", [keyShares], { perm: [0, 2, 1] });
    const keyMean = write.node("MatMul", [key, write.nodeWithAxes("Unsqueeze", keyColumns, [1])]); // [b, h, d, r]

    const byReading = [
      write.node("Transpose", [undoScales(queryMean, attention.query.scales)], { perm: [0, 2, 1, 3] }),
      write.node("Transpose", [undoScales(keyMean, attention.key.scales)], { perm: [0, 3, 1, 2] }),
    ]; // both [batch, readings, heads, d]
    const tensor = write.node("Mul", byReading);
    return { tensor, kind: attention.kind, layer: attention.layer, queryStream, keyStream };
  });

  model.graph.output = [];
  for (const { tensor } of outputs)
    write.output(tensor, ["batch", "readings", `${tensor}_heads`, `${tensor}_d`]);
  pruneGraph(model.graph);
  return { streams, outputs };
}

/** Past the last axis of any shape. */
const END = 1_000_000;
