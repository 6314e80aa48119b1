import { matchAttentionOp } from "./attention-op-pattern";
import type { AttentionOperands } from "./attention-operands";
import { type GraphIndex, indexGraph } from "./graph-index";
import { matchGroupQueryAttention } from "./group-query-pattern";
import { matchMultiHeadAttention } from "./multi-head-pattern";
import type { OnnxModel, OnnxNode } from "./onnx-file";
import { matchPackedAttention } from "./packed-attention-pattern";
import { matchSoftmaxAttention } from "./softmax-pattern";

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
  /** "encoder": the stream is by itself – "fusion": a layer in which it looks at another stream, or one behind. */
  stage: "encoder" | "fusion";
  /** Place in the chain of attentions of the same stage, kind and streams, from 0. */
  layer: number;
}

/** One function for each way in which an exporter writes attention; each says null to a node that is not its own. */
const PATTERNS: ((graph: GraphIndex, node: OnnxNode) => AttentionOperands | null)[] = [
  matchSoftmaxAttention,
  matchAttentionOp,
  matchPackedAttention,
  matchMultiHeadAttention,
  matchGroupQueryAttention,
];

/** Operators that hold a whole attention, or bodies in which one may hide: named in the message when nothing is found. */
const TOLD_OPS = ["Attention", "MultiHeadAttention", "GroupQueryAttention", "If", "Loop"];

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
    const others = TOLD_OPS.filter((opType) => count(opType) > 0).map(
      (opType) => `${count(opType)} ${opType}`,
    );
    throw new Error(
      `findAttention: missing attention in ${source}: ${model.graph.node.length} nodes, of which ${[`${count("Softmax")} Softmax`, ...others].join(", ")}; expected a Softmax over the product of two input-dependent tensors, applied to values, or an attention operator without kept keys. Export the encoder with eager or sdpa attention.`,
    );
  }

  const byOutput = new Map<OnnxNode, number>(operands.map((a, i) => [a.output, i]));
  const depths: number[] = [];
  const placed = operands.map((attention) => {
    const query = traceStream(graph, attention.query.tensor, operands, byOutput);
    const key = traceStream(graph, attention.key.tensor, operands, byOutput);
    const before = [...query.passed, ...key.passed].map((i) => depths[i]);
    depths.push(1 + Math.max(0, ...before));
    const kind = `${query.inputs}` === `${key.inputs}` ? ("self" as const) : ("cross" as const);
    return { ...attention, queryStream: query.inputs, keyStream: key.inputs, kind };
  });

  const fusionDepths = new Map(
    [...new Set(placed.map(({ queryStream }) => `${queryStream}`))].map((stream) => {
      const own = placed.flatMap(({ kind, queryStream }, i) =>
        `${queryStream}` === stream ? [{ kind, depth: depths[i] }] : [],
      );
      return [stream, fusionStart(own)];
    }),
  );
  const staged = placed.map((attention, i) => {
    const start = fusionDepths.get(`${attention.queryStream}`) ?? Number.POSITIVE_INFINITY;
    return { ...attention, stage: depths[i] >= start ? ("fusion" as const) : ("encoder" as const) };
  });
  const chainOf = (a: (typeof staged)[number]) =>
    JSON.stringify([a.stage, a.kind, a.queryStream, a.keyStream]);
  return staged.map((attention, i) => {
    const chain = new Set(depths.filter((_, j) => chainOf(staged[j]) === chainOf(attention)));
    const layer = [...chain].sort((a, b) => a - b).indexOf(depths[i]);
    return { ...attention, layer };
  });
}

/**
 * The depth at which a stream's first fusion layer begins; infinite when it never looks at another stream. A layer may begin
 * with self-attention: as many come before the first cross-attention as between two of them, less those behind the last.
 */
function fusionStart(attentions: { kind: Attention["kind"]; depth: number }[]): number {
  const inOrder = [...attentions].sort((a, b) => a.depth - b.depth);
  const crosses = inOrder.flatMap(({ kind }, i) => (kind === "cross" ? [i] : []));
  if (crosses.length === 0) return Number.POSITIVE_INFINITY;
  const between = crosses.length > 1 ? crosses[1] - crosses[0] - 1 : 0;
  const behind = inOrder.length - 1 - crosses[crosses.length - 1];
  return inOrder[Math.max(0, crosses[0] - Math.max(0, between - behind))].depth;
}

/** The graph inputs behind a tensor and the earlier attentions (their indices) passed on the way. */
function traceStream(
  graph: GraphIndex,
  from: string,
  operands: AttentionOperands[],
  byOutput: Map<OnnxNode, number>,
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
    const attention = byOutput.get(node);
    if (attention === undefined) {
      waiting.push(...node.input);
    } else {
      passed.add(attention);
      waiting.push(operands[attention].query.tensor);
    }
  }
  return { inputs: [...inputs].sort(), passed };
}
