import { type GraphIndex, indexGraph } from "./graph-index";
import type { OnnxModel, OnnxNode } from "./onnx-file";
import { type AttentionOperands, matchSoftmaxAttention } from "./softmax-pattern";

/** The graph inputs whose tokens a tensor's rows stand for, sorted. */
export type StreamInputs = string[];

/** One attention of a model. */
export interface Attention extends AttentionOperands {
  /** Whose tokens ask. */
  queryStream: StreamInputs;
  /** Whose tokens are asked. */
  keyStream: StreamInputs;
  /** "self": both streams are the same – "cross": the tokens of one look at those of another. */
  kind: "self" | "cross";
  /** Place in the chain of attentions with the same two streams, from 0. */
  layer: number;
}

/** One function for each way in which an exporter writes attention; each says null to a node that is not its own. */
const PATTERNS: ((graph: GraphIndex, node: OnnxNode) => AttentionOperands | null)[] = [matchSoftmaxAttention];

/** Operators that hold a whole attention: they are named in the message when nothing else is found. */
const FUSED_OPS = ["Attention", "MultiHeadAttention", "GroupQueryAttention"];

/**
 * Finds every attention of a model, in the order in which they run. `source` names the file in messages.
 *
 * The stream of Q or K is the set of graph inputs reached backwards from it, each earlier attention passed through its Q
 * alone: the rows of an attention's output are its queries' tokens, whatever they looked at. Layers count the
 * longest chain of attentions. Throws when there is none, and says what there is.
 */
export function findAttention(model: OnnxModel, source: string): Attention[] {
  const graph = indexGraph(model.graph, source);
  const operands = model.graph.node.flatMap((node) => {
    for (const match of PATTERNS) {
      const found = match(graph, node);
      if (found) return [found];
    }
    return [];
  });
  if (operands.length === 0) {
    const count = (opType: string) => model.graph.node.filter((node) => node.opType === opType).length;
    const fused = FUSED_OPS.filter((opType) => count(opType) > 0).map(
      (opType) => `${count(opType)} ${opType}`,
    );
    throw new Error(
      `findAttention: missing attention in ${source}: ${model.graph.node.length} nodes, of which ${[`${count("Softmax")} Softmax`, ...fused].join(", ")}; expected a Softmax over the product of two input-dependent tensors, applied to values. Export a transformer with eager or sdpa attention at opset 17 or 18.`,
    );
  }

  const byValueProduct = new Map<OnnxNode, number>(operands.map((a, i) => [a.valueProduct, i]));
  const depths: number[] = [];
  const attentions = operands.map((attention): Attention => {
    const query = traceStream(graph, attention.query.tensor, operands, byValueProduct);
    const key = traceStream(graph, attention.key.tensor, operands, byValueProduct);
    const before = [...query.passed, ...key.passed].map((i) => depths[i]);
    depths.push(1 + Math.max(0, ...before));
    const kind = `${query.inputs}` === `${key.inputs}` ? "self" : "cross";
    return { ...attention, queryStream: query.inputs, keyStream: key.inputs, kind, layer: 0 };
  });

  const pairOf = (a: Attention) => JSON.stringify([a.queryStream, a.keyStream]);
  return attentions.map((attention) => {
    const chain = new Set(depths.filter((_, i) => pairOf(attentions[i]) === pairOf(attention)));
    const layer = [...chain].sort((a, b) => a - b).indexOf(depths[attentions.indexOf(attention)]);
    return { ...attention, layer };
  });
}

/** The graph inputs behind a tensor and the earlier attentions (their indices) passed on the way. */
function traceStream(
  graph: GraphIndex,
  from: string,
  operands: AttentionOperands[],
  byValueProduct: Map<OnnxNode, number>,
): { inputs: StreamInputs; passed: Set<number> } {
  const inputs = new Set<string>();
  const passed = new Set<number>();
  const seen = new Set<string>();
  const waiting = [from];
  for (let tensor = waiting.pop(); tensor !== undefined; tensor = waiting.pop()) {
    if (seen.has(tensor) || !graph.dependsOnInput(tensor)) continue;
    seen.add(tensor);
    const node = graph.producer(tensor);
    if (!node) {
      inputs.add(tensor);
      continue;
    }
    const attention = byValueProduct.get(node);
    if (attention === undefined) {
      waiting.push(...node.input);
    } else {
      passed.add(attention);
      waiting.push(operands[attention].query.tensor);
    }
  }
  return { inputs: [...inputs].sort(), passed };
}
