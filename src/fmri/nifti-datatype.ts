import { endianness } from "node:os";

/** The element types of NIfTI that stand for one real number each. */
export type NiftiDatatype =
  | "uint8"
  | "int8"
  | "uint16"
  | "int16"
  | "uint32"
  | "int32"
  | "uint64"
  | "int64"
  | "float32"
  | "float64";

/** How numbers lie in a file: value = stored · slope + intercept. */
export interface ValueFormat {
  readonly datatype: NiftiDatatype;
  readonly littleEndian: boolean;
  readonly slope: number;
  readonly intercept: number;
}

/** Code in the header, bytes a value. Source: nifti1.h, DT_ and NIFTI_TYPE_ constants. */
const DATATYPES: Record<NiftiDatatype, { code: number; bytes: number }> = {
  uint8: { code: 2, bytes: 1 },
  int16: { code: 4, bytes: 2 },
  int32: { code: 8, bytes: 4 },
  float32: { code: 16, bytes: 4 },
  float64: { code: 64, bytes: 8 },
  int8: { code: 256, bytes: 1 },
  uint16: { code: 512, bytes: 2 },
  uint32: { code: 768, bytes: 4 },
  int64: { code: 1024, bytes: 8 },
  uint64: { code: 1280, bytes: 8 },
};

const OTHER_DATATYPES: Record<number, string> = {
  0: "none",
  1: "one-bit",
  32: "complex64",
  128: "RGB24",
  1536: "float128",
  1792: "complex128",
  2048: "complex256",
  2304: "RGBA32",
};

export function bytesOf(datatype: NiftiDatatype): number {
  return DATATYPES[datatype].bytes;
}

export function codeOf(datatype: NiftiDatatype): number {
  return DATATYPES[datatype].code;
}

/** The datatype of a header's code, or a description of what it is instead. */
export function datatypeOfCode(code: number): NiftiDatatype | { unreadable: string } {
  const found = Object.entries(DATATYPES).find(([, entry]) => entry.code === code);
  if (found !== undefined) return found[0] as NiftiDatatype;
  return { unreadable: `${OTHER_DATATYPES[code] ?? "unknown"} (code ${code})` };
}

const IS_LITTLE_ENDIAN_MACHINE = endianness() === "LE";

/** Numbers as a file stores them, in an array that this machine reads. */
export type StoredValues =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/**
 * The stored numbers of some bytes, as a typed array over the same memory where that can be, in this machine's byte order: `bytes` is
 * turned round in place where the file's is the other. 64-bit integers come as float64, rounded to the nearest.
 */
export function storedValues(
  bytes: Buffer,
  format: Pick<ValueFormat, "datatype" | "littleEndian">,
): StoredValues {
  const size = bytesOf(format.datatype);
  // A typed array has to start at a multiple of its element's size.
  const aligned = bytes.byteOffset % size === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
  if (format.littleEndian !== IS_LITTLE_ENDIAN_MACHINE) {
    if (size === 2) aligned.swap16();
    if (size === 4) aligned.swap32();
    if (size === 8) aligned.swap64();
  }
  const { buffer, byteOffset } = aligned;
  const length = aligned.length / size;
  switch (format.datatype) {
    case "uint8":
      return new Uint8Array(buffer, byteOffset, length);
    case "int8":
      return new Int8Array(buffer, byteOffset, length);
    case "uint16":
      return new Uint16Array(buffer, byteOffset, length);
    case "int16":
      return new Int16Array(buffer, byteOffset, length);
    case "uint32":
      return new Uint32Array(buffer, byteOffset, length);
    case "int32":
      return new Int32Array(buffer, byteOffset, length);
    case "float32":
      return new Float32Array(buffer, byteOffset, length);
    case "float64":
      return new Float64Array(buffer, byteOffset, length);
    case "int64":
      return Float64Array.from(new BigInt64Array(buffer, byteOffset, length), Number);
    case "uint64":
      return Float64Array.from(new BigUint64Array(buffer, byteOffset, length), Number);
  }
}

/** True when stored numbers are the values themselves. */
export function isUnscaled({ slope, intercept }: ValueFormat): boolean {
  return slope === 1 && intercept === 0;
}
