import { statSync } from "node:fs";
import { type BoldSeries, boldSeries } from "../encoding";
import {
  type Cleaning,
  checkSameVoxels,
  cleanBlocks,
  maskVoxels,
  openRun,
  readCifti,
  readConfounds,
  readNifti,
  runBlocks,
  type SeriesBlock,
  type StreamedRun,
  sameGrayordinates,
  selectVoxels,
} from "../fmri";
import { contentKey } from "../store";
import { matrix } from "../tensor";

/** How BOLD is cleaned before it is fitted: periods above `highPassSec` seconds and confounds taken out where given, then the scale. */
export interface BoldChoices {
  /** *runs* – each voxel z-scored in each run over the TRs that count; *none* – values as the files have them. */
  zscore: "runs" | "none";
  highPassSec?: number;
  /** A table a run, and which of its columns are regressed out. */
  confounds?: readonly string[];
  confoundColumns?: readonly string[];
}

/**
 * Opens a file a run (.npy, .nii, .nii.gz, .dtseries.nii) and, with `mask` (a volume or CIFTI scalars), the voxels at which it is not 0. Throws
 * unless all are of the same space and voxels.
 */
export async function openBoldFiles(
  paths: readonly string[],
  options: { mask?: string; trSec?: number },
): Promise<StreamedRun[]> {
  const opened: StreamedRun[] = [];
  for (const path of paths) opened.push(await openRun(path, { trSec: options.trSec ?? null }));
  checkSameSpace(opened);
  const runs = options.mask === undefined ? opened : await masked(opened, options.mask);
  checkSameVoxels(runs);
  return runs;
}

function checkSameSpace(runs: readonly StreamedRun[]): void {
  const [first] = runs;
  for (const run of runs.slice(1)) {
    const [a, b] = [first.space, run.space];
    const isSame =
      (a.kind === "columns" && b.kind === "columns") ||
      (a.kind === "grayordinates" && b.kind === "grayordinates" && sameGrayordinates(a.models, b.models)) ||
      (a.kind === "volume" &&
        b.kind === "volume" &&
        a.header.affine.data.every((value, i) => Math.abs(value - b.header.affine.data[i]) < 1e-3) &&
        [0, 1, 2].every((axis) => a.header.shape[axis] === b.header.shape[axis]));
    // Other numbers of voxels are told by checkSameVoxels, which says how many.
    if (isSame || run.nFileVoxels !== first.nFileVoxels) continue;
    throw new Error(
      `openBoldFiles: mismatched space of ${run.name}: ${b.kind} that lie elsewhere; expected those of ${first.name} (${a.kind}). Resample all runs onto one grid.`,
    );
  }
}

async function masked(runs: readonly StreamedRun[], mask: string): Promise<StreamedRun[]> {
  const [{ space }] = runs;
  if (space.kind === "volume") {
    const image = await readNifti(mask);
    return runs.map((run) => selectVoxels(run, maskVoxels(run, image, mask)));
  }
  if (space.kind === "columns") {
    throw new Error(
      `openBoldFiles: invalid mask: ${mask} for ${runs[0].name}; expected none, as its columns have no place. Save the columns that you want.`,
    );
  }
  const { models, values } = await readCifti(mask);
  if (!sameGrayordinates(models, space.models)) {
    throw new Error(
      `openBoldFiles: mismatched grayordinates of ${mask}: ${models.nGrayordinates}; expected the ${space.models.nGrayordinates} of ${runs[0].name}. Pass a mask in the space of the runs.`,
    );
  }
  const inside = Array.from({ length: models.nGrayordinates }, (_, i) => i).filter(
    (i) => values.data[i] !== 0 && !Number.isNaN(values.data[i]),
  );
  return runs.map((run) => selectVoxels(run, inside));
}

/** Voxels of the runs that carry nothing, each counted once. */
export interface GapCounts {
  constant: Set<number>;
  missing: Set<number>;
}

/**
 * A run as the targets of an encoding model: the TRs that count, cleaned. Mean, drift and confounds are taken out over the whole run, as they lie in
 * it; then each voxel is z-scored over the TRs that count. Block by block, within `budgetBytes`. A voxel with a value that is not
 * finite, or that does not vary, is NaN; the pass adds it to `gaps`.
 */
export function scoredBold(
  run: StreamedRun,
  scored: Int32Array,
  choices: BoldChoices & { confoundsTable?: string },
  options: { budgetBytes?: number; signal?: AbortSignal; gaps: GapCounts },
): BoldSeries {
  const { zscore, highPassSec, confoundsTable, confoundColumns = [] } = choices;
  const { gaps, ...reading } = options;
  const cleaning: Cleaning = {
    drift: highPassSec === undefined ? "none" : { cutoffSec: highPassSec },
    confounds:
      confoundsTable === undefined
        ? "none"
        : readConfounds(confoundsTable, { columns: confoundColumns, missing: "zero" }).values,
    scale: "none",
  };
  const isRaw = zscore === "none" && cleaning.drift === "none" && cleaning.confounds === "none";
  const { size, mtimeMs } = statSync(run.name);
  const shape = {
    name: run.name,
    identity: contentKey([run.name, size, mtimeMs, run.voxels, scored, zscore, cleaning]),
    nTrs: scored.length,
    nTargets: run.voxels.length,
  };
  return boldSeries(shape, async function* () {
    const blocks: AsyncGenerator<SeriesBlock> = isRaw
      ? runBlocks(run, reading)
      : noted(cleanBlocks(run, cleaning, reading), gaps);
    for await (const { first, series } of blocks) {
      const [nVoxels, nTrs] = series.shape;
      const values = new Float32Array(nVoxels * scored.length);
      for (let v = 0; v < nVoxels; v++) {
        const own = values.subarray(v * scored.length, (v + 1) * scored.length);
        for (let i = 0; i < scored.length; i++) own[i] = series.data[v * nTrs + scored[i]];
        if (zscore === "runs" && !standardise(own)) gaps.constant.add(run.voxels[first + v]);
      }
      yield { first, series: matrix(values, [nVoxels, scored.length]) };
    }
  });
}

async function* noted(blocks: ReturnType<typeof cleanBlocks>, gaps: GapCounts): AsyncGenerator<SeriesBlock> {
  for await (const block of blocks) {
    for (const voxel of block.gaps.constant) gaps.constant.add(voxel);
    for (const voxel of block.gaps.missing) gaps.missing.add(voxel);
    yield block;
  }
}

/** z-scores in place with the population SD; NaN stays. False, and NaN throughout, for values that do not vary. */
function standardise(values: Float32Array): boolean {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) sum += values[i];
  const mean = sum / values.length;
  for (let i = 0; i < values.length; i++) squares += (values[i] - mean) ** 2;
  const scale = Math.sqrt(values.length / squares);
  if (!(squares > 0)) {
    values.fill(Number.NaN);
    return Number.isNaN(squares);
  }
  for (let i = 0; i < values.length; i++) values[i] = (values[i] - mean) * scale;
  return true;
}
