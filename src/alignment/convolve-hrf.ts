import { type Matrix, row, zeros } from "../tensor";
import { checkCoverage, type TrRange } from "./tr-range";

/**
 * Convolves each column with a haemodynamic response, causally and inside each run:
 *   out[t] = Σ_k hrf[k] · courses[t − k], over the k for which t − k lies in the same run; cut off at the run's end.
 *
 * `courses` [nTrs × nColumns] on the TR grid; `runs` cover its rows; `hrf` as sampled at the same TR. Returns
 * float64 of the same shape. Throws at the first value that is not finite, naming its row and column, and when the
 * runs do not cover the rows.
 */
export function convolveHrf(
  courses: Matrix,
  runs: readonly TrRange[],
  hrf: Float64Array,
): Matrix<Float64Array> {
  const [nTrs, nColumns] = courses.shape;
  checkCoverage("convolveHrf", runs, nTrs);
  const bad = courses.data.findIndex((value: number) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new Error(
      `convolveHrf: invalid value at row ${Math.floor(bad / nColumns)}, column ${bad % nColumns}: ${courses.data[bad]}; expected finite numbers. Drop the column or set the TR to 0.`,
    );
  }
  const out = zeros(courses.shape);
  for (const { start, end } of runs) {
    for (let t = start; t < end; t++) {
      const sums = row(out, t);
      for (let k = 0; k < hrf.length && t - k >= start; k++) {
        const earlier = row(courses, t - k);
        for (let j = 0; j < nColumns; j++) sums[j] += hrf[k] * earlier[j];
      }
    }
  }
  return out;
}
