import { type OnnxAttribute, type OnnxGraph, type OnnxModel, type OnnxNode, opsetVersion } from "./onnx-file";

/** ONNX's numbers for element types (TensorProto.DataType). */
export const FLOAT32 = 1;
const INT64 = 7;

/** Adds nodes to the end of a model's graph; every call returns the name of the tensor it makes. */
export interface GraphWriter {
  /** A node with one output. */
  node(opType: string, input: string[], attributes?: Record<string, number | number[]>): string;
  /** Sum or Unsqueeze: operators whose axes moved from an attribute to an input at opset 13. */
  nodeWithAxes(opType: "ReduceSum" | "Unsqueeze", input: string, axes: number[]): string;
  /** A vector of int64 constants. */
  integers(values: number[]): string;
  /** A float32 input of the graph; a dimension without a fixed size has a name. */
  input(name: string, dims: string[]): void;
  /** Makes a tensor a float32 output of the graph. */
  output(tensor: string, dims: string[]): void;
}

/** Opens a writer whose tensors are named `brainlens/…`. */
export function openGraphWriter(model: OnnxModel): GraphWriter {
  const { graph } = model;
  const opset = opsetVersion(model) ?? 0;
  let nTensors = 0;
  const newName = (what: string) => `brainlens/${what}_${nTensors++}`;

  const writer: GraphWriter = {
    node(opType, input, attributes = {}) {
      const output = newName(opType);
      const attribute = Object.entries(attributes).map(
        ([name, value]): OnnxAttribute =>
          typeof value === "number" ? { name, type: 2, i: value } : { name, type: 7, ints: value },
      );
      graph.node.push({ name: output, opType, domain: "", input, output: [output], attribute });
      return output;
    },
    nodeWithAxes(opType, input, axes) {
      return opset >= 13
        ? writer.node(opType, [input, writer.integers(axes)])
        : writer.node(opType, [input], { axes });
    },
    integers(values) {
      const name = newName("constant");
      const rawData = Buffer.from(BigInt64Array.from(values, BigInt).buffer);
      graph.initializer.push({ name, dims: [values.length], dataType: INT64, rawData, floatData: [] });
      return name;
    },
    input(name, dims) {
      graph.input.push(floatValue(name, dims));
    },
    output(tensor, dims) {
      graph.output.push(floatValue(tensor, dims));
    },
  };
  return writer;
}

function floatValue(name: string, dims: string[]) {
  const shape = { dim: dims.map((dimParam) => ({ dimParam })) };
  return { name, type: { tensorType: { elemType: FLOAT32, shape } } };
}

/** Drops the nodes, weights and shape notes that no output needs. */
export function pruneGraph(graph: OnnxGraph): void {
  const needed = new Set(graph.output.map(({ name }) => name));
  const kept: OnnxNode[] = [];
  for (const node of [...graph.node].reverse()) {
    if (!node.output.some((tensor) => needed.has(tensor))) continue;
    kept.push(node);
    for (const tensor of tensorsRead(node)) needed.add(tensor);
  }
  graph.node = kept.reverse();
  graph.initializer = graph.initializer.filter(({ name }) => needed.has(name));
  graph.valueInfo = graph.valueInfo.filter(({ name }) => needed.has(name));
}

/** What a node reads, including what the bodies of an If or Loop take from outside. */
function tensorsRead(node: OnnxNode): string[] {
  const bodies = node.attribute.flatMap((a) => [...(a.g ? [a.g] : []), ...(a.graphs ?? [])]);
  return [
    ...node.input,
    ...bodies.flatMap((body) => [...body.node.flatMap(tensorsRead), ...body.output.map((o) => o.name)]),
  ];
}
