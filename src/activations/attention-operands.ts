import type { OnnxNode } from "./onnx-file";

/** Where an attention's queries, keys or results stand in the graph. */
export interface Operand {
  tensor: string;
  /** Scalars applied between the projection and `tensor`: tensor = projection (× or ÷) factor … */
  scales: { op: "Mul" | "Div"; factor: string }[];
  layout: Layout;
}

/**
 * How a tensor holds the vectors of all heads and tokens. One of:
 * - `heads` – [batch, heads, tokens, d] or [batch · heads, tokens, d]; `heads transposed` – the same with d before tokens.
 * - `merged` – [batch, tokens, heads · d]; part `bias.part` (query 0, key 1, value 2) of a bias [3 · heads · d] is still to be added.
 * - `packed` – the input of the projection [batch, tokens, width]: the vectors are columns `start` to `start + size` of
 *   tensor · weight + bias, heads side by side.
 */
export type Layout =
  | { form: "heads" }
  | { form: "heads transposed" }
  | { form: "merged"; nHeads: number; bias: { tensor: string; part: 0 | 1 | 2 } | null }
  | { form: "packed"; nHeads: number; weight: string; bias: string | null; start: number; size: number };

/** The parts of one attention that its neurons need. */
export interface AttentionOperands {
  /** The node that stands for the attention: its Softmax, or the fused operator. */
  node: OnnxNode;
  query: Operand;
  key: Operand;
  /** What each head returns, before the output projection. */
  result: Operand;
  /** The node that makes `result`. */
  output: OnnxNode;
  /** The operator itself hides later tokens; masks that are added to logits do not show here. */
  isCausal: boolean;
  /** Several query heads may share one key head: consecutive ones. */
  sharesKeys: boolean;
}

/** An operand in one of the layouts with a rank of their own. */
export function headOperand(
  tensor: string,
  form: "heads" | "heads transposed",
  scales: Operand["scales"] = [],
): Operand {
  return { tensor, scales, layout: { form } };
}

/** An operand [batch, tokens, heads · d]. */
export function mergedOperand(
  tensor: string,
  nHeads: number,
  bias: { tensor: string; part: 0 | 1 | 2 } | null = null,
): Operand {
  return { tensor, scales: [], layout: { form: "merged", nHeads, bias } };
}
