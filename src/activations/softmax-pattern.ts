import { type AttentionOperands, headOperand, type Operand } from "./attention-operands";
import type { GraphIndex } from "./graph-index";
import { attributeOf, type OnnxNode, toNumber } from "./onnx-file";

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
  const [query, key] = product.input;
  return {
    node: softmax,
    query: headOperand(query, "heads", scalesIn(graph, query)),
    key: headOperand(key, "heads transposed", scalesIn(graph, key)),
    result: headOperand(valueProduct.output[0], "heads"),
    output: valueProduct,
    isCausal: false,
    sharesKeys: false,
  };
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
function scalesIn(graph: GraphIndex, tensor: string): Operand["scales"] {
  const scales: Operand["scales"] = [];
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
