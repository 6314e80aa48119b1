import { join } from "node:path";
import { highPass, runRanges, type TrRange } from "../alignment";
import {
  accumulateRuns,
  type EncodingData,
  type EncodingStatistics,
  nestedRidge,
  type RidgeChoices,
  ridgeWeights,
  rollP,
  runBlocks,
  saveStatistics,
  segmentBlocks,
} from "../encoding";
import { type StreamedRun, writeMaps } from "../fmri";
import { benjaminiHochberg } from "../inference";
import { contentKey, type Progress } from "../store";
import { encodeNpy, type Matrix, matrix, selectRows } from "../tensor";
import { foldMean } from "./fold-mean";
import { readNpyMatrix } from "./npy-files";
import { type OutputFolder, openOutputFolder } from "./output-folder";
import { type BoldChoices, type GapCounts, openBoldFiles, scoredBold } from "./scored-bold";
import { readExcludedTrs } from "./window-table";

/** The null of circular shifts. */
export interface ShiftChoices {
  nShifts: number;
  minShiftSec: number;
  seed: number;
}

/** What `encodeFiles` fits: lists of files in one order of runs, alphas positive and ascending; `mask` keeps voxels that are not 0. */
export interface EncodeFilesOptions extends BoldChoices {
  /** A file a run, [nTrs × nFeatures] .npy. */
  features: readonly string[];
  /** A file a run: .npy [nTrs × nVoxels], .nii, .nii.gz or .dtseries.nii. */
  bold: readonly string[];
  /** TRs that do not count (`readExcludedTrs`), and how many seconds at the start of each clip do not. */
  exclude?: string;
  riseSec: number;
  mask?: string;
  /** What the files do not say, or have to agree with. */
  trSec?: number;
  alphas: Float64Array;
  shifts: ShiftChoices | "none";
  out: string;
  onProgress?: Progress;
  onMessage?: (message: string) => void;
  signal?: AbortSignal;
}

const LEAST_RUNS = 3;

/** What summary.json says. */
export interface EncodeSummary {
  nRuns: number;
  nVoxels: number;
  nFeatures: number;
  nScoredTrs: number[];
  /** Voxels with a value that is not finite in some run; others that do not vary in some run; all voxels without a score. */
  nMissingVoxels: number;
  nConstantVoxels: number;
  nUnscoredVoxels: number;
  meanR: number;
  /** Share of the scored voxels with p < .05 and with q < .05; null without shifts. */
  shareP05: number | null;
  shareQ05: number | null;
}

/**
 * Voxel-wise encoding from files, a run of features and a run of BOLD each: r.npy, r2.npy and alpha.npy [nRuns × nVoxels], a row for each
 * held-out run, its alpha chosen by leaving out each of the other runs in turn; weights.npy [nFeatures × nVoxels] and intercepts, refitted on all
 * runs; statistics/, from which other questions are answered (`readStatistics`, `mergeStatistics`); summary.json. With shifts p.npy and q.npy
 * [1 × nVoxels]: of the mean r over runs, one-sided, against circular shifts of the features within each run's TRs that count, with the
 * whole fit in every draw; q by Benjamini and Hochberg. Images get maps of the mean over runs beside them, in their space.
 *
 * A high-pass is applied to features and BOLD alike, over each whole run: runs are the folds, so that it crosses none. With `zscore: "runs"`
 * voxels are z-scored and features centred in each run over the TRs that count. BOLD is streamed, once for the fit and again for every few
 * draws. Throws for fewer than three runs, and for files that do not fit together, naming them.
 */
