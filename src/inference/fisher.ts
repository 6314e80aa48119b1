/**
 * The mean of correlations through Fisher's z: tanh(mean of atanh r).
 *
 * NaN is left out, as in `signFlip` and `bootstrapInterval`, which count it; NaN when nothing is left. r = ±1 has
 * an infinite z and decides the mean. Throws when |r| exceeds 1. Source: Fisher (1921), On the "probable error" of
 * a coefficient of correlation.
 */
export function fisherMean(r: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < r.length; i++) {
    if (Number.isNaN(r[i])) continue;
    if (Math.abs(r[i]) > 1) {
      throw new Error(
        `fisherMean: invalid r at position ${i}: ${r[i]}; expected −1 to 1. Pass correlations, not z values.`,
      );
    }
    sum += Math.atanh(r[i]);
    count++;
  }
  return Math.tanh(sum / count);
}
