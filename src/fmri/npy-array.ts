import { bytesOf, type NiftiDatatype, storedValues } from "./nifti-datatype";

/** A NumPy array of any shape. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** Row by row; 64-bit integers beyond 2⁵³ are rounded. */
  readonly values: Float64Array;
}

/** What stands before the values of an .npy file. */
export interface NpyHeader {
  readonly shape: readonly number[];
  readonly datatype: NiftiDatatype;
  readonly littleEndian: boolean;
  readonly isFortran: boolean;
  /** Where the values start. */
  readonly start: number;
}

const MAGIC = Buffer.from("\x93NUMPY", "latin1");
/** Bytes that are enough for any header of numbers. */
export const MOST_NPY_HEADER_BYTES = 2 ** 16;
const DATATYPES: Record<string, NiftiDatatype> = {
  b1: "uint8",
  u1: "uint8",
  i1: "int8",
  u2: "uint16",
  i2: "int16",
  u4: "uint32",
  i4: "int32",
  u8: "uint64",
  i8: "int64",
  f4: "float32",
  f8: "float64",
};

/** Decodes the header of an .npy file; "objects" for arrays of Python objects. Source: NumPy's NEP 1. */
export function decodeNpyHeader(head: Buffer, label: string, caller: string): NpyHeader | "objects" {
  const fail = (noun: string, got: string, expected: string) =>
    new Error(
      `${caller}: invalid ${noun} of ${label}: ${got}; expected ${expected}. Write it with numpy.save(file, array).`,
    );
  if (head.length < 12 || !head.subarray(0, 6).equals(MAGIC)) {
    throw fail("start", JSON.stringify(head.toString("latin1", 0, 6)), "the npy magic string");
  }
  const isLong = head[6] >= 2;
  const textStart = isLong ? 12 : 10;
  const start = textStart + (isLong ? head.readUInt32LE(8) : head.readUInt16LE(8));
  if (start > head.length) throw fail("header length", `${start} bytes`, `at most ${head.length}`);
  const text = head.toString("latin1", textStart, start);
  const descr = /'descr':\s*'([^']*)'/.exec(text)?.[1] ?? "";
  if (descr.includes("O")) return "objects";
  const [, order, type] = /^([<>|=])(\w+)$/.exec(descr) ?? [];
  const datatype = type === undefined ? undefined : DATATYPES[type];
  if (datatype === undefined || order === "=")
    throw fail("element type", `"${descr}"`, "integers, truth values or floats");
  const dims = (/'shape':\s*\(([^)]*)\)/.exec(text)?.[1] ?? "?").split(",").map((part) => part.trim());
  const shape = dims.filter((part) => part !== "").map(Number);
  const nBytes = shape.reduce((product, length) => product * length, bytesOf(datatype));
  if (shape.some((length) => !Number.isSafeInteger(length) || length < 0) || !Number.isSafeInteger(nBytes)) {
    throw fail("shape", `(${dims.join(", ")})`, "lengths that are not negative");
  }
  const isFortran = /'fortran_order':\s*True/.test(text);
  return { shape, datatype, littleEndian: order !== ">", isFortran, start };
}

/** Decodes a whole .npy file: numbers and truth values (1 and 0), either byte order, either order of indices. */
export function decodeNpyArray(bytes: Buffer, label: string): NpyArray | "objects" {
  const header = decodeNpyHeader(bytes, label, "readNpz");
  if (header === "objects") return header;
  const { shape, datatype, start } = header;
  const nValues = shape.reduce((product, length) => product * length, 1);
  if (bytes.length - start !== nValues * bytesOf(datatype)) {
    throw new Error(
      `readNpz: mismatched size of ${label}: ${bytes.length - start} bytes; expected ${nValues * bytesOf(datatype)} for ${shape.join(" × ")}. Copy the file again.`,
    );
  }
  const stored = storedValues(Buffer.from(new Uint8Array(bytes.subarray(start)).buffer), header);
  const values = Float64Array.from(stored);
  return { shape, values: header.isFortran && shape.length > 1 ? rowsFirst(values, shape) : values };
}

/** Values with the first index fastest, as Fortran has them, brought into the order with the last index fastest. */
export function rowsFirst(values: Float64Array, shape: readonly number[]): Float64Array {
  const out = new Float64Array(values.length);
  const index = new Array<number>(shape.length).fill(0);
  for (let i = 0; i < out.length; i++) {
    let at = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) at = at * shape[axis] + index[axis];
    out[i] = values[at];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
  return out;
}
