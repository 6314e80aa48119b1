import { matrix } from "../tensor";
import { type ByteSource, readPieces } from "./byte-source";
import { bytesOf, isUnscaled, type StoredValues, storedValues, type ValueFormat } from "./nifti-datatype";
import { BLOCK_BYTES, type RunReader, type RunRequest, type SeriesBlock } from "./streamed-run";

/** Values that lie TR by TR in a file, all voxels of a TR together: NIfTI volumes, rows of an .npy. */
export interface TrMajorValues {
  readonly source: ByteSource;
  readonly format: ValueFormat;
  /** Where the first value is. */
  readonly start: number;
  readonly nTrs: number;
  readonly nVoxels: number;
}

/** A MB fits the processor's cache, and is large enough for the disk. */
const PIECE_BYTES = 2 ** 20;
/** TRs of a piece are written side by side into each series: 16 float32 fill a cache line. */
const TRS_OF_LINE = 16;
const TILE_VOXELS = 16;

/** The reader of such values. Memory: a few pieces, and for series half of the budget. */
export function trMajorReader(values: TrMajorValues): RunReader {
  return {
    series: (request) => seriesOf(values, request),
    async fill({ trs, voxels, signal }, out, onTrs) {
      const n = voxels.length;
      for await (const { tr, stored, nTrs } of trPieces(values, { trs, signal, leastTrs: 4 })) {
        for (let t = 0; t < nTrs; t++) {
          const target = out.subarray((tr + t) * n, (tr + t + 1) * n);
          copyTr(
            stored.subarray(t * values.nVoxels, (t + 1) * values.nVoxels),
            voxels,
            values.format,
            target,
          );
        }
        onTrs({ start: tr, end: tr + nTrs });
      }
    },
  };
}

async function* seriesOf(
  values: TrMajorValues,
  { trs, voxels, budgetBytes, signal }: RunRequest,
): AsyncGenerator<SeriesBlock> {
  const nTrs = trs.end - trs.start;
  const nHeld = Math.max(1, Math.floor(budgetBytes / 2 / (4 * nTrs)));
  const convert = floatConverter();
  const nGiven = Math.max(1, Math.floor(BLOCK_BYTES / (4 * nTrs)));
  for (let first = 0; first < voxels.length; first += nHeld) {
    const part = voxels.subarray(first, first + nHeld);
    const held = new Float32Array(part.length * nTrs);
    for await (const { stored, ...place } of trPieces(values, {
      trs,
      signal,
      leastTrs: TRS_OF_LINE,
    })) {
      scatter({ ...place, numbers: convert(stored) }, { values, nTrs, voxels: part }, held);
    }
    for (let i = 0; i < part.length; i += nGiven) {
      const n = Math.min(nGiven, part.length - i);
      yield { first: first + i, series: matrix(held.subarray(i * nTrs, (i + n) * nTrs), [n, nTrs]) };
    }
  }
}

interface TrPiece {
  /** The first TR of the piece, of those asked for. */
  tr: number;
  nTrs: number;
  /** Not scaled yet [nTrs × nVoxels]. */
  stored: StoredValues;
}

async function* trPieces(
  values: TrMajorValues,
  { trs, signal, leastTrs }: Pick<RunRequest, "trs" | "signal"> & { leastTrs: number },
): AsyncGenerator<TrPiece> {
  const { source, format, start, nTrs, nVoxels } = values;
  const trBytes = nVoxels * bytesOf(format.datatype);
  const nPieceTrs = Math.min(nTrs, Math.max(leastTrs, Math.floor(PIECE_BYTES / trBytes)));
  let tr = 0; // of those asked for
  for await (const piece of readPieces(source, {
    start: start + trs.start * trBytes,
    end: start + trs.end * trBytes,
    contentEnd: start + nTrs * trBytes,
    pieceBytes: nPieceTrs * trBytes,
    signal,
  })) {
    const stored = storedValues(piece, format);
    const n = stored.length / nVoxels;
    yield { tr, nTrs: n, stored };
    tr += n;
  }
}

/**
 * Makes floats of stored numbers that hold them exactly, so that the loops meet two types of array and not ten. The memory of one result
 * is that of the next.
 */
export function floatConverter(): (stored: StoredValues) => Float32Array | Float64Array {
  let memory: Float32Array | Float64Array = new Float32Array(0);
  return (stored) => {
    if (stored instanceof Float32Array || stored instanceof Float64Array) return stored;
    if (memory.length < stored.length) {
      const holdsExactly = stored.BYTES_PER_ELEMENT <= 2 ? Float32Array : Float64Array;
      memory = new holdsExactly(stored.length);
    }
    memory.set(stored);
    return memory.subarray(0, stored.length);
  };
}

/** Some voxels of a TR as float32. */
function copyTr(stored: StoredValues, voxels: Int32Array, format: ValueFormat, out: Float32Array): void {
  const { slope, intercept } = format;
  const [first, last] = [voxels[0], voxels[voxels.length - 1]];
  if (isUnscaled(format) && last - first === voxels.length - 1) {
    // Voxels that follow each other are converted by the engine, many times faster than one by one.
    out.set(stored.subarray(first, last + 1));
  } else {
    for (let i = 0; i < voxels.length; i++) out[i] = stored[voxels[i]] * slope + intercept;
  }
}

/** Writes the TRs of a piece into the rows of `out` [nVoxels × nTrs]. */
function scatter(
  piece: { tr: number; nTrs: number; numbers: Float32Array | Float64Array },
  { values, nTrs, voxels }: { values: TrMajorValues; nTrs: number; voxels: Int32Array },
  out: Float32Array,
): void {
  const { slope, intercept } = values.format;
  const isPlain = isUnscaled(values.format);
  const { numbers } = piece;
  // Few voxels at a time: the cache lines that they write to stay at hand until they are full.
  for (let first = 0; first < voxels.length; first += TILE_VOXELS) {
    const last = Math.min(voxels.length, first + TILE_VOXELS);
    for (let t = 0; t < piece.nTrs; t++) {
      const source = t * values.nVoxels;
      let target = first * nTrs + piece.tr + t;
      if (isPlain) {
        for (let i = first; i < last; i++, target += nTrs) out[target] = numbers[source + voxels[i]];
      } else {
        for (let i = first; i < last; i++, target += nTrs) {
          out[target] = numbers[source + voxels[i]] * slope + intercept;
        }
      }
    }
  }
}
