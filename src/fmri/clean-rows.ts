import { linearAlgebra, zeros } from "../tensor";
import type { Cleaner } from "./cleaning";
import { factorOf, momentsOf, type RowGaps, roundingOf } from "./moments";

/** Float64 scratch of this many bytes stays in the processor's cache and is long enough for a matrix product. */
export const SCRATCH_BYTES = 2 ** 23;

/**
 * Cleans whole series in place: y − mean − Q Qᵀ y, then divided by the SD. `rows` [nRows × nTrs] float32; sums are float64.
 * A row with a value that is not finite, and one whose SD before or after is within the rounding of its values, becomes NaN
 * throughout and is listed.
 */
export function cleanRows(rows: Float32Array, nRows: number, cleaner: Cleaner): RowGaps {
  return cleaner.basis.shape[1] === 0
    ? standardiseRows(rows, nRows, cleaner)
    : regressRows(rows, nRows, cleaner);
}

function standardiseRows(rows: Float32Array, nRows: number, cleaner: Cleaner): RowGaps {
  const gaps: RowGaps = { constant: [], missing: [] };
  const { nTrs } = cleaner;
  for (let i = 0; i < nRows; i++) {
    const start = i * nTrs;
    const moments = momentsOf(rows, start, nTrs);
    const factor = factorOf(i, moments, { cleaner, gaps, limit: roundingOf(moments) });
    const { mean } = moments;
    for (let t = start; t < start + nTrs; t++) rows[t] = (rows[t] - mean) * factor;
  }
  return gaps;
}

function regressRows(rows: Float32Array, nRows: number, cleaner: Cleaner): RowGaps {
  const gaps: RowGaps = { constant: [], missing: [] };
  const { nTrs, basis } = cleaner;
  const { multiply } = linearAlgebra();
  const nScratchRows = Math.max(1, Math.floor(SCRATCH_BYTES / (8 * nTrs)));
  for (let first = 0; first < nRows; first += nScratchRows) {
    const n = Math.min(nScratchRows, nRows - first);
    const centred = zeros([n, nTrs]);
    const before = Array.from({ length: n }, (_, i) => momentsOf(rows, (first + i) * nTrs, nTrs));
    before.forEach(({ mean, sd }, i) => {
      if (Number.isNaN(sd)) return;
      const start = (first + i) * nTrs;
      for (let t = 0; t < nTrs; t++) centred.data[i * nTrs + t] = rows[start + t] - mean;
    });
    const explained = multiply(multiply(centred, basis), basis, { transposeB: true }).data; // [n × nTrs]
    for (let k = 0; k < explained.length; k++) centred.data[k] -= explained[k];
    before.forEach((moments, i) => {
      const limit = roundingOf(moments);
      // What was constant before is so after, whatever rounding has left of it.
      const after = moments.sd > limit ? momentsOf(centred.data, i * nTrs, nTrs) : moments;
      const factor = factorOf(first + i, after, { cleaner, gaps, limit });
      const start = (first + i) * nTrs;
      for (let t = 0; t < nTrs; t++) rows[start + t] = (centred.data[i * nTrs + t] - after.mean) * factor;
    });
  }
  return gaps;
}
