import type { Matrix } from "../tensor";

/** Rounding of sums may disturb the smallest thing that counts by this share: the agreement asked of coefficients. */
const ROUNDING_SHARE = 1e-5;

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
 * Throws where float64 sums of squares cannot carry the penalties: their rounding, ε Σ x², must stay below 1e-5 of
 * the smallest alpha plus the smallest eigenvalue, or coefficients would be noise.
 */
export function checkRounding(
  caller: string,
  sums: { squares: number; smallestEigenvalue: number; smallestAlpha: number },
): void {
  const rounding = Number.EPSILON * sums.squares;
  const smallest = Math.max(0, sums.smallestEigenvalue) + sums.smallestAlpha;
  if (!(rounding <= ROUNDING_SHARE * smallest)) {
    throw new Error(
      `${caller}: invalid scale of features: rounding of their sum of squares ${sums.squares.toExponential(1)} is ${rounding.toExponential(1)} beside a smallest penalised eigenvalue of ${smallest.toExponential(1)}; expected at most 1e-5 of it. Centre and z-score the features, or drop the smallest alphas.`,
    );
  }
}
