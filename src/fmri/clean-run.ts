import { type Matrix, matrix } from "../tensor";
import { cleanColumns, columnSums } from "./clean-columns";
import { cleanRows } from "./clean-rows";
import { type Cleaning, prepareCleaning } from "./cleaning";
import type { RowGaps } from "./moments";
import {
  countTrs,
  DEFAULT_BUDGET_BYTES,
  type ReadOptions,
  runBlocks,
  type SeriesBlock,
  type StreamedRun,
  type VoxelSpace,
} from "./streamed-run";

/** Voxels of a run that carry nothing, as numbers of its space. They are NaN throughout. */
export interface VoxelGaps {
  /** The same value in all TRs, or nothing left beside drift and confounds. */
  readonly constant: Int32Array;
  /** NaN or infinite in at least one TR. */
  readonly missing: Int32Array;
}

/** A block of cleaned series [nBlockVoxels × nTrs] with what is missing in it. */
export interface CleanBlock extends SeriesBlock {
  readonly gaps: VoxelGaps;
}

/** A cleaned run in memory. */
export interface CleanRun {
  readonly name: string;
  /** [nTrs × nVoxels] float32. */
  readonly bold: Matrix<Float32Array>;
  readonly voxels: Int32Array;
  readonly space: VoxelSpace;
  readonly trSec: number | null;
  readonly startSec: number;
  readonly gaps: VoxelGaps;
  /** Voxels of the space that were not asked for. */
  readonly nMasked: number;
  /** Courses taken out beside the mean, and those that were copies of others. */
  readonly nRegressors: number;
  readonly nRedundant: number;
}

/**
 * The run cleaned, block by block, in one pass over the file: per voxel mean, drift and confounds are regressed out together over the run's
 * TRs, and the rest is divided by its population SD when asked for. Memory stays within `budgetBytes`.
 *
 * Voxels with a value that is not finite and voxels without variation are NaN and listed in the block's `gaps`.
 * Throws as `prepareCleaning` and as the run's reader.
 */
export async function* cleanBlocks(
  run: StreamedRun,
  cleaning: Cleaning,
  options: ReadOptions = {},
): AsyncGenerator<CleanBlock> {
  const cleaner = prepareCleaning(run, cleaning);
  for await (const block of runBlocks(run, options)) {
    const rows = cleanRows(block.series.data, block.series.shape[0], cleaner);
    yield { ...block, gaps: gapsOf(run, block.first, rows) };
  }
}

/**
 * Reads and cleans a whole run: [nTrs × nVoxels] float32, held once. As `cleanBlocks` otherwise; throws when the matrix
 * alone is over the budget.
 */
export async function readRun(
  run: StreamedRun,
  cleaning: Cleaning,
  options: ReadOptions = {},
): Promise<CleanRun> {
  const { budgetBytes = DEFAULT_BUDGET_BYTES, signal } = options;
  const cleaner = prepareCleaning(run, cleaning);
  const nTrs = countTrs(run);
  const nVoxels = run.voxels.length;
  const bytes = 4 * nTrs * nVoxels;
  if (bytes > budgetBytes) {
    throw new Error(
      `readRun: invalid size of run ${run.name}: ${nTrs} TRs × ${nVoxels} voxels are ${bytes} bytes; expected at most the budget of ${budgetBytes}. Stream it with cleanBlocks, select voxels, or raise budgetBytes.`,
    );
  }
  const out = new Float32Array(nTrs * nVoxels);
  const gaps: VoxelGaps[] = [];
  const rest = { budgetBytes: budgetBytes - bytes, signal };
  if (run.reader.fill === null) {
    for await (const block of cleanBlocks(run, cleaning, rest)) {
      transposeInto(block.series, out, { first: block.first, nColumns: nVoxels });
      gaps.push(block.gaps);
    }
  } else {
    const sums = columnSums(nVoxels);
    await run.reader.fill({ trs: run.trs, voxels: run.voxels, ...rest }, out, (rows) => sums.add(out, rows));
    gaps.push(gapsOf(run, 0, cleanColumns(out, nVoxels, { cleaner, sums })));
  }
  return {
    name: run.name,
    bold: matrix(out, [nTrs, nVoxels]),
    voxels: run.voxels,
    space: run.space,
    trSec: run.trSec,
    startSec: run.startSec,
    gaps: {
      constant: Int32Array.from(gaps.flatMap(({ constant }) => Array.from(constant))),
      missing: Int32Array.from(gaps.flatMap(({ missing }) => Array.from(missing))),
    },
    nMasked: run.nFileVoxels - nVoxels,
    nRegressors: cleaner.basis.shape[1],
    nRedundant: cleaner.nRedundant,
  };
}

function gapsOf(run: StreamedRun, first: number, { constant, missing }: RowGaps): VoxelGaps {
  const numbers = (rows: number[]) => Int32Array.from(rows, (i) => run.voxels[first + i]);
  return { constant: numbers(constant), missing: numbers(missing) };
}

/** Square tiles of this many float32 keep both sides of a transposition in the cache. */
const TILE = 32;

/** Writes series [nRows × nTrs] into the columns from `first` on of `out` [nTrs × nColumns]. */
function transposeInto(
  { data: series, shape: [nRows, nTrs] }: Matrix<Float32Array>,
  out: Float32Array,
  { first, nColumns }: { first: number; nColumns: number },
): void {
  for (let i0 = 0; i0 < nRows; i0 += TILE) {
    const i1 = Math.min(nRows, i0 + TILE);
    for (let t0 = 0; t0 < nTrs; t0 += TILE) {
      const t1 = Math.min(nTrs, t0 + TILE);
      for (let t = t0; t < t1; t++) {
        const target = t * nColumns + first;
        for (let i = i0; i < i1; i++) out[target + i] = series[i * nTrs + t];
      }
    }
  }
}
