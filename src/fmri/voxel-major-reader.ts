import { matrix } from "../tensor";
import { type ByteSource, readPieces } from "./byte-source";
import { bytesOf, isUnscaled, storedValues, type ValueFormat } from "./nifti-datatype";
import { BLOCK_BYTES, type RunReader, type RunRequest, type SeriesBlock } from "./streamed-run";
import { floatConverter } from "./tr-major-reader";

/** Values that lie voxel by voxel in a file, each with its whole series: a CIFTI dense series. */
export interface VoxelMajorValues {
  readonly source: ByteSource;
  readonly format: ValueFormat;
  readonly start: number;
  readonly nTrs: number;
  readonly nVoxels: number;
}

/** Two pieces, and a block made of one of them, are in memory at once. */
const BUDGET_SHARE = 4;
/** Below this a block costs more in calls than it saves in memory. */
const LEAST_BLOCK_BYTES = 2 ** 16;

/** The reader of such values: one pass over the file, whatever the budget. */
export function voxelMajorReader(values: VoxelMajorValues): RunReader {
  return { series: (request) => seriesOf(values, request), fill: null };
}

async function* seriesOf(
  values: VoxelMajorValues,
  { trs, voxels, budgetBytes, signal }: RunRequest,
): AsyncGenerator<SeriesBlock> {
  const { source, format, start, nVoxels } = values;
  const rowBytes = values.nTrs * bytesOf(format.datatype);
  const blockBytes = Math.max(LEAST_BLOCK_BYTES, Math.min(BLOCK_BYTES, budgetBytes / BUDGET_SHARE));
  const nPieceRows = Math.max(
    1,
    Math.min(nVoxels, Math.floor(blockBytes / Math.max(rowBytes, 4 * values.nTrs))),
  );
  const [firstRow, lastRow] = [voxels[0], voxels[voxels.length - 1]];
  const range = {
    start: start + firstRow * rowBytes,
    end: start + (lastRow + 1) * rowBytes,
    contentEnd: start + nVoxels * rowBytes,
    pieceBytes: nPieceRows * rowBytes,
    signal,
  };
  const isWhole = trs.start === 0 && trs.end === values.nTrs;
  const convert = floatConverter();
  let voxel = firstRow; // of the file: the first row of the piece
  let first = 0; // of those asked for: the next one to come
  for await (const piece of readPieces(source, range)) {
    const numbers = convert(storedValues(piece, format));
    const nRows = numbers.length / values.nTrs;
    let next = first;
    while (next < voxels.length && voxels[next] < voxel + nRows) next++;
    if (next > first) {
      // Float32 that is wanted whole is handed on as it was read.
      const series =
        isWhole && next - first === nRows && isUnscaled(format) && numbers instanceof Float32Array
          ? numbers
          : pickRows(numbers, values, { trs, voxels: voxels.subarray(first, next), firstRow: voxel });
      yield { first, series: matrix(series, [next - first, trs.end - trs.start]) };
    }
    first = next;
    voxel += nRows;
  }
}

function pickRows(
  numbers: Float32Array | Float64Array,
  { nTrs, format }: VoxelMajorValues,
  wanted: { trs: { start: number; end: number }; voxels: Int32Array; firstRow: number },
): Float32Array {
  const { slope, intercept } = format;
  const { trs, voxels, firstRow } = wanted;
  const length = trs.end - trs.start;
  const out = new Float32Array(voxels.length * length);
  for (let i = 0; i < voxels.length; i++) {
    const from = (voxels[i] - firstRow) * nTrs + trs.start;
    for (let t = 0; t < length; t++) out[i * length + t] = numbers[from + t] * slope + intercept;
  }
  return out;
}
