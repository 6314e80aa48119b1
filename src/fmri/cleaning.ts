import { cosineDrift } from "../alignment";
import { type Matrix, zeros } from "../tensor";
import { countTrs, type StreamedRun } from "./streamed-run";

/** What is taken out of every voxel of a run; each is a choice, so none has a default. */
export interface Cleaning {
  /**
   * Slow drift: one of "none"; "linear", a straight line; or `cutoffSec`, the longest period that is kept (SPM's cosines; its
   * usual value is 128 s).
   */
  drift: "none" | "linear" | { cutoffSec: number };
  /** Courses that are regressed out, [nFileTrs × nConfounds]: a row for each TR of the file, before any trimming. */
  confounds: Matrix | "none";
  /** "zscore": divided by the population SD over the run's TRs. "none": the scanner's units, about a mean of 0. */
  scale: "zscore" | "none";
}

/** A cleaner made for one run: see `cleanRows`. */
export interface Cleaner {
  readonly nTrs: number;
  /** Orthonormal courses of mean 0, [nTrs × nRegressors]; the mean itself is always taken out. */
  readonly basis: Matrix<Float64Array>;
  /** Drift functions and confounds that added nothing to those before them. */
  readonly nRedundant: number;
  readonly scale: Cleaning["scale"];
}

/** A regressor with less than this share of its length left beside the others is their copy. */
const REDUNDANT_SHARE = 1e-8;
/**
 * Prepares the cleaning of a run: drift and confounds together as one orthonormal basis, so that no step puts back what another
 * took out. Throws when a confound is not finite in a TR that is kept, when there are as many courses as TRs, when
 * the rows do not fit the file, and when a cutoff is given for a run whose TR is unknown.
 */
export function prepareCleaning(run: StreamedRun, cleaning: Cleaning): Cleaner {
  const nTrs = countTrs(run);
  const courses = [...driftCourses(run, cleaning.drift), ...confoundCourses(run, cleaning.confounds)];
  const kept: Float64Array[] = [];
  for (const course of courses) {
    const mean = course.reduce((sum, value) => sum + value, 0) / nTrs;
    const rest = course.map((value) => value - mean);
    const length = norm(rest);
    // Twice is enough against the rounding of the first time.
    for (let pass = 0; pass < 2; pass++) for (const earlier of kept) subtractProjection(rest, earlier);
    const left = norm(rest);
    if (left > REDUNDANT_SHARE * length) kept.push(rest.map((value) => value / left));
  }
  if (kept.length + 1 >= nTrs) {
    throw new Error(
      `cleanRun: invalid number of regressors for run ${run.name}: ${kept.length} beside the mean in ${nTrs} TRs; expected fewer, or nothing is left of the BOLD. Choose fewer confounds or a longer cutoff.`,
    );
  }
  const basis = zeros([nTrs, kept.length]);
  kept.forEach((course, k) => course.forEach((value, t) => (basis.data[t * kept.length + k] = value)));
  const nRedundant = courses.length - kept.length;
  return { nTrs, basis, nRedundant, scale: cleaning.scale };
}

function driftCourses(run: StreamedRun, drift: Cleaning["drift"]): Float64Array[] {
  const nTrs = countTrs(run);
  if (drift === "none") return [];
  if (drift === "linear") return [Float64Array.from({ length: nTrs }, (_, t) => t)];
  if (run.trSec === null) {
    throw new Error(
      `cleanRun: missing TR of run ${run.name}: its file does not say; expected seconds, since a cutoff of ${drift.cutoffSec} s is asked for. Pass trSec when you open the run.`,
    );
  }
  const basis = cosineDrift({ nTrs, trSec: run.trSec, cutoffSec: drift.cutoffSec });
  // The first is the constant.
  return Array.from({ length: basis.shape[1] - 1 }, (_, k) =>
    Float64Array.from({ length: nTrs }, (_, t) => basis.data[t * basis.shape[1] + k + 1]),
  );
}

function confoundCourses(run: StreamedRun, confounds: Matrix | "none"): Float64Array[] {
  if (confounds === "none") return [];
  const [nRows, nColumns] = confounds.shape;
  if (nRows !== run.nFileTrs) {
    throw new Error(
      `cleanRun: mismatched confounds of run ${run.name}: ${nRows} rows; expected ${run.nFileTrs}, one for each TR of the file before trimming. Check that they belong to this run.`,
    );
  }
  return Array.from({ length: nColumns }, (_, j) =>
    Float64Array.from({ length: countTrs(run) }, (_, t) => {
      const value = confounds.data[(run.trs.start + t) * nColumns + j];
      if (Number.isFinite(value)) return value;
      throw new Error(
        `cleanRun: missing value of run ${run.name} in confound column ${j}, TR ${run.trs.start + t}: ${value}; expected a number. Trim that TR, fill the value, or leave the confound out.`,
      );
    }),
  );
}

function norm(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

function subtractProjection(rest: Float64Array, unit: Float64Array): void {
  let share = 0;
  for (let t = 0; t < rest.length; t++) share += rest[t] * unit[t];
  for (let t = 0; t < rest.length; t++) rest[t] -= share * unit[t];
}
