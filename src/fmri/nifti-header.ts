import { NIFTI1, NIFTI2 } from "nifti-reader-js";
import type { Matrix } from "../tensor";
import { niftiAffine } from "./nifti-affine";
import { bytesOf, datatypeOfCode, type ValueFormat } from "./nifti-datatype";

/** What a NIfTI header says. */
export interface NiftiHeader {
  readonly version: 1 | 2;
  /** dim[1 … dim[0]]: 1 to 7 lengths, the first varying fastest on the disk. */
  readonly shape: readonly number[];
  readonly format: ValueFormat;
  /** pixdim[0 … 7]. */
  readonly pixdim: readonly number[];
  /** From voxel indices to space, [4 × 4]; see `niftiAffine`. */
  readonly affine: Matrix<Float64Array>;
  /** pixdim[4] in seconds; null where the header gives no unit of time or no positive number. */
  readonly trSec: number | null;
  /** Where the values start in the file. */
  readonly voxOffset: number;
  readonly intentCode: number;
  readonly intentName: string;
  readonly description: string;
  /** The header as it stands in the file: 348 or 540 bytes. What is written in the same space starts from it. */
  readonly bytes: Buffer;
}

const SIZE = { 1: 348, 2: 540 } as const;
/** Bytes that are enough to tell the version and read either header with the flag of its extensions. */
export const MOST_HEADER_BYTES = SIZE[2] + 4;
const MAGIC = { 1: ["n+1\0"], 2: ["n+2\0\r\n\x1a\n"] } as const;
const UNIT_OF_TIME_SEC: Record<number, number> = { 8: 1, 16: 1e-3, 24: 1e-6 };
const UNIT_OF_TIME_MASK = 56;

/**
 * Decodes a NIfTI-1 or NIfTI-2 header, either byte order. Throws when the bytes are none, when it is a header whose values lie in another
 * file (.hdr/.img), and when dimensions, datatype, scale or offset cannot be. `where` is "function: … of file" for messages.
 *
 * The fields come from nifti-reader-js; its 64-bit integers, affine, text after a NUL and walk through the extensions are
 * not used (wrong in big-endian files, without the qform in NIfTI-2, and without end for a negative size).
 */