export async function encodeFiles(options: EncodeFilesOptions): Promise<EncodeSummary> {
  const { out, alphas, shifts, zscore, highPassSec, onProgress, onMessage = () => {}, signal } = options;
  checkPairs(options);
  const runs = await openBoldFiles(options.bold, options);
  const X = readFeatures(options.features, runs);
  const scored = scoredTrs(runs, options);
  const features = X.map((m, r) => preparedFeatures(m, scored[r], { run: runs[r], zscore, highPassSec }));
  const gaps: GapCounts = { constant: new Set(), missing: new Set() };
  const data: EncodingData = {
    features,
    bold: runs.map((run, r) =>
      scoredBold(run, scored[r], { ...options, confoundsTable: options.confounds?.[r] }, { gaps, signal }),
    ),
    segments: segmentBlocks(runBlocks(runRanges(scored.map(({ length }) => length))), { gapTrs: 0 }),
  };
  const minShiftTrs = shifts === "none" ? 0 : Math.ceil(shifts.minShiftSec / trOf(runs[0], "--min-shift"));

  const output = openOutputFolder(out, "summary.json");
  const ridge: RidgeChoices = { alphas, intercept: "fitted", rule: "best" };
  const statistics = await accumulateRuns(data, { onProgress, signal });
  await saveStatistics(join(out, "statistics"), statistics, { signal });
  const nested = await nestedRidge(statistics, ridge, { onProgress, signal });
  const weights = await ridgeWeights(statistics, ridge, { onProgress, signal });
  const [r, r2] = [foldMean(nested.r), foldMean(nested.r2)];
  const maps: Record<string, Float64Array> = { r, r2 };
  if (shifts !== "none") {
    const { nShifts: nDraws, seed } = shifts;
    const meanR = async (drawn: EncodingStatistics) =>
      foldMean((await nestedRidge(drawn, ridge, { signal })).r);
    const p = await rollP(data, { nDraws, seed, minShiftTrs }, r, meanR, { onProgress, signal });
    Object.assign(maps, { p, q: benjaminiHochberg(p) });
  }
  for (const name of ["r", "r2", "alpha"] as const) output.write(`${name}.npy`, encodeNpy(nested[name]));
  for (const name of ["p", "q"]) if (maps[name]) output.write(`${name}.npy`, encodeNpy(asRow(maps[name])));
  output.write("weights.npy", encodeNpy(weights.coefficients));
  output.write("intercepts.npy", encodeNpy(asRow(weights.intercepts)));
  writeMapFiles(output, runs[0], maps);

  // A constant voxel becomes NaN as it is cleaned, so that the fit counts it among those with a gap.
  const nFlattened = [...gaps.constant].filter((voxel) => !gaps.missing.has(voxel)).length;
  const summary: EncodeSummary = {
    nRuns: runs.length,
    nVoxels: r.length,
    nFeatures: features[0].shape[1],
    nScoredTrs: scored.map(({ length }) => length),
    nMissingVoxels: nested.nMissingTargets - nFlattened,
    nConstantVoxels: nested.nConstantTargets + nFlattened,
    nUnscoredVoxels: r.reduce((n, value) => n + Number(Number.isNaN(value)), 0),
    meanR: meanOf(r),
    shareP05: maps.p ? shareBelow(maps.p, 0.05) : null,
    shareQ05: maps.q ? shareBelow(maps.q, 0.05) : null,
  };
  const { nAtSmallestAlpha, nAtLargestAlpha, nEvaluatedAlphas, solver, backend } = nested;
  for (const [n, end] of [
    [nAtSmallestAlpha, "smallest"],
    [nAtLargestAlpha, "largest"],
  ] as const) {
    if (n > 0)
      onMessage(
        `${n} of ${nested.alpha.data.length} chosen alphas are the ${end} of the grid; a wider one may fit better`,
      );
  }
  output.finish({
    ...summary,
    solver,
    backend,
    precision: statistics.precision,
    choices: {
      alphas: Array.from(alphas),
      zscore,
      highPassSec: highPassSec ?? null,
      confoundColumns: options.confoundColumns ?? [],
      exclude: options.exclude ?? null,
      riseSec: options.riseSec,
      mask: options.mask ?? null,
      shifts,
    },
    nAtSmallestAlpha,
    nAtLargestAlpha,
    nEvaluatedAlphas,
    statistics: statistics.key,
    inputs: runs.map(({ name }, run) => ({
      features: { file: options.features[run], key: contentKey(X[run]) },
      bold: name,
      confounds: options.confounds?.[run] ?? null,
    })),
  });
  return summary;
}

function checkPairs({ features, bold, confounds, confoundColumns }: EncodeFilesOptions): void {
  if (features.length !== bold.length) {
    throw new Error(
      `encodeFiles: mismatched runs: ${features.length} files of features, ${bold.length} of BOLD; expected one of each a run. Name them in the order of the runs.`,
    );
  }
  if (bold.length < LEAST_RUNS) {
    throw new Error(
      `encodeFiles: invalid number of runs: ${bold.length}; expected at least ${LEAST_RUNS}, one to test, one to choose alpha, one to train. Add runs, or save parts of one run as runs, with a pause between them.`,
    );
  }
  if (confounds !== undefined && confounds.length !== bold.length) {
    throw new Error(
      `encodeFiles: mismatched confounds: ${confounds.length} tables for ${bold.length} runs; expected one a run. Name them in the order of the runs.`,
    );
  }
  if ((confounds === undefined) !== (confoundColumns === undefined)) {
    throw new Error(
      `encodeFiles: missing ${confounds === undefined ? "confounds" : "columns of confounds"}: none; expected tables and the columns that are regressed out. Pass both, or neither.`,
    );
  }
}

