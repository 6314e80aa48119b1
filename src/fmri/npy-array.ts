import { bytesOf, type NiftiDatatype, storedValues } from "./nifti-datatype";

/** A NumPy array of any shape. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** Row by row; 64-bit integers beyond 2⁵³ are rounded. */
  readonly values: Float64Array;
}

/** A NumPy array of Unicode texts, row by row. */
export interface NpyTexts {
  readonly shape: readonly number[];
  readonly texts: string[];
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

/** The header of an .npy file of texts: each has so many code points of four bytes. */
interface NpyTextHeader extends Omit<NpyHeader, "datatype"> {
  readonly datatype: "text";
  readonly nCodePoints: number;
}

/** Decodes the header of an .npy file of numbers; "objects" for arrays of Python objects. Source: NumPy's NEP 1. */
export function decodeNpyHeader(head: Buffer, label: string, caller: string): NpyHeader | "objects" {
  const header = decodeAnyHeader(head, label, caller);
  if (header !== "objects" && header.datatype === "text") {
    throw headerFailure(caller, label, "element type", "texts", "integers, truth values or floats");
  }
  return header as NpyHeader | "objects";
}

function decodeAnyHeader(head: Buffer, label: string, caller: string): NpyHeader | NpyTextHeader | "objects" {
  const fail = (noun: string, got: string, expected: string) =>
    headerFailure(caller, label, noun, got, expected);
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
  const nCodePoints = Number(/^U(\d+)$/.exec(type ?? "")?.[1] ?? Number.NaN);
  const datatype = Number.isNaN(nCodePoints) ? DATATYPES[type ?? ""] : "text";
  if (datatype === undefined || order === "=")
    throw fail("element type", `"${descr}"`, "integers, truth values, floats or Unicode texts");
  const dims = (/'shape':\s*\(([^)]*)\)/.exec(text)?.[1] ?? "?").split(",").map((part) => part.trim());
  const shape = dims.filter((part) => part !== "").map(Number);
  const width = datatype === "text" ? 4 * nCodePoints : bytesOf(datatype);
  const nBytes = shape.reduce((product, length) => product * length, width);
  if (shape.some((length) => !Number.isSafeInteger(length) || length < 0) || !Number.isSafeInteger(nBytes)) {
    throw fail("shape", `(${dims.join(", ")})`, "lengths that are not negative");
  }
  const isFortran = /'fortran_order':\s*True/.test(text);
  const layout = { shape, littleEndian: order !== ">", isFortran, start };
  return datatype === "text" ? { ...layout, datatype, nCodePoints } : { ...layout, datatype };
}

function headerFailure(caller: string, label: string, noun: string, got: string, expected: string): Error {
  return new Error(
    `${caller}: invalid ${noun} of ${label}: ${got}; expected ${expected}. Write it with numpy.save(file, array).`,
  );
}

/** Decodes a whole .npy file: numbers, truth values (1 and 0) and texts, either byte order, either order of indices. */
export function decodeNpyArray(bytes: Buffer, label: string): NpyArray | NpyTexts | "objects" {
  const header = decodeAnyHeader(bytes, label, "readNpz");
  if (header === "objects") return header;
  const { shape, start } = header;
  const nValues = shape.reduce((product, length) => product * length, 1);
  const nBytes = nValues * (header.datatype === "text" ? 4 * header.nCodePoints : bytesOf(header.datatype));
  if (bytes.length - start !== nBytes) {
    throw new Error(
      `readNpz: mismatched size of ${label}: ${bytes.length - start} bytes; expected ${nBytes} for ${shape.join(" × ")}. Copy the file again.`,
    );
  }
  const isByColumns = header.isFortran && shape.length > 1;
  if (header.datatype === "text") {
    const places = Float64Array.from({ length: nValues }, (_, i) => i);
    const order = isByColumns ? rowsFirst(places, shape) : places;
    return { shape, texts: Array.from(order, (place) => textAt(bytes, place, header, label)) };
  }
  const stored = storedValues(Buffer.from(new Uint8Array(bytes.subarray(start)).buffer), header);
  const values = Float64Array.from(stored);
  return { shape, values: isByColumns ? rowsFirst(values, shape) : values };
}

/** NumPy fills texts up with null characters, which therefore do not count at their end. */
function textAt(bytes: Buffer, place: number, header: NpyTextHeader, label: string): string {
  let text = "";
  for (let i = 0; i < header.nCodePoints; i++) {
    const at = header.start + 4 * (place * header.nCodePoints + i);
    const point = header.littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    if (point > 0x10ffff) {
      throw headerFailure("readNpz", label, "text", `code point ${point}`, "at most 1114111");
    }
    text += String.fromCodePoint(point);
  }
  return text.replace(/\0+$/, "");
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
