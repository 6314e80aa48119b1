import type { Kernels, Product } from "./linear-algebra";
import { matrix, type Real, transpose } from "./matrix";
import { plainKernels } from "./plain";

// onnxruntime-node computes when it is called, but its public interface hands the result over in a promise. This is
// the part below, of the version that package.json pins.
interface Binding {
  InferenceSession: new () => {
    loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: object): void;
    run(feeds: object, fetches: object, options: object): { C: { data: Real } };
  };
}

/**
 * Products by onnxruntime's MatMul, for where OpenBLAS does not load; factorisations are plain JavaScript.
 * It multiplies float32 at about OpenBLAS's speed.
 */
export function loadOnnxruntime(): Kernels {
  const { Tensor } = require("onnxruntime-node");
  const { binding, initOrt } = require("onnxruntime-node/dist/binding") as {
    binding: Binding;
    initOrt(): void;
  };
  const { version } = require("onnxruntime-node/package.json");
  initOrt();
  const open = (elementType: number) => {
    const session = new binding.InferenceSession();
    const model = productModel(elementType);
    session.loadModel(model.buffer, model.byteOffset, model.byteLength, {});
    return session;
  };
  const sessions = { float32: open(FLOAT), float64: open(DOUBLE) };
  const plain = plainKernels("beside onnxruntime");
  return {
    name: `onnxruntime ${version} MatMul (factorisations in plain JavaScript)`,
    multiply({ m, n, k, transposeA, transposeB }: Product, a, b, out) {
      const left = transposeA ? transpose(matrix(a, [k, m])).data : a;
      const right = transposeB ? transpose(matrix(b, [n, k])).data : b;
      const type = out instanceof Float32Array ? "float32" : "float64";
      const feeds = { A: new Tensor(type, left, [m, k]), B: new Tensor(type, right, [k, n]) };
      // Given a place for C, onnxruntime writes there.
      sessions[type].run(feeds, { C: new Tensor(type, out, [m, n]) }, {});
    },
    symmetricEigen: plain.symmetricEigen,
    solvePositiveDefinite: plain.solvePositiveDefinite,
  };
}

const FLOAT = 1;
const DOUBLE = 11;

/**
 * The bytes of an ONNX model of one node, C [m × n] = MatMul(A [m × k], B [k × n]), written out by hand because this stage has no reader of
 * ONNX files. Source: onnx.proto, ModelProto and what it contains.
 */
function productModel(elementType: number): Uint8Array {
  const dimensions = (names: string[]) => message(2, ...names.map((name) => message(1, text(2, name)))); // shape: dim_param
  const value = (field: number, name: string, dims: string[]) =>
    message(field, text(1, name), message(2, message(1, integer(1, elementType), dimensions(dims))));
  const node = message(1, text(1, "A"), text(1, "B"), text(2, "C"), text(4, "MatMul"));
  const graph = message(
    7,
    node,
    text(2, "product"),
    value(11, "A", ["m", "k"]),
    value(11, "B", ["k", "n"]),
    value(12, "C", ["m", "n"]),
  );
  const opset = message(8, integer(2, 13));
  return Uint8Array.from([...integer(1, 8), ...graph, ...opset]);
}

/** A field of protobuf: its number with the kind of value (0 integer, 2 bytes), then the value. No length here exceeds 127 × 128. */
function message(field: number, ...parts: number[][]): number[] {
  const content = parts.flat();
  const length =
    content.length < 128 ? [content.length] : [(content.length & 127) | 128, content.length >> 7];
  return [(field << 3) | 2, ...length, ...content];
}

function text(field: number, value: string): number[] {
  return message(field, Array.from(Buffer.from(value)));
}

function integer(field: number, value: number): number[] {
  return [field << 3, value];
}
