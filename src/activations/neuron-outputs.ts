import type { Attention, StreamInputs } from "./attention-graph";
import { type GraphWriter, openGraphWriter, pruneGraph } from "./graph-writer";
import type { OnnxModel } from "./onnx-file";
import type { Statistic } from "./readings";
import { openTokenVectors, type TokenVectors } from "./token-vectors";

/** Part of every key of what is made from neurons: count it up when their numbers, or those of a reading, would change. */
export const NEURON_DEFINITION =
  "weighted mean of Q × weighted mean of K, over pairs m ≤ n where causal, version 2";

/** The two inputs by which the edited graph is told which tokens of a stream count. */
export interface StreamWeights {
  inputs: StreamInputs;
  /**
   * Names of graph inputs [batch, nReadings, w]: weights of the first w tokens as queries and as keys; the last of them holds
   * for all tokens that follow.
   */
  queryWeights: string;
  keyWeights: string;
}

/** The neurons of one attention: a graph output [batch, nReadings, heads, d]; of queries and keys [batch, tokens, heads, d]. */
export interface NeuronOutput {
  tensor: string;
  kind: Attention["kind"];
  stage: Attention["stage"];
  layer: number;
  /** Indices into the streams. */
  queryStream: number;
  keyStream: number;
  /** Only pairs whose key is no later than the query were averaged. */
  isCausal: boolean;
}

/**
 * Edits a model in place so that it returns one statistic of its attentions for each head and dimension, averaged over tokens,
 * and nothing else. With w the query weights of the stream that asks and v the key weights of the stream that is asked
 * (float32 inputs), output[b, r, h, i] is
 *
 *   product    (Σ_n w_n Q_ni / Σ_n w_n) · (Σ_m v_m K_mi / Σ_m v_m); causal: Σ_{m ≤ n} w_n v_m Q_ni K_mi / Σ_{m ≤ n} w_n v_m
 *   diagonal   Σ_n w_n Q_ni K_ni / Σ_n w_n
 *   result     Σ_n w_n O_ni / Σ_n w_n, O the head's output before the output projection
 *   query      Q_ri, and key K_ri: no averages, whatever the weights; tokens r, padding among them, in the place of readings
 *
 * Q and K are after bias; scalar factors that the graph puts into them (1/√d, or its root on both) are taken out again. Several
 * readings come from one pass. Weights that sum to 0 give NaN. Nodes and weights that only the original outputs
 * needed are dropped. Throws for the diagonal of cross-attention, whose queries and keys are different tokens.
 */
export function addNeuronOutputs(
  model: OnnxModel,
  attentions: readonly Attention[],
  options: { statistic: Statistic; isCausal: (attention: Attention) => boolean },
): { streams: StreamWeights[]; outputs: NeuronOutput[] } {
  const write = openGraphWriter(model);
  const vectors = openTokenVectors(write);
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

  const outputs = attentions.map((attention): NeuronOutput => {
    const { kind, stage, layer } = attention;
    const queryStream = streamIndex(attention.queryStream);
    const keyStream = streamIndex(attention.keyStream);
    const weights = { query: streams[queryStream].queryWeights, key: streams[keyStream].keyWeights };
    const isCausal = kind === "self" && options.isCausal(attention);
    const tensor = writeStatistic(write, vectors, attention, weights, { ...options, isCausal });
    return { tensor, kind, stage, layer, queryStream, keyStream, isCausal };
  });

  model.graph.output = [];
  for (const { tensor } of outputs)
    write.output(tensor, ["batch", "readings", `${tensor}_heads`, `${tensor}_d`]);
  pruneGraph(model.graph);
  return { streams, outputs };
}

interface SideWeights {
  query: string;
  key: string;
}

