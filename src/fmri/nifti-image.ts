import { type ByteSource, checkPromise, openByteSource, readHead, readPieces } from "./byte-source";
import { isUnscaled, storedValues } from "./nifti-datatype";
import { decodeNiftiExtensions, type NiftiExtension } from "./nifti-extensions";
import {
  countValues,
  decodeNiftiHeader,
  MOST_HEADER_BYTES,
  type NiftiHeader,
  promisedBytes,
} from "./nifti-header";

/** A NIfTI file whose header has been read, its values not. */
export interface NiftiFile {
  readonly source: ByteSource;
  readonly header: NiftiHeader;
  readonly extensions: readonly NiftiExtension[];
}

/** A NIfTI image in memory. */
export interface NiftiImage {
  readonly header: NiftiHeader;
  readonly extensions: readonly NiftiExtension[];
  /** One value a voxel as stored · slope + intercept, the first dimension varying fastest. */
  readonly values: Float64Array;
}

/** What lies before the values of a sound file is far smaller: CIFTI's XML of 91,282 grayordinates has 1 to 2 MB. */
const MOST_EXTENSION_BYTES = 2 ** 28;
const PIECE_BYTES = 2 ** 23;

/** Reads header and extensions, and checks that the file can hold what the header promises. */
export async function openNiftiFile(path: string, caller: string, run?: string): Promise<NiftiFile> {
  const source = await openByteSource(path, caller, run);
  const header = decodeNiftiHeader(await readHead(source, MOST_HEADER_BYTES), source);
  checkPromise(source, promisedBytes(header));
  const { voxOffset, bytes } = header;
  if (voxOffset > MOST_EXTENSION_BYTES) {
    throw new Error(
      `${caller}: invalid vox_offset of ${source.label}: ${voxOffset}; expected at most ${MOST_EXTENSION_BYTES}. The file is damaged: copy it again.`,
    );
  }
  const head = await readHead(source, voxOffset);
  return {
    source,
    header,
    extensions: decodeNiftiExtensions(head.subarray(bytes.length), header, source),
  };
}

/**
 * Reads a NIfTI-1 or NIfTI-2 image (.nii, .nii.gz) of any integer or float type, 1 to 7 dimensions, either byte order, into memory: for
 * masks, atlases and maps. BOLD is read by `openNiftiRun`, block by block.
 *
 * Values are stored · scl_slope + scl_inter in float64 (a slope of 0 or that is not finite scales nothing), NaN and infinities as stored;
 * 64-bit integers beyond 2⁵³ are rounded. Throws, naming the file, for complex and colour types, .hdr/.img pairs, sizes
 * that differ from the header's, and damaged gzip. Source: nifti1.h and nifti2.h; values equal nibabel's `get_fdata()`.
 */
export async function readNifti(path: string): Promise<NiftiImage> {
  const { source, header, extensions } = await openNiftiFile(path, "readNifti");
  const { slope, intercept } = header.format;
  const values = new Float64Array(countValues(header));
  const end = promisedBytes(header);
  const range = { start: header.voxOffset, end, contentEnd: end, pieceBytes: PIECE_BYTES };
  let done = 0;
  for await (const piece of readPieces(source, range)) {
    const stored = storedValues(piece, header.format);
    values.set(stored, done);
    if (!isUnscaled(header.format)) {
      for (let i = done; i < done + stored.length; i++) values[i] = values[i] * slope + intercept;
    }
    done += stored.length;
  }
  return { header, extensions, values };
}
