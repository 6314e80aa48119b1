import type { Matrix } from "../tensor";

/**
 * A centred sum of squares below this share of the uncentred one is rounding, not variance. In float64 a large
 * multiple of ε; where products were computed in float32, what keeps their rounding, 6e-8 of the mean, below 2e-5 of
 * a standard deviation: means up to 300 standard deviations.
 */
const RESOLUTION = { float64: 1e6 * Number.EPSILON, float32: 1e-5 };

/**
 * Whether a sum of squares about the mean tells variance from rounding, given the sum of squares about 0 that it
 * was made from. False for a constant, for a mean so large that the sums have lost the variance beside it, and
 * for NaN.
 */
export function hasVariance(
  centredSquares: number,
  squares: number,
  precision: keyof typeof RESOLUTION = "float64",
): boolean {
  return centredSquares > RESOLUTION[precision] * squares;
}

/** Pearson's correlation from sums of squares and products about the means; rounding takes it no further than ±1. */
export function correlationOf({ yy, pp, yp }: { yy: number; pp: number; yp: number }): number {
  return Math.max(-1, Math.min(1, yp / Math.sqrt(yy * pp)));
}

/**
 * Pearson's correlation of each column of `y` with the same column of `predicted`, both [nTrs × nTargets]:
 *   r = Σ (y − ȳ)(p − p̄) / √(Σ (y − ȳ)² Σ (p − p̄)²).
 * NaN where either has no variance or holds a NaN. Throws when the shapes differ.
 */
export function correlationScore(y: Matrix, predicted: Matrix): Float64Array {
  return columnwise("correlationScore", y, predicted, correlationOf);
}

/**
 * The coefficient of determination of each column: R² = 1 − Σ (y − p)² / Σ (y − ȳ)², negative where the mean predicts
 * better. NaN where `y` has no variance or either holds a NaN. Throws when the shapes differ.
 */
export function r2Score(y: Matrix, predicted: Matrix): Float64Array {
  return columnwise("r2Score", y, predicted, ({ yy, residual }) => 1 - residual / yy);
}

interface Sums {
  /** Sums of squares and products about the means; NaN where there is no variance. */
  yy: number;
  pp: number;
  yp: number;
  /** Σ (y − p)². */
  residual: number;
}

function columnwise(
  caller: string,
  y: Matrix,
  predicted: Matrix,
  score: (sums: Sums) => number,
): Float64Array {
  const [nTrs, nTargets] = y.shape;
  if (predicted.shape[0] !== nTrs || predicted.shape[1] !== nTargets) {
    throw new Error(
      `${caller}: mismatched shapes: y [${nTrs} × ${nTargets}], predicted [${predicted.shape[0]} × ${predicted.shape[1]}]; expected the same. Predict the TRs and targets of y.`,
    );
  }
  return Float64Array.from({ length: nTargets }, (_, j) => {
    let [ySum, pSum, ySquares, pSquares, residual] = [0, 0, 0, 0, 0];
    for (let at = j; at < y.data.length; at += nTargets) {
      ySum += y.data[at];
      pSum += predicted.data[at];
      ySquares += y.data[at] ** 2;
      pSquares += predicted.data[at] ** 2;
      residual += (y.data[at] - predicted.data[at]) ** 2;
    }
    let [yy, pp, yp] = [0, 0, 0];
    for (let at = j; at < y.data.length; at += nTargets) {
      const dy = y.data[at] - ySum / nTrs;
      const dp = predicted.data[at] - pSum / nTrs;
      yy += dy * dy;
      pp += dp * dp;
      yp += dy * dp;
    }
    return score({
      yy: hasVariance(yy, ySquares) ? yy : Number.NaN,
      pp: hasVariance(pp, pSquares) ? pp : Number.NaN,
      yp,
      residual,
    });
  });
}
