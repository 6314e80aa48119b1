import type { Matrix } from "../tensor";

/**
 * One-sided p of each observed value against its column of a null distribution:
 *   p = (1 + #{null ≥ observed}) / (1 + N), never 0.
 *
 * `observed` [nValues]; `nullValues` [N × nValues]. A column in which the observed value or one of the null is NaN
 * gets NaN. Throws when the numbers of values differ. Source: Phipson & Smyth (2010), doi:10.2202/1544-6115.1585.
 */
export function permutationP(observed: ArrayLike<number>, nullValues: Matrix): Float64Array {
  const [n, nValues] = nullValues.shape;
  if (observed.length !== nValues) {
    throw new Error(
      `permutationP: mismatched length of observed: ${observed.length}; expected ${nValues}, the columns of the null. Use the statistic that made the null.`,
    );
  }
  return Float64Array.from({ length: nValues }, (_, j) => {
    let count = Number.isNaN(observed[j]) ? Number.NaN : 1;
    for (let i = 0; i < n; i++) {
      const value = nullValues.data[i * nValues + j];
      if (Number.isNaN(value)) count = Number.NaN;
      else if (value >= observed[j]) count++;
    }
    return count / (1 + n);
  });
}
