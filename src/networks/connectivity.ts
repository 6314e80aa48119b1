import { fisherMean } from "../inference";
import { correlateColumns, type Matrix, matrix, zeros } from "../tensor";

/**
 * Pearson's r between the courses of networks, [nTrs × nNetworks] each run; over runs the Fisher mean. A constant course
 * has r = NaN. Throws when runs differ in their number of networks.
 */
export function connectivity(runs: readonly Matrix[]): Matrix<Float64Array> {
  const nNetworks = runs[0]?.shape[1] ?? 0;
  const odd = runs.findIndex((run) => run.shape[1] !== nNetworks);
  if (runs.length === 0 || odd >= 0) {
    const got = runs.length === 0 ? "no runs" : `${runs[odd].shape[1]} in run ${odd}`;
    throw new Error(
      `connectivity: mismatched networks: ${got}; expected ${nNetworks || "some"} in every run. Take the means with one atlas.`,
    );
  }
  const each = runs.map((run) => correlateColumns(run, run));
  const out = zeros([nNetworks, nNetworks]);
  for (let i = 0; i < out.data.length; i++) {
    // A course with itself has r = 1 up to rounding, which Fisher's z does not take.
    out.data[i] =
      i % (nNetworks + 1) === 0
        ? each[0].data[i]
        : fisherMean(each.map((r) => Math.max(-1, Math.min(1, r.data[i]))));
  }
  return out;
}

/**
 * Whether two matrices of functional connectivity (`connectivity`) are alike: Pearson's r of their Fisher's z over the pairs of networks, and of how many
 * pairs; those with a NaN are left out. Throws when sizes differ, or for fewer than three networks.
 */
export function connectivityAgreement(a: Matrix, b: Matrix): { r: number; nPairs: number } {
  const [n] = a.shape;
  if (b.shape[0] !== n || n < 3) {
    throw new Error(
      `connectivityAgreement: mismatched networks: ${n} and ${b.shape[0]}; expected the same number, three at least. Use one atlas for both.`,
    );
  }
  const pairs: [number, number][] = [];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const [x, y] = [Math.atanh(a.data[i * n + j]), Math.atanh(b.data[i * n + j])];
      if (Number.isFinite(x) && Number.isFinite(y)) pairs.push([x, y]);
    }
  }
  const column = (k: 0 | 1) =>
    matrix(
      Float64Array.from(pairs, (pair) => pair[k]),
      [pairs.length, 1],
    );
  return { r: correlateColumns(column(0), column(1)).data[0] ?? Number.NaN, nPairs: pairs.length };
}
