/**
 * q values of Benjamini and Hochberg: q of the i-th smallest of m p values is min over j ≥ i of m p_(j) / j.
 *
 * Returns one q for each p. NaN stays NaN and does not count among the m tests. Throws when a p lies outside 0 … 1.
 * Source: Benjamini & Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x.
 */
export function benjaminiHochberg(p: ArrayLike<number>): Float64Array {
  const q = new Float64Array(p.length).fill(Number.NaN);
  const tested = Array.from(q.keys()).filter((i) => !Number.isNaN(p[i]));
  const invalid = tested.find((i) => !(p[i] >= 0 && p[i] <= 1));
  if (invalid !== undefined) {
    throw new Error(
      `benjaminiHochberg: invalid p at position ${invalid}: ${p[invalid]}; expected 0 to 1, or NaN for no test. Pass p values, not statistics.`,
    );
  }
  tested.sort((i, j) => p[j] - p[i]);
  let smallest = 1;
  tested.forEach((i, fromLargest) => {
    smallest = Math.min(smallest, (tested.length * p[i]) / (tested.length - fromLargest));
    q[i] = smallest;
  });
  return q;
}
