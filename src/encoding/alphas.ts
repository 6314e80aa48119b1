import type { Matrix } from "../tensor";

/** Rounding of sums may disturb the smallest thing that counts by this share: the agreement asked of coefficients. */
const ROUNDING_SHARE = 1e-5;
const FLOAT32_EPSILON = 2 ** -24;

/**
 * Evenly spaced exponents: nAlphas penalties from 10^from to 10^to, ascending (numpy.logspace).
 * Throws when nAlphas is not a positive integer.
 */
export function logSpacedAlphas(range: { from: number; to: number; nAlphas: number }): Float64Array {
  const { from, to, nAlphas } = range;
  if (!Number.isInteger(nAlphas) || nAlphas < 1) {
    throw new Error(
      `logSpacedAlphas: invalid nAlphas: ${nAlphas}; expected a positive integer. 10 to 25 are usual.`,
    );
  }
  return Float64Array.from(
    { length: nAlphas },
    (_, i) => 10 ** (nAlphas === 1 ? from : from + ((to - from) * i) / (nAlphas - 1)),
  );
}

/**
 * The alpha of each target, as a position in `alphas`: the first maximum of score + 1e-10 ln alpha, so that ties go
 * to the larger alpha. `scores` [nAlphas × nTargets], higher is better. −1 where every score is NaN. Source:
 * himalaya 0.4.11, RidgeCV.
 */
export function chooseAlphas(scores: Matrix, alphas: Float64Array): Int32Array {
  const nTargets = scores.shape[1];
  const chosen = new Int32Array(nTargets).fill(-1);
  const best = new Float64Array(nTargets).fill(Number.NEGATIVE_INFINITY);
  alphas.forEach((alpha, a) => {
    const bonus = 1e-10 * Math.log(alpha);
    for (let j = 0; j < nTargets; j++) {
      const score = scores.data[a * nTargets + j] + bonus;
      if (score > best[j]) {
        best[j] = score;
        chosen[j] = a;
      }
    }
  });
  return chosen;
}

/** Which alpha is taken: the best, or the largest that scores within one SD over folds of the best. */
export type AlphaRule = "best" | "conservative";

/** The alpha of each target as `alphaChoice` picks it, both arrays [nTargets]; the score is NaN where none was chosen. */
export interface AlphaChoice {
  /** Position in the grid, target by target; −1 where there is no score. */
  chosen: Int32Array;
  /** The score there: mean over folds of −MSE. */
  scores: Float64Array;
}

/**
 * The alpha of each target from its errors in every fold, [nTargets × nAlphas] each: by the unweighted mean over
 * folds of −MSE + 1e-10 ln alpha, the first maximum. *conservative* then takes the largest alpha whose score
 * exceeds the best one's minus its SD over folds (ddof 0). Source: himalaya 0.4.11, _select_best_alphas.
 */
export function alphaChoice(
  foldErrors: readonly Matrix[],
  alphas: Float64Array,
  rule: AlphaRule,
): AlphaChoice {
  const nAlphas = alphas.length;
  const nTargets = foldErrors[0].shape[0];
  const chosen = new Int32Array(nTargets).fill(-1);
  const scores = new Float64Array(nTargets).fill(Number.NaN);
  const bonuses = alphas.map((alpha) => 1e-10 * Math.log(alpha));
  const means = new Float64Array(nAlphas);
  for (let v = 0; v < nTargets; v++) {
    const at = v * nAlphas;
    let best = -1;
    for (let a = 0; a < nAlphas; a++) {
      let sum = 0;
      for (const errors of foldErrors) sum += errors.data[at + a];
      means[a] = bonuses[a] - sum / foldErrors.length;
      if (means[a] > (best < 0 ? Number.NEGATIVE_INFINITY : means[best])) best = a;
    }
    if (best >= 0 && rule === "conservative") {
      const toBeat = means[best] - spread(foldErrors, at + best);
      for (let a = nAlphas - 1; a > best; a--) {
        if (means[a] > toBeat) {
          best = a;
          break;
        }
      }
    }
    chosen[v] = best;
    if (best >= 0) scores[v] = means[best] - bonuses[best];
  }
  return { chosen, scores };
}

