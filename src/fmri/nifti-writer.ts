import { gzipSync } from "node:zlib";
import { writeAtomically } from "../store";
import type { Matrix } from "../tensor";
import { bytesOf, codeOf, type NiftiDatatype } from "./nifti-datatype";
import { encodeNiftiExtensions, type NiftiExtension } from "./nifti-extensions";
import { decodeNiftiHeader, type NiftiHeader } from "./nifti-header";

/** What `writeNifti` puts into a file; `shape` and `datatype` take the place of the header's own. */
export interface NiftiContent {
  /** The header of the space: orientation, units, texts and all else that is not named here stay as they are in it. */
  readonly header: NiftiHeader;
  /** 1 to 7 lengths, the first varying fastest in `values`. */
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  readonly datatype: NiftiDatatype;
  readonly extensions?: readonly NiftiExtension[];
}

/** What fits one write of the system's. */
const MOST_BYTES = 2 ** 31 - 1;
const INTEGER_RANGE: Partial<Record<NiftiDatatype, readonly [least: number, most: number]>> = {
  uint8: [0, 2 ** 8 - 1],
  int8: [-(2 ** 7), 2 ** 7 - 1],
  uint16: [0, 2 ** 16 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  uint32: [0, 2 ** 32 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint64: [0, Number.MAX_SAFE_INTEGER],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

/**
 * Writes a NIfTI image (.nii, or .nii.gz compressed) that appears whole or not at all, in the version and byte order of its header. Values
 * are stored as they are, without scale; integer types take whole numbers of their range only (no NaN), floats any.
 */
export function writeNifti(path: string, content: NiftiContent): void {
  const bytes = encodeNifti(content, { caller: "writeNifti", label: path });
  writeAtomically(path, /\.gz$/i.test(path) ? gzipSync(bytes) : bytes);
}

/** The bytes of a NIfTI file. */
export function encodeNifti(content: NiftiContent, source: { caller: string; label: string }): Buffer {
  const { shape, values, datatype } = content;
  const nValues = shape.reduce((product, length) => product * length, 1);
  if (shape.length < 1 || shape.length > 7 || nValues !== values.length) {
    throw new Error(
      `${source.caller}: mismatched shape for ${source.label}: ${shape.join(" × ")} for ${values.length} values; expected 1 to 7 lengths whose product is their number. Pass the image's own shape.`,
    );
  }
  const between = encodeNiftiExtensions(content.extensions ?? [], {
    headerBytes: content.header.bytes.length,
    littleEndian: content.header.format.littleEndian,
  });
  const header = headerOf(content, content.header.bytes.length + between.length);
  const nBytes = header.length + between.length + nValues * bytesOf(datatype);
  if (nBytes > MOST_BYTES) {
    throw new Error(
      `${source.caller}: invalid size for ${source.label}: ${nBytes} bytes; expected at most ${MOST_BYTES}. Write fewer maps a file.`,
    );
  }
  const bytes = Buffer.alloc(nBytes);
  header.copy(bytes);
  between.copy(bytes, header.length);
  encodeValues(bytes, header.length + between.length, content, source);
  return bytes;
}

/**
 * A float32 NIfTI-1 header for an affine, where no file gives one: space in mm, the affine as sform, for a series its TR in seconds, and
 * nothing else.
 */
export function niftiHeaderOf(affine: Matrix, series?: { trSec: number }): NiftiHeader {
  if (affine.shape[0] !== 4 || affine.shape[1] !== 4 || !affine.data.every(Number.isFinite)) {
    throw new Error(
      `niftiHeaderOf: invalid affine: ${affine.shape.join(" × ")}; expected 4 × 4 finite numbers. Pass the affine of an image of that space.`,
    );
  }
  const bytes = Buffer.alloc(348);
  bytes.writeInt32LE(348, 0);
  bytes.writeInt16LE(1, 40);
  bytes.writeInt16LE(16, 70);
  bytes.writeInt16LE(32, 72);
  bytes.writeFloatLE(1, 76);
  for (let axis = 0; axis < 7; axis++) {
    const step = [0, 1, 2].map((i) => affine.data[4 * i + axis]);
    bytes.writeFloatLE(axis < 3 ? Math.hypot(...step) : 1, 80 + 4 * axis);
  }
  bytes.writeFloatLE(352, 108);
  bytes.writeUInt8(2, 123); // millimetres
  if (series !== undefined) {
    bytes.writeUInt8(2 + 8, 123); // and seconds
    bytes.writeFloatLE(series.trSec, 92);
  }
  bytes.writeInt16LE(2, 254); // aligned to something that the header does not name
  for (let i = 0; i < 12; i++) bytes.writeFloatLE(affine.data[i], 280 + 4 * i);
  bytes.write("n+1\0", 344, "latin1");
  return decodeNiftiHeader(bytes, { caller: "niftiHeaderOf", label: "a new header" });
}

/** The given header's bytes with what belongs to these values. Offsets: nifti1.h and nifti2.h. */
function headerOf({ header, shape, datatype }: NiftiContent, voxOffset: number): Buffer {
  const bytes = Buffer.from(header.bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const little = header.format.littleEndian;
  const dim = [shape.length, ...shape, ...new Array(7 - shape.length).fill(1)];
  if (header.version === 1) {
    dim.forEach((length, i) => {
      if (length > 32767) {
        throw new Error(
          `writeNifti: invalid dimension: ${length}; expected at most 32767 in NIfTI-1. Use the header of a NIfTI-2 file.`,
        );
      }
      view.setInt16(40 + 2 * i, length, little);
    });
    view.setInt16(70, codeOf(datatype), little);
    view.setInt16(72, 8 * bytesOf(datatype), little);
    view.setFloat32(108, voxOffset, little);
    // scl_slope, scl_inter; cal_max and cal_min, the range of display, belonged to other values.
    [1, 0].forEach((value, i) => view.setFloat32(112 + 4 * i, value, little));
    [0, 0].forEach((value, i) => view.setFloat32(124 + 4 * i, value, little));
  } else {
    view.setInt16(12, codeOf(datatype), little);
    view.setInt16(14, 8 * bytesOf(datatype), little);
    dim.forEach((length, i) => view.setBigInt64(16 + 8 * i, BigInt(length), little));
    view.setBigInt64(168, BigInt(voxOffset), little);
    [1, 0, 0, 0].forEach((value, i) => view.setFloat64(176 + 8 * i, value, little));
  }
  return bytes;
}

function encodeValues(
  bytes: Buffer,
  start: number,
  { values, datatype, header }: NiftiContent,
  source: { caller: string; label: string },
): void {
  const little = header.format.littleEndian;
  const range = INTEGER_RANGE[datatype];
  const size = bytesOf(datatype);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const put = setterOf(view, datatype);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (range !== undefined && !(Number.isInteger(value) && value >= range[0] && value <= range[1])) {
      throw new Error(
        `${source.caller}: invalid value ${i} for ${source.label}: ${value}; expected a whole number from ${range[0]} to ${range[1]}, as ${datatype} holds. Write it as float32.`,
      );
    }
    put(start + i * size, value, little);
  }
}

function setterOf(
  view: DataView,
  datatype: NiftiDatatype,
): (at: number, value: number, little: boolean) => void {
  switch (datatype) {
    case "uint8":
      return (at, value) => view.setUint8(at, value);
    case "int8":
      return (at, value) => view.setInt8(at, value);
    case "uint16":
      return (at, value, little) => view.setUint16(at, value, little);
    case "int16":
      return (at, value, little) => view.setInt16(at, value, little);
    case "uint32":
      return (at, value, little) => view.setUint32(at, value, little);
    case "int32":
      return (at, value, little) => view.setInt32(at, value, little);
    case "uint64":
      return (at, value, little) => view.setBigUint64(at, BigInt(value), little);
    case "int64":
      return (at, value, little) => view.setBigInt64(at, BigInt(value), little);
    case "float32":
      return (at, value, little) => view.setFloat32(at, value, little);
    case "float64":
      return (at, value, little) => view.setFloat64(at, value, little);
  }
}