export function decodeNiftiHeader(head: Buffer, source: { caller: string; label: string }): NiftiHeader {
  const fail = (
    noun: string,
    got: string,
    expected: string,
    remedy = "The file is damaged: copy it again.",
  ) =>
    new Error(
      `${source.caller}: invalid ${noun} of ${source.label}: ${got}; expected ${expected}. ${remedy}`,
    );

  const { version, littleEndian } = versionOf(head) ?? {};
  if (version === undefined || littleEndian === undefined) {
    throw fail(
      "start",
      `${head.length} bytes, the first 4 of them ${head.toString("hex", 0, 4)}`,
      "a NIfTI header of 348 or 540 bytes",
      "Pass a .nii or .nii.gz file.",
    );
  }
  const bytes = Buffer.from(head.subarray(0, SIZE[version]));
  const magic = version === 1 ? bytes.toString("latin1", 344, 348) : bytes.toString("latin1", 4, 12);
  if (!(MAGIC[version] as readonly string[]).includes(magic)) {
    throw fail(
      "magic string",
      JSON.stringify(magic),
      JSON.stringify(MAGIC[version][0]),
      "A pair of .hdr and .img is not read: save it as one .nii file.",
    );
  }
  // The library reads extensions as soon as there is a byte after the header: it gets none.
  const fields = version === 1 ? new NIFTI1() : new NIFTI2();
  fields.readHeader(new Uint8Array(bytes).buffer);

  const dim =
    version === 1
      ? fields.dims.slice(0, 8)
      : Array.from({ length: 8 }, (_, i) => int64(bytes, 16 + 8 * i, littleEndian));
  const shape = dim.slice(1, 1 + Math.min(7, Math.max(0, dim[0])));
  const nValues = shape.reduce((product, length) => product * length, 1);
  if (!(dim[0] >= 1 && dim[0] <= 7) || shape.some((n) => n < 0) || !Number.isSafeInteger(nValues * 8)) {
    throw fail("dimensions", `[${dim.join(", ")}]`, "1 to 7 lengths that are not negative");
  }
  const datatype = datatypeOfCode(fields.datatypeCode);
  if (typeof datatype === "object") {
    throw fail(
      "datatype",
      datatype.unreadable,
      "integers of 8 to 64 bits, float32 or float64",
      "Convert it to float32, for example with nibabel.",
    );
  }
  const hasScale = fields.scl_slope !== 0 && Number.isFinite(fields.scl_slope);
  if (hasScale && !Number.isFinite(fields.scl_inter)) {
    throw fail(
      "scl_inter",
      `${fields.scl_inter} beside scl_slope ${fields.scl_slope}`,
      "a finite number",
      "Set it to 0 if the values have no intercept.",
    );
  }
  const voxOffset = version === 1 ? fields.vox_offset : int64(bytes, 168, littleEndian);
  if (!Number.isSafeInteger(voxOffset) || voxOffset < SIZE[version] + 4) {
    throw fail("vox_offset", `${voxOffset}`, `a whole number of at least ${SIZE[version] + 4}`);
  }
  const unitSec = UNIT_OF_TIME_SEC[fields.xyzt_units & UNIT_OF_TIME_MASK];
  const trSec = shape.length > 3 && unitSec !== undefined ? fields.pixDims[4] * unitSec : Number.NaN;
  return {
    version,
    shape,
    format: {
      datatype,
      littleEndian,
      slope: hasScale ? fields.scl_slope : 1,
      intercept: hasScale ? fields.scl_inter : 0,
    },
    pixdim: fields.pixDims.slice(0, 8),
    affine: niftiAffine({
      qformCode: fields.qform_code,
      sformCode: fields.sform_code,
      quaternion: [fields.quatern_b, fields.quatern_c, fields.quatern_d],
      offset: [fields.qoffset_x, fields.qoffset_y, fields.qoffset_z],
      sform: sformOf(bytes, version, littleEndian),
      pixdim: fields.pixDims,
      shape,
      precision: version === 1 ? "float32" : "float64",
    }),
    trSec: trSec > 0 && Number.isFinite(trSec) ? roundFloat32(trSec, version) : null,
    voxOffset,
    intentCode: fields.intent_code,
    intentName: version === 1 ? text(bytes, 328, 344) : text(bytes, 508, 524),
    description: version === 1 ? text(bytes, 148, 228) : text(bytes, 240, 320),
    bytes,
  };
}

/** How many values an image of this header has. */
export function countValues({ shape }: Pick<NiftiHeader, "shape">): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** How many bytes a file of this header has. */
export function promisedBytes(header: NiftiHeader): number {
  return header.voxOffset + countValues(header) * bytesOf(header.format.datatype);
}

function versionOf(head: Buffer): { version: 1 | 2; littleEndian: boolean } | null {
  for (const version of [1, 2] as const) {
    if (head.length < SIZE[version]) continue;
    if (head.readInt32LE(0) === SIZE[version]) return { version, littleEndian: true };
    if (head.readInt32BE(0) === SIZE[version]) return { version, littleEndian: false };
  }
  return null;
}

/** Beyond 2⁵³ the number is no longer exact, but then it is refused as a length or an offset anyway. */
function int64(bytes: Buffer, at: number, littleEndian: boolean): number {
  return Number(littleEndian ? bytes.readBigInt64LE(at) : bytes.readBigInt64BE(at));
}

function sformOf(bytes: Buffer, version: 1 | 2, littleEndian: boolean): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: 12 }, (_, i) =>
    version === 1 ? view.getFloat32(280 + 4 * i, littleEndian) : view.getFloat64(400 + 8 * i, littleEndian),
  );
}

/** 0.72 s is kept as 0.7200000286102295 in NIfTI-1: the shortest decimal that float32 rounds to the same is what was meant. */
function roundFloat32(sec: number, version: 1 | 2): number {
  return version === 1 ? Number(sec.toPrecision(7)) : sec;
}

function text(bytes: Buffer, start: number, end: number): string {
  const field = bytes.toString("latin1", start, end);
  const nul = field.indexOf("\0");
  return nul < 0 ? field : field.slice(0, nul);
}
