import { type AttentionOperands, headOperand, mergedOperand } from "./attention-operands";
import type { GraphIndex } from "./graph-index";
import { attributeOf, type OnnxNode, toNumber } from "./onnx-file";

/**
 * ONNX's own `Attention` operator (opset 23 and later), as dynamo writes sdpa attention: Q [batch, heads, n, d] and
 * K [batch, key heads, m, d], or both merged [batch, n, heads · d] when `q_num_heads` is given. Null for any other node, and for
 * one that goes on from kept keys (a decoder in the middle of a text).
 */
export function matchAttentionOp(_graph: GraphIndex, node: OnnxNode): AttentionOperands | null {
  if (node.opType !== "Attention" || node.domain !== "") return null;
  const [query, key, , , pastKey] = node.input;
  if (pastKey) return null;
  const integer = (name: string) => toNumber(attributeOf(node, name)?.i ?? 0);
  const [nHeads, nKeyHeads] = [integer("q_num_heads"), integer("kv_num_heads")];
  const isMerged = nHeads > 0 && nKeyHeads > 0;
  return {
    node,
    query: isMerged ? mergedOperand(query, nHeads) : headOperand(query, "heads"),
    key: isMerged ? mergedOperand(key, nKeyHeads) : headOperand(key, "heads"),
    result: isMerged ? mergedOperand(node.output[0], nHeads) : headOperand(node.output[0], "heads"),
    output: node,
    isCausal: integer("is_causal") === 1,
    sharesKeys: true,
  };
}
