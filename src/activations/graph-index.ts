import {
  attributeOf,
  elementCount,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
  toNumber,
} from "./onnx-file";

/** Who makes and who reads each tensor of a graph, and which tensors carry the stimulus. */
export interface GraphIndex {
  producer(tensor: string): OnnxNode | undefined;
  consumers(tensor: string): OnnxNode[];
  isInput(tensor: string): boolean;
  /** True when the tensor's values depend on a graph input; its shape alone does not count. */
  dependsOnInput(tensor: string): boolean;
  /** True for a tensor of one element that no input changes: a constant, or computed from shapes when the model runs. */
  isScalar(tensor: string): boolean;
  /** The sizes of a constant tensor, null for any other. */
  sizeOf(tensor: string): number[] | null;
}

const SHAPE_OPS = new Set(["Shape", "Size"]);
const SCALAR_OPS = new Set([
  "Cast",
  "Sqrt",
  "Div",
  "Mul",
  "Pow",
  "Reciprocal",
  "Identity",
  "Squeeze",
  "Reshape",
]);

/**
 * Indexes a graph. Throws when it is not in topological order or makes a tensor twice: every backward walk over a graph
 * that passes ends.
 */
export function indexGraph(graph: OnnxGraph, source: string): GraphIndex {
  const initializers = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const inputs = new Set(graph.input.map(({ name }) => name).filter((name) => !initializers.has(name)));
  const producers = new Map<string, OnnxNode>();
  const consumers = new Map<string, OnnxNode[]>();
  const dependent = new Set(inputs);

  for (const node of graph.node) {
    for (const tensor of node.input) {
      if (tensor === "") continue;
      if (!inputs.has(tensor) && !initializers.has(tensor) && !producers.has(tensor)) {
        throw invalidGraph(source, node, `reads "${tensor}" before it is made`);
      }
      consumers.set(tensor, [...(consumers.get(tensor) ?? []), node]);
    }
    const carries = !SHAPE_OPS.has(node.opType) && node.input.some((tensor) => dependent.has(tensor));
    for (const tensor of node.output) {
      if (tensor === "") continue;
      if (inputs.has(tensor) || initializers.has(tensor) || producers.has(tensor)) {
        throw invalidGraph(source, node, `makes "${tensor}" a second time`);
      }
      producers.set(tensor, node);
      if (carries) dependent.add(tensor);
    }
  }

  const constant = (tensor: string): OnnxTensor | undefined => {
    const node = producers.get(tensor);
    return (
      initializers.get(tensor) ??
      (node?.opType === "Constant" ? attributeOf(node, "value")?.t : undefined) ??
      undefined
    );
  };
  const scalars = new Map<string, boolean>();
  const isScalar = (tensor: string): boolean => {
    const known = scalars.get(tensor);
    if (known !== undefined) return known;
    const found = findScalar(tensor);
    scalars.set(tensor, found);
    return found;
  };
  const findScalar = (tensor: string): boolean => {
    if (dependent.has(tensor)) return false;
    const value = constant(tensor);
    if (value) return elementCount(value) === 1;
    const node = producers.get(tensor);
    if (!node) return false;
    if (node.opType === "Constant")
      return ["value_float", "value_int"].some((name) => attributeOf(node, name));
    // One entry of a shape: exporters cut the head's width out of the query's shape to scale by its root.
    if (node.opType === "Gather" || node.opType === "Slice") {
      return SHAPE_OPS.has(producers.get(node.input[0])?.opType ?? "");
    }
    if (node.opType === "Reshape" || node.opType === "Squeeze") return isScalar(node.input[0]);
    return SCALAR_OPS.has(node.opType) && node.input.every((input) => isScalar(input));
  };

  return {
    producer: (tensor) => producers.get(tensor),
    consumers: (tensor) => consumers.get(tensor) ?? [],
    isInput: (tensor) => inputs.has(tensor),
    dependsOnInput: (tensor) => dependent.has(tensor),
    isScalar,
    sizeOf: (tensor) => constant(tensor)?.dims.map(toNumber) ?? null,
  };
}

function invalidGraph(source: string, node: OnnxNode, what: string): Error {
  return new Error(
    `indexGraph: invalid graph of ${source}: node "${node.name}" (${node.opType}) ${what}; expected nodes in the order in which they run. Export the model again.`,
  );
}
