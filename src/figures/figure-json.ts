import type { Matrix } from "../tensor";

const DTYPES = new Map<unknown, string>([
  [Float64Array, "f8"],
  [Float32Array, "f4"],
  [Int32Array, "i4"],
  [Uint32Array, "u4"],
  [Int16Array, "i2"],
  [Uint16Array, "u2"],
  [Int8Array, "i1"],
  [Uint8Array, "u1"],
]);

function isMatrix(value: object): value is Matrix {
  return "data" in value && "shape" in value && ArrayBuffer.isView(value.data) && Array.isArray(value.shape);
}

function encodeTypedArray(array: ArrayBufferView): { dtype: string; bdata: string } {
  const dtype = DTYPES.get(array.constructor);
  if (!dtype) {
    throw new Error(
      `toJSON: invalid array type: ${array.constructor.name}; expected one that plotly reads (8 to 32-bit integers, Float32Array, Float64Array). Convert it with Array.from.`,
    );
  }
  const bytes = Buffer.from(array.buffer, array.byteOffset, array.byteLength);
  return { dtype, bdata: bytes.toString("base64") };
}

/**
 * A figure's traces or layout as JSON can carry them, with every bit of every number: a typed array becomes
 * `{ dtype, bdata }` and a `Matrix` `{ dtype, bdata, shape: "nRows, nCols" }`, base64 of the little-endian bytes, which plotly.js ≥ 2.35
 * reads; NaN survives there, and plotly leaves a gap for it. Plain arrays and objects are copied; their NaN is JSON's null, a gap as well.
 * Throws on arrays that plotly cannot read (BigInt64Array and the like).
 */
export function figureJson(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value)) return encodeTypedArray(value);
  if (isMatrix(value)) return { ...encodeTypedArray(value.data), shape: value.shape.join(", ") };
  if (Array.isArray(value)) return value.map(figureJson);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, figureJson(part)]));
}
