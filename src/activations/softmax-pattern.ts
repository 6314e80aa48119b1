import type { GraphIndex } from "./graph-index";
import { attributeOf, type OnnxNode, toNumber } from "./onnx-file";

/** A query or key tensor of the graph with the scalar factors that are already in it. */
export interface ScaledTensor {
  tensor: string;
  /** Applied between the projection and `tensor`: tensor = projection (× or ÷) factor … */
  scales: { op: "Mul" | "Div"; factor: string }[];
}

/** The parts of one attention that its neurons need. */
export interface AttentionOperands {
  /** The node that normalises the logits. */
  node: string;
  /** Q: [batch, heads, n, d] or [batch · heads, n, d]. */
  query: ScaledTensor;
  /** K transposed, as the product takes it: [batch, heads, d, m] or [batch · heads, d, m]. */
  key: ScaledTensor;
  /** The node that applies the attention to the values. */
  valueProduct: OnnxNode;
}

const UNARY = new Set(["Cast", "Identity", "Dropout", "Reshape", "Clip", "Tanh"]);
const BINARY = new Set(["Add", "Sub", "Mul", "Div"]);
const AFTER_SOFTMAX = new Set(["Cast", "Identity", "Dropout", "Reshape", "IsNaN", "Where", "Mul"]);
const LAYOUT = new Set(["Cast", "Identity", "Reshape", "Transpose", "Squeeze", "Unsqueeze"]);
/** Exporters put at most this many nodes between a product and its softmax; it bounds the search. */
const MAX_HOPS = 12;

/**
 * The attention around a Softmax: Softmax(f(Q Kᵀ)) V, where f may scale, mask, cap, cast and reshape, and the product is of
 * two tensors that depend on the input. Null for any other Softmax (pooling, classifier). This is what TorchScript and
 * dynamo write for eager and for sdpa attention.
 */
export function matchSoftmaxAttention(graph: GraphIndex, softmax: OnnxNode): AttentionOperands | null {
  if (softmax.opType !== "Softmax" || softmax.domain !== "" || isOverOtherAxis(softmax)) return null;
  const product = findProduct(graph, softmax.input[0], MAX_HOPS);
  const valueProduct = findValueProduct(graph, softmax.output[0], MAX_HOPS);
  if (!product || !valueProduct) return null;
  const [query, key] = product.input.map((tensor) => ({ tensor, scales: scalesIn(graph, tensor) }));
  return { node: softmax.name, query, key, valueProduct };
}

/** Only a softmax over the last axis, the keys, is attention; the ranks of attention are 3 and 4. */
function isOverOtherAxis(softmax: OnnxNode): boolean {
  const axis = attributeOf(softmax, "axis")?.i ?? -1;
  return ![-1, 2, 3].includes(toNumber(axis));
}

/** The product of two stimulus-dependent tensors from which `tensor` comes. */
function findProduct(graph: GraphIndex, tensor: string, hops: number): OnnxNode | null {
  const node = graph.producer(tensor);
  if (!node || hops === 0) return null;
  if (node.opType === "MatMul") {
    const [left, right] = node.input;
    return graph.dependsOnInput(left) && graph.dependsOnInput(right) ? node : null;
  }
  const carriers = UNARY.has(node.opType)
    ? node.input.slice(0, 1)
    : BINARY.has(node.opType)
      ? node.input
      : node.opType === "Where"
        ? node.input.slice(1)
        : [];
  for (const input of carriers) {
    const found = graph.dependsOnInput(input) ? findProduct(graph, input, hops - 1) : null;
    if (found) return found;
  }
  return null;
}

/** The product of the attention (left) and the values (right). */
function findValueProduct(graph: GraphIndex, attention: string, hops: number): OnnxNode | null {
  if (hops === 0) return null;
  for (const node of graph.consumers(attention)) {
    if (node.opType === "MatMul" && node.input[0] === attention && graph.dependsOnInput(node.input[1]))
      return node;
    const found = AFTER_SOFTMAX.has(node.opType) ? findValueProduct(graph, node.output[0], hops - 1) : null;
    if (found) return found;
  }
  return null;
}

/** The scalar factors between a projection and the tensor that enters the product, through changes of layout. */
function scalesIn(graph: GraphIndex, tensor: string): ScaledTensor["scales"] {
  const scales: ScaledTensor["scales"] = [];
  for (;;) {
    const node = graph.producer(tensor);
    if (!node) return scales;
    const { opType, input } = node;
    if (LAYOUT.has(opType)) {
      tensor = input[0];
    } else if (opType === "Div" && graph.isScalar(input[1])) {
      scales.push({ op: opType, factor: input[1] });
      tensor = input[0];
    } else if (opType === "Mul" && input.some((factor) => graph.isScalar(factor))) {
      const at = input.findIndex((factor) => graph.isScalar(factor));
      scales.push({ op: opType, factor: input[at] });
      tensor = input[1 - at];
    } else {
      return scales;
    }
  }
}
