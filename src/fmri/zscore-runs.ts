import { type Matrix, zeros } from "../tensor";

/**
 * Standardises every column of every run: (y − mean) / SD over the run's TRs, with the population SD (divided by nTrs), so
 * that runs and subjects of different gain count alike.
 *
 * `runs`: one [nTrs × nVoxels] a run, e.g. `[bold]` for a single one; nTrs may differ. What comes back is new, float64.
 * A column that holds a NaN, or whose SD is within rounding of zero (≤ 1e-12 of its largest value), is NaN in that run.
 */
export function zscoreRuns(runs: readonly Matrix[]): Matrix<Float64Array>[] {
  return runs.map((run) => {
    const [nTrs, nVoxels] = run.shape;
    const out = zeros(run.shape);
    for (let j = 0; j < nVoxels; j++) {
      let mean = 0;
      let largest = 0;
      for (let t = 0; t < nTrs; t++) {
        const value = run.data[t * nVoxels + j];
        mean += value / nTrs;
        largest = Math.max(largest, Math.abs(value));
      }
      let sumOfSquares = 0;
      for (let t = 0; t < nTrs; t++) sumOfSquares += (run.data[t * nVoxels + j] - mean) ** 2;
      const sd = Math.sqrt(sumOfSquares / nTrs);
      const varies = sd > 1e-12 * largest;
      for (let t = 0; t < nTrs; t++) {
        out.data[t * nVoxels + j] = varies ? (run.data[t * nVoxels + j] - mean) / sd : Number.NaN;
      }
    }
    return out;
  });
}
