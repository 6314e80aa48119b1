import { Reader, Root } from "protobufjs/light";
import { onnxSchema } from "./onnx-schema";

/** ONNX's int64 as protobufjs gives it: a Long where `long` is installed. */
export type Int64 = number | { toNumber(): number };

export interface OnnxTensor {
  name: string;
  dims: Int64[];
  /** TensorProto.DataType: 1 float32, 7 int64, 10 float16, … */
  dataType: number;
  /** The elements as little-endian bytes; empty when they stand in a typed field. */
  rawData: Uint8Array;
  floatData: number[];
}

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

export interface OnnxValue {
  name: string;
  type?: {
    tensorType?: {
      elemType: number;
      shape?: { dim: { dimValue?: Int64; dimParam?: string }[] } | null;
    } | null;
  } | null;
}

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
 * Throws when it is no ONNX model, is cut short, has no graph, or keeps weights in other files.
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
  const external = model.graph.initializer.filter((tensor) => isExternal(tensor));
  if (external.length > 0) {
    throw new Error(
      `decodeOnnx: unsupported external data of ${source}: ${external.length} tensors such as "${external[0].name}" are kept in other files; expected all weights inside the file. Save it as one file in Python: onnx.save_model(onnx.load("model.onnx"), "one-file.onnx", save_as_external_data=False).`,
    );
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

/** A node's attribute, or undefined. */
export function attributeOf(node: OnnxNode, name: string): OnnxAttribute | undefined {
  return node.attribute.find((attribute) => attribute.name === name);
}

function isExternal(tensor: OnnxTensor & { dataLocation?: number; externalData?: unknown[] }): boolean {
  return tensor.dataLocation === 1 || (tensor.externalData?.length ?? 0) > 0;
}
