import { type AttentionOperands, mergedOperand } from "./attention-operands";
import type { GraphIndex } from "./graph-index";
import { attributeOf, type OnnxNode, toNumber } from "./onnx-file";

/**
 * onnxruntime's `GroupQueryAttention`, always causal: Q [batch, tokens, heads · d], K and V [batch, tokens, key heads · d]. Null for
 * any other node, for Q, K and V in one tensor, and for keys that are rotated inside the operator or kept.
 */
export function matchGroupQueryAttention(_graph: GraphIndex, node: OnnxNode): AttentionOperands | null {
  if (node.opType !== "GroupQueryAttention" || node.domain !== "com.microsoft") return null;
  const [query, key, value, pastKey] = node.input;
  const integer = (name: string) => toNumber(attributeOf(node, name)?.i ?? 0);
  const [nHeads, nKeyHeads] = [integer("num_heads"), integer("kv_num_heads")];
  if (!key || !value || pastKey || integer("do_rotary") === 1 || !(nHeads > 0 && nKeyHeads > 0)) return null;
  return {
    node,
    query: mergedOperand(query, nHeads),
    key: mergedOperand(key, nKeyHeads),
    result: mergedOperand(node.output[0], nHeads),
    output: node,
    isCausal: true,
    sharesKeys: true,
  };
}
