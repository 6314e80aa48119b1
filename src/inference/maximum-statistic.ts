import type { Matrix } from "../tensor";

/** p values with the family-wise error controlled (`maximumStatistic`), in the order of the observed values. */
export interface MaximumStatistic {
  /** One-sided p of each value, corrected for all of them: p = (1 + #{max of null ≥ observed}) / (1 + N). */
  p: Float64Array;
  nDraws: number;
  /** Values that count; the others are NaN, in the observed or somewhere in the null. */
  nValues: number;
}

/**
 * Corrects for testing many voxels by comparing each with the largest of all in every draw of the null [N ×
 * nValues]: the chance of one false positive anywhere is then at most p. A value that is NaN in the observed or in any
 * draw has p = NaN and takes no part. Draws must keep what voxels have in common (`phaseNull` does). Throws when the
 * numbers of values differ. Source: Nichols & Holmes (2002), doi:10.1002/hbm.1058.
 */
export function maximumStatistic(observed: ArrayLike<number>, nullValues: Matrix): MaximumStatistic {
  const [nDraws, n] = nullValues.shape;
  if (observed.length !== n) {
    throw new Error(
      `maximumStatistic: mismatched length of observed: ${observed.length}; expected ${n}, the columns of the null. Use the statistic that made the null.`,
    );
  }
  const counts = Array.from({ length: n }, (_, j) => {
    let isNumber = !Number.isNaN(observed[j]);
    for (let i = 0; i < nDraws; i++) if (Number.isNaN(nullValues.data[i * n + j])) isNumber = false;
    return isNumber;
  });
  const largest = new Float64Array(nDraws).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < nDraws; i++) {
    for (let j = 0; j < n; j++) if (counts[j]) largest[i] = Math.max(largest[i], nullValues.data[i * n + j]);
  }
  largest.sort();
  const p = Float64Array.from({ length: n }, (_, j) => {
    if (!counts[j]) return Number.NaN;
    const nBelow = firstAtLeast(largest, observed[j]);
    return (1 + nDraws - nBelow) / (1 + nDraws);
  });
  return { p, nDraws, nValues: counts.filter(Boolean).length };
}

/** The first position in an ascending array that holds at least `value`. */
function firstAtLeast(sorted: Float64Array, value: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle] < value) from = middle + 1;
    else to = middle;
  }
  return from;
}