function writeStatistic(
  write: GraphWriter,
  vectors: TokenVectors,
  attention: Attention,
  weights: SideWeights,
  { statistic, isCausal }: { statistic: Statistic; isCausal: boolean },
): string {
  const { query, key, result } = attention;
  if (statistic === "result") return vectors.mean(result, weights.query);
  if (statistic === "query" || statistic === "key") {
    const [q, k] = allPairs(write, vectors, attention, weights);
    return write.node("Transpose", [statistic === "query" ? q : k], { perm: [0, 2, 1, 3] });
  }
  if (statistic === "diagonal") {
    if (attention.kind === "cross") {
      throw new Error(
        `addNeuronOutputs: invalid reading qkDiagonal for cross-attention: queries are tokens of ${attention.queryStream.join(" + ")}, keys of ${attention.keyStream.join(" + ")}; expected the same tokens on both sides. Choose qkMean for this model.`,
      );
    }
    const [q, k] = allPairs(write, vectors, attention, weights);
    const shares = write.nodeWithAxes("Unsqueeze", vectors.shares(query, weights.query), [1]);
    const mean = write.node("MatMul", [shares, write.node("Mul", [q, k])]); // [b, h, r, d]
    return write.node("Transpose", [mean], { perm: [0, 2, 1, 3] });
  }
  if (isCausal) return causalProduct(write, vectors, attention, weights);
  const queryMean = vectors.mean(query, weights.query);
  const keyMean = vectors.mean(key, weights.key);
  if (!attention.sharesKeys) return write.node("Mul", [queryMean, keyMean]);
  // [b, r, heads, d] seen as [b, r, key heads, heads of each, d], since consecutive heads share keys.
  const [nKeyHeads, d] = [shapePart(write, keyMean, 2), shapePart(write, keyMean, 3)];
  const grouped = write.node("Concat", [write.integers([0, 0]), nKeyHeads, write.integers([-1]), d], {
    axis: 0,
  });
  const groups = write.node("Reshape", [queryMean, grouped]);
  const product = write.node("Mul", [groups, write.nodeWithAxes("Unsqueeze", keyMean, [3])]);
  return write.node("Reshape", [product, write.node("Shape", [queryMean])]);
}

/** Σ_{m ≤ n} w_n v_m Q_ni K_mi / Σ_{m ≤ n} w_n v_m through running sums over the keys. */
function causalProduct(
  write: GraphWriter,
  vectors: TokenVectors,
  attention: Attention,
  weights: SideWeights,
): string {
  const [q, k] = allPairs(write, vectors, attention, weights);
  const w = vectors.fullWeights(attention.query, weights.query); // [b, r, n]
  const v = vectors.fullWeights(attention.key, weights.key);
  const column = (x: string) => write.nodeWithAxes("Unsqueeze", x, [2, 4]); // [b, r, 1, n, 1]
  const ofReadings = (x: string) => write.nodeWithAxes("Unsqueeze", x, [1]); // [b, 1, h, n, d]
  const asked = write.node("Mul", [ofReadings(k), column(v)]);
  const before = write.node("CumSum", [asked, write.integer(3)]);
  const asking = write.node("Mul", [ofReadings(q), column(w)]);
  const total = write.nodeWithAxes("ReduceSum", write.node("Mul", [asking, before]), [3], false); // [b, r, h, d]
  const nPairs = write.node("Mul", [w, write.node("CumSum", [v, write.integer(2)])]);
  const count = write.nodeWithAxes("ReduceSum", nPairs, [2], false); // [b, r]
  return write.node("Div", [total, write.nodeWithAxes("Unsqueeze", count, [2, 3])]);
}

/** Q and K of all tokens, [batch, heads, tokens, d] both. */
function allPairs(
  write: GraphWriter,
  vectors: TokenVectors,
  { query, key, sharesKeys }: Attention,
  weights: SideWeights,
): [query: string, key: string] {
  const q = vectors.all(query, weights.query);
  const k = vectors.all(key, weights.key);
  if (!sharesKeys) return [q, k];
  const nEach = write.node("Div", [shapePart(write, q, 1), shapePart(write, k, 1)]);
  const ones = write.integers([1, 1]);
  const repeats = write.node("Concat", [ones, nEach, ones], { axis: 0 }); // [1, 1, heads of each, 1, 1]
  const repeated = write.node("Expand", [write.nodeWithAxes("Unsqueeze", k, [2]), repeats]);
  // Cross-attention has as many keys as the other stream has tokens.
  const shape = [
    shapePart(write, k, 0),
    shapePart(write, q, 1),
    shapePart(write, k, 2),
    shapePart(write, k, 3),
  ];
  return [q, write.node("Reshape", [repeated, write.node("Concat", shape, { axis: 0 })])];
}

/** One size of a tensor, as a vector of one. */
function shapePart(write: GraphWriter, tensor: string, axis: number): string {
  return write.node("Slice", [
    write.node("Shape", [tensor]),
    write.integers([axis]),
    write.integers([axis + 1]),
  ]);
}
