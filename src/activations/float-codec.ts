import { FLOAT32 } from "./graph-writer";
import { BFLOAT16, FLOAT16 } from "./half-precision";

/** True for the element types (TensorProto.DataType) that are read here. */
export function isFloat(dataType: number): boolean {
  return [FLOAT32, FLOAT16, BFLOAT16].includes(dataType);
}

/** The values of little-endian bytes; a copy, since bytes in a file need not start at a multiple of the element's size. */
export function decodeFloats(bytes: Uint8Array, dataType: number): Float64Array {
  const buffer = new Uint8Array(bytes).buffer;
  if (dataType === FLOAT32) return Float64Array.from(new Float32Array(buffer));
  const toNumber = dataType === FLOAT16 ? fromHalf : fromBrainHalf;
  return Float64Array.from(new Uint16Array(buffer), toNumber);
}

/** The inverse of `decodeFloats`, to the nearest value of the type. */
export function encodeFloats(values: Float64Array, dataType: number): Uint8Array {
  if (dataType === FLOAT32) return new Uint8Array(Float32Array.from(values).buffer);
  const toBits = dataType === FLOAT16 ? toHalf : toBrainHalf;
  return new Uint8Array(Uint16Array.from(values, toBits).buffer);
}

/** IEEE 754 binary16: one sign, five exponent and ten fraction bits. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function toHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // Below 2^-14 the steps no longer shrink.
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const steps = roundToEven(size / 2 ** (exponent - 10));
  return sign | (steps + (exponent === -14 ? 0 : (exponent + 14) << 10));
}

/** bfloat16: the upper half of a float32. */
function fromBrainHalf(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 16).buffer)[0];
}

function toBrainHalf(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0];
  if (Number.isNaN(value)) return 0x7fc0;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

function roundToEven(x: number): number {
  const rounded = Math.round(x);
  return Math.abs(x - Math.trunc(x)) === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}
