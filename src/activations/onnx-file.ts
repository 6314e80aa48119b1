import { Reader, Root } from "protobufjs/light";
import { onnxSchema } from "./onnx-schema";

/** ONNX's int64 as protobufjs gives it: a Long where `long` is installed. */
export type Int64 = number | { toNumber(): number };

/** A TensorProto: a weight or constant, its elements in row-major order; `dims` is empty for a scalar. */
export interface OnnxTensor {
  name: string;
  dims: Int64[];
  /** TensorProto.DataType: 1 float32, 7 int64, 10 float16, … */
  dataType: number;
  /** The elements as little-endian bytes; empty when they stand in a typed field. */
  rawData: Uint8Array;
  floatData: number[];
  /** 1 when the elements stand in another file, which `externalData` names. */
  dataLocation?: number;
  externalData?: { key: string; value: string }[];
}

/** An AttributeProto: a setting of a node, its value in the one field that `type` says; `g` and `graphs` are bodies of If or Loop. */
export interface OnnxAttribute {
  name: string;
  /** AttributeProto.AttributeType: 2 int, 4 tensor, 7 ints, … */
  type: number;
  i?: Int64;
  ints?: Int64[];
  t?: OnnxTensor | null;
  g?: OnnxGraph | null;
  graphs?: OnnxGraph[];
}

/** A NodeProto: one operator of the graph. Tensors are known by name alone, their order is the operator's. */
export interface OnnxNode {
  name: string;
  opType: string;
  /** Empty for ONNX's own operators. */
  domain: string;
  /** Names of the tensors read; "" where an optional one is left out. */
  input: string[];
  output: string[];
  attribute: OnnxAttribute[];
}

/** A ValueInfoProto: name, element type (as `dataType`) and shape of a tensor; `dimParam` names a length that is not fixed. */
export interface OnnxValue {
  name: string;
  type?: {
    tensorType?: {
      elemType: number;
      shape?: { dim: { dimValue?: Int64; dimParam?: string }[] } | null;
    } | null;
  } | null;
}

/** A GraphProto: nodes in the order in which they run, weights as initializers. `input` may list weights too; `valueInfo` is optional. */
export interface OnnxGraph {
  node: OnnxNode[];
  initializer: OnnxTensor[];
  input: OnnxValue[];
  output: OnnxValue[];
  valueInfo: OnnxValue[];
}

/** A model as ONNX's protobuf holds it; fields not listed here travel along unread and are written back. */
export interface OnnxModel {
  irVersion: Int64;
  opsetImport: { domain: string; version: Int64 }[];
  graph: OnnxGraph;
}

const ModelProto = Root.fromJSON(onnxSchema).lookupType("ModelProto");

/**
 * Reads the bytes of a .onnx file. Large weights stay views of `bytes`. `source` names the file in messages.
 * Weights that are kept in other files are left there (`external-data.ts`). Throws when it is no ONNX model, is cut short, has
 * no graph, or has a weight whose bytes do not fit its shape.
 */
export function decodeOnnx(bytes: Uint8Array, source: string): OnnxModel {
  const fail = (got: string, remedy = "Download or export the model again."): never => {
    throw new Error(
      `decodeOnnx: invalid model file ${source}: ${got}; expected an ONNX file (a ModelProto with a graph). ${remedy}`,
    );
  };
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 40)).toString("latin1");
  if (start.startsWith("version https://git-lfs")) {
    fail("it is a Git LFS pointer, not the file itself", 'Fetch the file with "git lfs pull".');
  }
  const reader = Reader.create(bytes);
  // Whatever the schema leaves out (functions, metadata, quantisation) must survive the edit.
  reader.discardUnknown = false;
  let model: OnnxModel;
  try {
    model = ModelProto.decode(reader) as unknown as OnnxModel;
  } catch (error) {
    return fail(
      `${(error as Error).message} in ${bytes.length} bytes, so it is damaged, cut short or no ONNX`,
    );
  }
  if (!model.graph || !(toNumber(model.irVersion) > 0)) fail(`it has no graph (${bytes.length} bytes)`);
  if (opsetVersion(model) === null) fail("it does not say its operator set, as in a file cut short");
  for (const tensor of model.graph.initializer) {
    const nBytes = byteCount(tensor);
    const { name, dims, rawData } = tensor;
    if (nBytes !== null && rawData.length > 0 && rawData.length !== nBytes) {
      fail(
        `tensor "${name}" of ${dims.map(toNumber).join(" × ")} has ${rawData.length} bytes instead of ${nBytes}`,
      );
    }
  }
  return model;
}

/** The bytes of a .onnx file. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  return ModelProto.encode(model).finish();
}

/** The version of ONNX's own operators that the model uses, null when it does not say. */
export function opsetVersion(model: OnnxModel): number | null {
  const own = model.opsetImport.find(({ domain }) => !domain || domain === "ai.onnx");
  return own ? toNumber(own.version) : null;
}

export function toNumber(value: Int64): number {
  return typeof value === "number" ? value : value.toNumber();
}

/** The number of elements of a tensor; 1 for a scalar. */
export function elementCount(tensor: OnnxTensor): number {
  return tensor.dims.reduce<number>((product, dim) => product * toNumber(dim), 1);
}

/** Bytes an element of a type of TensorProto.DataType takes. */
const ELEMENT_BYTES: Record<number, number> = {
  ...{ 1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 12: 4, 13: 8, 16: 2 },
};

/** The bytes of a tensor's elements, null for types of no fixed size (strings). */
export function byteCount(tensor: OnnxTensor): number | null {
  const size = ELEMENT_BYTES[tensor.dataType];
  return size === undefined ? null : elementCount(tensor) * size;
}

/** A node's attribute, or undefined. */
export function attributeOf(node: OnnxNode, name: string): OnnxAttribute | undefined {
  return node.attribute.find((attribute) => attribute.name === name);
}

/** True for a tensor whose elements stand in another file. */
export function isExternal(tensor: OnnxTensor): boolean {
  return tensor.dataLocation === 1 || (tensor.externalData?.length ?? 0) > 0;
}
