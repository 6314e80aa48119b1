import { correlateColumns, type Matrix, row, zeros } from "../tensor";

/** A one-to-one pairing of two sets of atoms by their courses (`matchAtoms`): an entry for each atom of the first set. */
export interface AtomMatch {
  /** partner[k]: the atom of the second set that goes with atom k of the first, −1 where there are too few. */
  partner: Int32Array;
  /** Pearson's r of the two courses, with its sign; 0 for an atom without a partner or without a course. */
  r: Float64Array;
}

/**
 * Pairs the atoms of two sets one to one, so that Σ |r| of the paired courses is as large as can be.
 * `first` [nTrs × nAtoms] and `second` [nTrs × nOthers] are courses over the same TRs; a dead atom's r counts as 0.
 * Throws when the numbers of TRs differ.
 */
export function matchAtoms(first: Matrix, second: Matrix): AtomMatch {
  const r = correlateColumns(first, second);
  for (let i = 0; i < r.data.length; i++) if (Number.isNaN(r.data[i])) r.data[i] = 0;
  const partner = assignColumns(r);
  return {
    partner,
    r: Float64Array.from(partner, (m, k) => (m < 0 ? 0 : r.data[k * second.shape[1] + m])),
  };
}

/**
 * The assignment of rows to columns that maximises the sum of |values| [nRows × nCols]: shortest augmenting paths with dual
 * prices, O(n³). With more rows than columns some rows get −1.
 * Source: Jonker & Volgenant (1987), Computing 38:325–340; Crouse (2016), IEEE T-AES 52(4), section II.
 */
export function assignColumns(values: Matrix): Int32Array {
  const n = Math.max(...values.shape);
  const [nRows, nCols] = values.shape;
  // A square of costs; what is missing costs as much as a value of 0.
  const cost = zeros([n, n]);
  for (let i = 0; i < nRows; i++) {
    for (let j = 0; j < nCols; j++) cost.data[i * n + j] = -Math.abs(values.data[i * nCols + j]);
  }
  const [rowPrice, columnPrice] = [new Float64Array(n), new Float64Array(n)];
  const rowOf = new Int32Array(n).fill(-1);
  const columnOf = new Int32Array(n).fill(-1);
  for (let start = 0; start < n; start++) {
    const distance = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
    const comesFrom = new Int32Array(n).fill(-1); // the row before a column on the path
    const done = new Uint8Array(n);
    const reached: number[] = [];
    let [current, least, end] = [start, 0, -1];
    while (end < 0) {
      const costs = row(cost, current);
      let [nearest, shortest] = [-1, Number.POSITIVE_INFINITY];
      for (let j = 0; j < n; j++) {
        if (done[j]) continue;
        const length = least + costs[j] - rowPrice[current] - columnPrice[j];
        if (length < distance[j]) [distance[j], comesFrom[j]] = [length, current];
        if (distance[j] < shortest) [nearest, shortest] = [j, distance[j]];
      }
      least = shortest;
      done[nearest] = 1;
      reached.push(nearest);
      if (rowOf[nearest] < 0) end = nearest;
      else current = rowOf[nearest];
    }
    rowPrice[start] += least;
    for (const j of reached) {
      if (j === end) continue;
      rowPrice[rowOf[j]] += least - distance[j];
      columnPrice[j] -= least - distance[j];
    }
    for (let j = end; ; ) {
      const i = comesFrom[j];
      const next = columnOf[i];
      [rowOf[j], columnOf[i]] = [i, j];
      if (i === start) break;
      j = next;
    }
  }
  return columnOf.slice(0, nRows).map((j) => (j < nCols ? j : -1));
}
