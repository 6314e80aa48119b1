import type { TrRange } from "../alignment";
import type { Matrix } from "../tensor";
import type { BrainModels } from "./brain-models";
import type { NiftiHeader } from "./nifti-header";

/** Where a run's voxels are, and so in what kind of file a map of them is written. */
export type VoxelSpace =
  /** Numbered as on the disk: i fastest, then j, then k. */
  | { readonly kind: "volume"; readonly header: NiftiHeader }
  | { readonly kind: "grayordinates"; readonly models: BrainModels }
  /** Columns of a table, for instance regions of interest. */
  | { readonly kind: "columns"; readonly names: readonly string[] };

/**
 * BOLD of one run, wherever it lies: what every reader gives. The values stay in the file until `runBlocks`, `cleanBlocks`
 * or `readRun` asks for them. It is a plain value: `selectVoxels` and `trimRun` make another that reads less.
 */
export interface StreamedRun {
  /** For messages. */
  readonly name: string;
  /** TRs that are read, of those in the file. */
  readonly trs: TrRange;
  readonly nFileTrs: number;
  /** Voxels that are read, ascending, as numbered in `space`. */
  readonly voxels: Int32Array;
  /** How many voxels the space has. */
  readonly nFileVoxels: number;
  /** Null where neither the file nor the caller says. */
  readonly trSec: number | null;
  /** Time of the stimulus' clock at which the first TR that is read starts. */
  readonly startSec: number;
  readonly space: VoxelSpace;
  readonly reader: RunReader;
}

/** What a file format has to be able to do. Values are float32, rounded once from the float64 of the file's scale. */
export interface RunReader {
  /** Whole series, block after block. */
  series(request: RunRequest): AsyncGenerator<SeriesBlock>;
  /**
   * All that is asked for into `out` [nTrs × nVoxels], TR by TR, where that is how the file has it; null where series are. `onTrs` is told
   * the rows of `out` as they come, a few at a time and in order, while they are still in the processor's cache.
   */
  readonly fill:
    | ((request: RunRequest, out: Float32Array, onTrs: (rows: TrRange) => void) => Promise<void>)
    | null;
}

/** What is asked of a `RunReader`: TRs as the file counts them, voxels as numbers of the run's space, ascending. */
export interface RunRequest {
  readonly trs: TrRange;
  readonly voxels: Int32Array;
  /** The most memory that a reader takes, its blocks included. */
  readonly budgetBytes: number;
  readonly signal?: AbortSignal;
}

/** The series of some voxels of a run. */
export interface SeriesBlock {
  /** Which of the run's voxels (not of its space's) the first row is. */
  readonly first: number;
  /**
   * [nBlockVoxels × nTrs]: one voxel a row, as CIFTI files have it. It may be written to, and is good until the next block is
   * asked for, whose values may take its memory: copy what is to stay.
   */
  readonly series: Matrix<Float32Array>;
}

/** How a run may be read: within which memory, which decides how often a volume series is gone through, and what breaks it off. */
export interface ReadOptions {
  /** The most memory that blocks and buffers take, in bytes; default `DEFAULT_BUDGET_BYTES`. */
  budgetBytes?: number;
  signal?: AbortSignal;
}

/** 2 GiB. */
export const DEFAULT_BUDGET_BYTES = 2 ** 31;
/** A block of 4 MiB is still in the processor's cache when it is worked on, and long enough for the disk and for a matrix product. */
export const BLOCK_BYTES = 2 ** 22;

export function countTrs({ trs }: Pick<StreamedRun, "trs">): number {
  return trs.end - trs.start;
}

/**
 * The run as the file has it, unfiltered, in blocks of whole series, each good until the next is asked for. CIFTI comes as it lies on the
 * disk, in one pass. A volume series lies TR by TR: it is read once where half the budget holds it, else once for every
 * part of the voxels that does.
 */
export function runBlocks(run: StreamedRun, options: ReadOptions = {}): AsyncGenerator<SeriesBlock> {
  const { budgetBytes = DEFAULT_BUDGET_BYTES, signal } = options;
  return run.reader.series({ trs: run.trs, voxels: run.voxels, budgetBytes, signal });
}

/**
 * The run without TRs at its start and end (dummy scans, a part without stimulus). Throws when none is left.
 */
export function trimRun(run: StreamedRun, drop: { start: number; end: number }): StreamedRun {
  const trs = { start: run.trs.start + drop.start, end: run.trs.end - drop.end };
  if (!(Number.isInteger(drop.start) && Number.isInteger(drop.end) && drop.start >= 0 && drop.end >= 0)) {
    throw new Error(
      `trimRun: invalid number of TRs to drop from run ${run.name}: ${drop.start} and ${drop.end}; expected whole numbers that are not negative. Pass 0 for the side that stays.`,
    );
  }
  if (trs.end - trs.start < 1) {
    throw new Error(
      `trimRun: missing TRs of run ${run.name}: none of ${countTrs(run)} is left after ${drop.start} and ${drop.end}; expected at least one. Drop fewer.`,
    );
  }
  if (drop.start > 0 && run.trSec === null) {
    throw new Error(
      `trimRun: missing TR of run ${run.name}: its file does not say; expected seconds, without which the time of its first row is unknown. Pass trSec when you open it.`,
    );
  }
  return { ...run, trs, startSec: run.startSec + drop.start * (run.trSec ?? 0) };
}

/**
 * The run restricted to some voxels, given as numbers of its space (`maskVoxels`, `labelVoxels`, `structureVoxels` give
 * them); those that the run does not read are left out. Throws when none remains or a number is outside the space.
 */
export function selectVoxels(run: StreamedRun, voxels: ArrayLike<number>): StreamedRun {
  const wanted = new Uint8Array(run.nFileVoxels);
  for (let i = 0; i < voxels.length; i++) {
    if (!(Number.isInteger(voxels[i]) && voxels[i] >= 0 && voxels[i] < run.nFileVoxels)) {
      throw new Error(
        `selectVoxels: invalid voxel ${voxels[i]} for run ${run.name}; expected numbers from 0 to ${run.nFileVoxels - 1}. Make the selection in the run's own space.`,
      );
    }
    wanted[voxels[i]] = 1;
  }
  const selected = run.voxels.filter((voxel) => wanted[voxel] === 1);
  if (selected.length === 0) {
    throw new Error(
      `selectVoxels: missing voxels: none of the ${voxels.length} asked for is in run ${run.name} with its ${run.voxels.length}; expected at least one. Check the mask, label or structure.`,
    );
  }
  return { ...run, voxels: selected };
}
