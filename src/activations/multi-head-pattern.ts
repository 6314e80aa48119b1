import { type AttentionOperands, mergedOperand } from "./attention-operands";
import type { GraphIndex } from "./graph-index";
import { attributeOf, type OnnxNode, toNumber } from "./onnx-file";

/**
 * onnxruntime's `MultiHeadAttention`: Q, K and V [batch, tokens, heads · d] with one bias for the three. Null for any other node,
 * for Q, K and V in one tensor, and for kept keys.
 */
export function matchMultiHeadAttention(_graph: GraphIndex, node: OnnxNode): AttentionOperands | null {
  if (node.opType !== "MultiHeadAttention" || node.domain !== "com.microsoft") return null;
  const [query, key, value, bias, , , pastKey] = node.input;
  const integer = (name: string) => toNumber(attributeOf(node, name)?.i ?? 0);
  const nHeads = integer("num_heads");
  if (!key || !value || pastKey || !(nHeads > 0)) return null;
  const part = (index: 0 | 1) => (bias ? { tensor: bias, part: index } : null);
  return {
    node,
    query: mergedOperand(query, nHeads, part(0)),
    key: mergedOperand(key, nHeads, part(1)),
    result: mergedOperand(node.output[0], nHeads),
    output: node,
    isCausal: integer("unidirectional") === 1,
    sharesKeys: false,
  };
}
