import { type OnnxAttribute, type OnnxGraph, type OnnxModel, type OnnxNode, opsetVersion } from "./onnx-file";

/** ONNX's numbers for element types (TensorProto.DataType). */
export const FLOAT32 = 1;
const INT64 = 7;

/** Adds nodes to the end of a model's graph; every call returns the name of the tensor it makes. */
export interface GraphWriter {
  /** A node with one output. */
  node(opType: string, input: string[], attributes?: Record<string, number | number[]>): string;
  /** Sum or Unsqueeze: operators whose axes moved from an attribute to an input at opset 13. */
  nodeWithAxes(opType: "ReduceSum" | "Unsqueeze", input: string, axes: number[], keepsAxes?: boolean): string;
  /** A vector of int64 constants. */
  integers(values: number[]): string;
  /** One int64 constant without axes. */
  integer(value: number): string;
  /** One float32 constant without axes. */
  float(value: number): string;
  /** An input of the graph, float32 unless said; a dimension without a fixed size has a name. */
  input(name: string, dims: string[], elementType?: number): void;
  /** Makes a tensor a float32 output of the graph. */
  output(tensor: string, dims: string[]): void;
}

/** Opens a writer whose tensors are named `brainlens/…`, or `brainlens/PART/…`: two writers on one model need two names. */
export function openGraphWriter(model: OnnxModel, part = ""): GraphWriter {
  const { graph } = model;
  const opset = opsetVersion(model) ?? 0;
  let nTensors = 0;
  const newName = (what: string) => `brainlens/${part === "" ? "" : `${part}/`}${what}_${nTensors++}`;
  const constant = (dims: number[], dataType: number, values: BigInt64Array | Float32Array) => {
    const name = newName("constant");
    graph.initializer.push({ name, dims, dataType, rawData: Buffer.from(values.buffer), floatData: [] });
    return name;
  };
  const toIntegers = (values: number[]) => BigInt64Array.from(values, BigInt);

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
    nodeWithAxes(opType, input, axes, keepsAxes = true) {
      const keepdims: Record<string, number> = opType === "ReduceSum" && !keepsAxes ? { keepdims: 0 } : {};
      return opset >= 13
        ? writer.node(opType, [input, writer.integers(axes)], keepdims)
        : writer.node(opType, [input], { axes, ...keepdims });
    },
    integers: (values) => constant([values.length], INT64, toIntegers(values)),
    integer: (value) => constant([], INT64, toIntegers([value])),
    float: (value) => constant([], FLOAT32, Float32Array.of(value)),
    input(name, dims, elementType = FLOAT32) {
      graph.input.push(valueInfo(name, dims, elementType));
    },
    output(tensor, dims) {
      graph.output.push(valueInfo(tensor, dims, FLOAT32));
    },
  };
  return writer;
}

function valueInfo(name: string, dims: string[], elemType: number) {
  const shape = { dim: dims.map((dimParam) => ({ dimParam })) };
  return { name, type: { tensorType: { elemType, shape } } };
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
