import type { Matrix } from "../tensor";
import { matrix } from "../tensor";
import type { EncodingStatistics } from "./encoding-statistics";
import { fitDual } from "./ridge-dual";
import { kernelFeatures, type RidgeFeatures } from "./ridge-features";
import { rowsOf, type Segment, testSegments, trainingSegments } from "./segments";
import { accumulateStatistics } from "./statistics";

/** What is fitted: features and targets of the same TRs, and the segments that their TRs fall into. */
export type RidgeProblem = RidgeFeatures & {
  /** [nTrs × nTargets]; a NaN makes its target NaN. */
  Y: Matrix;
  /** Which TRs train and test, from `segmentBlocks`; TRs in none are never read. */
  segments: readonly Segment[];
  /** Positive, ascending. */
  alphas: Float64Array;
};

/** A fit to some blocks, able to answer for any other block. */
export interface BlockFit {
  /** [nAlphas × nTargets]. */
  meanSquaredErrors(heldOut: number): Matrix<Float64Array>;
  /** Each target at its chosen alpha, a position in `alphas`. */
  scores(heldOut: number, chosen: Int32Array): { r: Float64Array; r2: Float64Array };
}

/** The statistics of the segments of a problem in memory, in float64. */
export function statisticsOf(problem: RidgeProblem & { X: Matrix }): EncodingStatistics {
  const { segments } = problem;
  // Fits centre their data anyway, so that taking the overall means out first changes nothing but the rounding.
  const [X, Y] = [centreColumns(problem.X, segments), centreColumns(problem.Y, segments)];
  const parts = segments.map((segment) => accumulateStatistics(X, Y, segment));
  return { segments, parts, precision: "float64", key: "in memory" };
}

/** Opens the dual solver: a function that fits to a set of blocks. */
export function openDualSolver(problem: RidgeProblem): (blocks: readonly number[]) => BlockFit {
  const { segments, alphas } = problem;
  const Y = centreColumns(problem.Y, segments);
  const { kernel } =
    "X" in problem
      ? kernelFeatures(centreColumns(problem.X, segments))
      : { kernel: matrix(Float64Array.from(problem.kernel.data), problem.kernel.shape) };
  return (blocks) => {
    const fit = fitDual({ kernel, Y, trainingRows: rowsOf(trainingSegments(segments, blocks)) }, alphas);
    return {
      meanSquaredErrors: (heldOut) => fit.meanSquaredErrors(rowsOf(testSegments(segments, heldOut))),
      scores: (heldOut, chosen) => fit.scores(rowsOf(testSegments(segments, heldOut)), chosen),
    };
  };
}

/** A float64 copy whose columns have mean 0 over the TRs of the segments. */
function centreColumns(m: Matrix, segments: readonly Segment[]): Matrix<Float64Array> {
  const nColumns = m.shape[1];
  const rows = rowsOf(segments);
  const means = new Float64Array(nColumns);
  for (const t of rows) for (let j = 0; j < nColumns; j++) means[j] += m.data[t * nColumns + j] / rows.length;
  const centred = Float64Array.from(m.data);
  for (let at = 0; at < centred.length; at++) centred[at] -= means[at % nColumns];
  return matrix(centred, m.shape);
}

/** Throws unless features, targets and segments fit together. */
export function checkProblem(problem: RidgeProblem): void {
  const { Y, segments } = problem;
  const [kind, features] = "X" in problem ? ["features", problem.X] : ["kernel", problem.kernel];
  const [nTrs, nColumns] = features.shape;
  const last = segments.reduce((end, segment) => Math.max(end, segment.end), 0);
  if (Y.shape[0] !== nTrs || last > nTrs || (kind === "kernel" && nColumns !== nTrs)) {
    throw new Error(
      `crossValidatedRidge: mismatched shapes: ${kind} [${nTrs} × ${nColumns}], Y [${Y.shape[0]} × ${Y.shape[1]}], segments up to TR ${last}; expected the same TRs in all. Bring stimulus and BOLD to one TR grid.`,
    );
  }
  if (nColumns === 0) {
    throw new Error(
      "crossValidatedRidge: missing features: 0 columns; expected at least one. Check which features were dropped.",
    );
  }
  const rows = rowsOf(segments);
  for (const j of kind === "kernel" ? rows : Array(nColumns).keys()) {
    const first = features.data[rows[0] * nColumns + j];
    let isConstant = true;
    for (const t of rows) {
      const value = features.data[t * nColumns + j];
      if (!Number.isFinite(value)) {
        throw new Error(
          `crossValidatedRidge: invalid value of ${kind} at row ${t}, column ${j}: ${value}; expected finite numbers. Drop the column, or leave the TR out of the segments.`,
        );
      }
      if (value !== first) isConstant = false;
    }
    if (isConstant && kind === "features") {
      throw new Error(
        `crossValidatedRidge: invalid column ${j} of features: ${first} in every TR; expected one that varies. Drop it and count it.`,
      );
    }
  }
}