function readFeatures(paths: readonly string[], runs: readonly StreamedRun[]): Matrix[] {
  const features = paths.map((path) => readNpyMatrix(path, "encodeFiles", "nTrs", "nFeatures"));
  features.forEach((X, r) => {
    const { name, nFileTrs } = runs[r];
    if (X.shape[0] !== nFileTrs) {
      throw new Error(
        `encodeFiles: mismatched length of run ${r + 1}: ${paths[r]} has ${X.shape[0]} TRs, ${name} ${nFileTrs}; expected as many. Check the order of the files and the run's windows.`,
      );
    }
    if (X.shape[1] !== features[0].shape[1]) {
      throw new Error(
        `encodeFiles: mismatched width of run ${r + 1}: ${paths[r]} has ${X.shape[1]} columns; expected ${features[0].shape[1]} as ${paths[0]}. Align all runs in one call.`,
      );
    }
  });
  return features;
}

/** The TRs of each run that count, ascending. */
function scoredTrs(runs: readonly StreamedRun[], { exclude, riseSec }: EncodeFilesOptions): Int32Array[] {
  const nTrs = runs.map(({ nFileTrs }) => nFileTrs);
  const riseTrs = riseSec === 0 ? 0 : Math.ceil(riseSec / trOf(runs[0], "--rise"));
  const excluded: TrRange[][] =
    exclude === undefined ? nTrs.map(() => []) : readExcludedTrs(exclude, { nTrs, riseTrs });
  return excluded.map((ranges, r) => {
    const counts = Int32Array.from({ length: nTrs[r] }, (_, t) => t).filter(
      (t) => !ranges.some(({ start, end }) => t >= start && t < end),
    );
    if (counts.length >= 2) return counts;
    throw new Error(
      `encodeFiles: missing TRs of run ${r + 1} (${runs[r].name}): ${counts.length} of ${nTrs[r]} are left by ${exclude}; expected at least 2. Exclude fewer, or leave the run out.`,
    );
  });
}

function trOf({ trSec, name }: StreamedRun, option: string): number {
  if (trSec !== null) return trSec;
  throw new Error(
    `encodeFiles: missing TR of ${name}: the file does not say; expected seconds, in which ${option} counts. Pass --tr.`,
  );
}

/** Features over the TRs that count: high-passed in the whole run as its BOLD is, and centred. */
function preparedFeatures(
  X: Matrix,
  scored: Int32Array,
  choices: { run: StreamedRun; zscore: BoldChoices["zscore"]; highPassSec?: number },
): Matrix {
  const { run, zscore, highPassSec: cutoffSec } = choices;
  const filtered =
    cutoffSec === undefined
      ? X
      : highPass(X, [{ start: 0, end: X.shape[0] }], { trSec: trOf(run, "--high-pass"), cutoffSec });
  const rows = selectRows(filtered, scored);
  return zscore === "none" ? rows : centred(rows);
}

function centred({ data, shape: [nRows, nColumns] }: Matrix): Matrix<Float64Array> {
  const means = new Float64Array(nColumns);
  for (let at = 0; at < data.length; at++) means[at % nColumns] += data[at] / nRows;
  return matrix(
    Float64Array.from(data, (value, at) => value - means[at % nColumns]),
    [nRows, nColumns],
  );
}

/** One file a map, in the space of the runs; tables of columns have none. */
function writeMapFiles(
  output: OutputFolder,
  { space, voxels }: StreamedRun,
  maps: Record<string, Float64Array>,
): void {
  if (space.kind === "columns") return;
  const ending = space.kind === "volume" ? "nii.gz" : "dscalar.nii";
  for (const [name, values] of Object.entries(maps)) {
    const names = [{ r: "mean held-out r", r2: "mean held-out R2" }[name] ?? name];
    output.writeBy(`${name}.${ending}`, (path) =>
      writeMaps(path, { maps: asRow(values), names, space, voxels, outside: Number.NaN }),
    );
  }
}

function asRow(values: Float64Array): Matrix<Float64Array> {
  return matrix(values, [1, values.length]);
}

function meanOf(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

function shareBelow(values: Float64Array, level: number): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.filter((value) => value < level).length / known.length;
}
