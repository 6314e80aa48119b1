import type { TrRange } from "../alignment";
import { cleanRows, SCRATCH_BYTES } from "./clean-rows";
import type { Cleaner } from "./cleaning";
import { factorOf, type Moments, momentsAbout, type RowGaps, roundingOf } from "./moments";

/** Sums over the TRs of a run that is filled TR by TR, for `cleanColumns`. */
export interface ColumnSums {
  /** Adds some rows of `columns` [nTrs × nColumns]. Each row once, the first first. */
  add(columns: Float32Array, rows: TrRange): void;
  momentsOf(column: number, nTrs: number): Moments;
}

/** Sums of nothing yet. They are taken about each column's first value, as `momentsOf` does. */
export function columnSums(nColumns: number): ColumnSums {
  const [sums, squares] = [new Float64Array(nColumns), new Float64Array(nColumns)];
  const origins = new Float32Array(nColumns);
  return {
    add(columns, { start, end }) {
      if (start === 0) origins.set(columns.subarray(0, nColumns));
      let row = start;
      // Four rows at a time: the sums are fetched and stored a quarter as often.
      for (; row + 3 < end; row += 4) {
        const r0 = row * nColumns;
        const r1 = r0 + nColumns;
        const r2 = r1 + nColumns;
        const r3 = r2 + nColumns;
        for (let j = 0; j < nColumns; j++) {
          const origin = origins[j];
          const d0 = columns[r0 + j] - origin;
          const d1 = columns[r1 + j] - origin;
          const d2 = columns[r2 + j] - origin;
          const d3 = columns[r3 + j] - origin;
          sums[j] += d0 + d1 + (d2 + d3);
          squares[j] += d0 * d0 + d1 * d1 + (d2 * d2 + d3 * d3);
        }
      }
      for (; row < end; row++) {
        for (let j = 0; j < nColumns; j++) {
          const d = columns[row * nColumns + j] - origins[j];
          sums[j] += d;
          squares[j] += d * d;
        }
      }
    },
    momentsOf: (j, n) => momentsAbout(origins[j], { n, sum: sums[j], squares: squares[j] }),
  };
}

/**
 * The same cleaning of columns: `columns` [nTrs × nColumns] in place. Without regressors the sums are all that is needed; with them
 * columns are turned into rows, a tile at a time.
 */
export function cleanColumns(
  columns: Float32Array,
  nColumns: number,
  { cleaner, sums }: { cleaner: Cleaner; sums: ColumnSums },
): RowGaps {
  if (cleaner.basis.shape[1] === 0) return standardiseColumns(columns, nColumns, { cleaner, sums });
  const { nTrs } = cleaner;
  const nTile = Math.max(1, Math.min(nColumns, Math.floor(SCRATCH_BYTES / (8 * nTrs))));
  const tile = new Float32Array(nTile * nTrs);
  const gaps: RowGaps = { constant: [], missing: [] };
  for (let first = 0; first < nColumns; first += nTile) {
    const n = Math.min(nTile, nColumns - first);
    for (let t = 0; t < nTrs; t++) {
      for (let j = 0; j < n; j++) tile[j * nTrs + t] = columns[t * nColumns + first + j];
    }
    const found = cleanRows(tile, n, cleaner);
    for (let t = 0; t < nTrs; t++) {
      for (let j = 0; j < n; j++) columns[t * nColumns + first + j] = tile[j * nTrs + t];
    }
    gaps.constant.push(...found.constant.map((j) => j + first));
    gaps.missing.push(...found.missing.map((j) => j + first));
  }
  return gaps;
}

function standardiseColumns(
  columns: Float32Array,
  nColumns: number,
  { cleaner, sums }: { cleaner: Cleaner; sums: ColumnSums },
): RowGaps {
  const { nTrs } = cleaner;
  const gaps: RowGaps = { constant: [], missing: [] };
  const means = new Float64Array(nColumns);
  const factors = new Float64Array(nColumns);
  for (let j = 0; j < nColumns; j++) {
    const moments = sums.momentsOf(j, nTrs);
    factors[j] = factorOf(j, moments, { cleaner, gaps, limit: roundingOf(moments) });
    means[j] = moments.mean;
  }
  let t = 0;
  for (; t + 3 < nTrs; t += 4) {
    const r0 = t * nColumns;
    const r1 = r0 + nColumns;
    const r2 = r1 + nColumns;
    const r3 = r2 + nColumns;
    for (let j = 0; j < nColumns; j++) {
      const mean = means[j];
      const factor = factors[j];
      columns[r0 + j] = (columns[r0 + j] - mean) * factor;
      columns[r1 + j] = (columns[r1 + j] - mean) * factor;
      columns[r2 + j] = (columns[r2 + j] - mean) * factor;
      columns[r3 + j] = (columns[r3 + j] - mean) * factor;
    }
  }
  for (; t < nTrs; t++) {
    const r = t * nColumns;
    for (let j = 0; j < nColumns; j++) columns[r + j] = (columns[r + j] - means[j]) * factors[j];
  }
  return gaps;
}
