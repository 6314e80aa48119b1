import { type AttentionOperands, mergedOperand, type Operand } from "./attention-operands";
import type { GraphIndex } from "./graph-index";
import { attributeOf, type OnnxNode, toNumber } from "./onnx-file";

/**
 * onnxruntime's `Attention`, which its optimizer writes: one input and one weight [width, query + key + value] for all three
 * projections. Null for any other node, and for rotated or kept keys.
 */
export function matchPackedAttention(graph: GraphIndex, node: OnnxNode): AttentionOperands | null {
  if (node.opType !== "Attention" || node.domain !== "com.microsoft") return null;
  const [input, weight, bias, , past] = node.input;
  const integer = (name: string) => toNumber(attributeOf(node, name)?.i ?? 0);
  const nHeads = integer("num_heads");
  const nColumns = graph.sizeOf(weight)?.at(-1) ?? 0;
  const sizes = attributeOf(node, "qkv_hidden_sizes")?.ints?.map(toNumber) ?? Array(3).fill(nColumns / 3);
  if (past || integer("do_rotary") === 1 || !(nHeads > 0) || !(sizes[0] > 0)) return null;
  const columns = (start: number, size: number): Operand => ({
    tensor: input,
    scales: [],
    layout: { form: "packed", nHeads, weight, bias: bias || null, start, size },
  });
  return {
    node,
    query: columns(0, sizes[0]),
    key: columns(sizes[0], sizes[1]),
    result: mergedOperand(node.output[0], nHeads),
    output: node,
    isCausal: integer("unidirectional") === 1,
    sharesKeys: false,
  };
}