/** SD over folds, ddof 0. */
function spread(foldErrors: readonly Matrix[], at: number): number {
  const mean = foldErrors.reduce((sum, errors) => sum + errors.data[at], 0) / foldErrors.length;
  const squares = foldErrors.reduce((sum, errors) => sum + (errors.data[at] - mean) ** 2, 0);
  return Math.sqrt(squares / foldErrors.length);
}

/** Chosen alphas at an end of their grid, where a wider grid might be better. */
export interface GridEnds {
  nAtSmallestAlpha: number;
  nAtLargestAlpha: number;
}

export function countGridEnds(alphas: Float64Array, chosen: ArrayLike<number>): GridEnds {
  let [nAtSmallestAlpha, nAtLargestAlpha] = [0, 0];
  for (let j = 0; j < chosen.length; j++) {
    if (chosen[j] === alphas[0]) nAtSmallestAlpha++;
    if (chosen[j] === alphas[alphas.length - 1]) nAtLargestAlpha++;
  }
  return { nAtSmallestAlpha, nAtLargestAlpha };
}

/** The chosen alphas themselves; NaN where none was chosen. */
export function alphasOf(chosen: Int32Array, alphas: Float64Array): Float64Array {
  return Float64Array.from(chosen, (a) => (a < 0 ? Number.NaN : alphas[a]));
}

/** Throws unless the alphas are positive, finite and ascending. */
export function checkAlphas(caller: string, alphas: Float64Array): void {
  const bad = alphas.findIndex(
    (alpha, a) => !(alpha > (a === 0 ? 0 : alphas[a - 1]) && Number.isFinite(alpha)),
  );
  if (alphas.length === 0 || bad >= 0) {
    const got = alphas.length === 0 ? "none" : `${alphas[bad]} at position ${bad}`;
    throw new Error(
      `${caller}: invalid alphas: ${got}; expected positive numbers in ascending order. Make them with logSpacedAlphas.`,
    );
  }
}

/**
 * Throws where sums of squares cannot carry the penalties, and coefficients would be noise. In float64 the rounding
 * of the sums, ε Σ x², must stay below 1e-5 of the smallest alpha plus the smallest eigenvalue s. Where the
 * products with Y are float32, an error of ε Σ x² reaches a prediction as ε Σ x² / √(s + α) only: s + α must be
 * above (1e5 ε)² of the mean eigenvalue.
 */
export function checkRounding(
  caller: string,
  sums: {
    squares: number;
    smallestEigenvalue: number;
    smallestAlpha: number;
    nRegressors?: number;
    precision?: "float32" | "float64";
  },
): void {
  const { squares, nRegressors = 1, precision = "float64" } = sums;
  const smallest = Math.max(0, sums.smallestEigenvalue) + sums.smallestAlpha;
  const rounding = Number.EPSILON * squares;
  if (!(rounding <= ROUNDING_SHARE * smallest)) {
    throw new Error(
      `${caller}: invalid scale of features: rounding of their sum of squares ${squares.toExponential(1)} is ${rounding.toExponential(1)} beside a smallest penalised eigenvalue of ${smallest.toExponential(1)}; expected at most 1e-5 of it. Centre and z-score the features, or drop the smallest alphas.`,
    );
  }
  const mean = squares / nRegressors;
  const share = (FLOAT32_EPSILON / ROUNDING_SHARE) ** 2;
  if (precision === "float32" && !(smallest >= share * mean)) {
    throw new Error(
      `${caller}: invalid scale of features for float32: a smallest penalised eigenvalue of ${smallest.toExponential(1)} beside a mean of ${mean.toExponential(1)}; expected at least ${share.toExponential(1)} of it. Accumulate the statistics in float64, or drop the smallest alphas.`,
    );
  }
}
