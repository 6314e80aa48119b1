import { linearAlgebra } from "./linear-algebra";
import { type Matrix, zeros } from "./matrix";

/**
 * Pearson's r of every column of A with every column of B: [nRows × p] and [nRows × q] give [p × q].
 * A column that holds a NaN, or does not vary beyond rounding (SD ≤ 1e-12 of its largest value), has r = NaN.
 * Throws when the numbers of rows differ.
 */
export function correlateColumns(a: Matrix, b: Matrix): Matrix<Float64Array> {
  if (a.shape[0] !== b.shape[0]) {
    throw new Error(
      `correlateColumns: mismatched rows: ${a.shape[0]} and ${b.shape[0]}; expected the same. Select the same TRs of both.`,
    );
  }
  return linearAlgebra().multiply(unitVectors(a), unitVectors(b), { transposeA: true });
}

/** Columns of mean 0 and length 1. */
function unitVectors(m: Matrix): Matrix<Float64Array> {
  const [nRows, nCols] = m.shape;
  const out = zeros(m.shape);
  for (let j = 0; j < nCols; j++) {
    let [mean, squares, largest] = [0, 0, 0];
    for (let i = 0; i < nRows; i++) mean += m.data[i * nCols + j] / nRows;
    for (let i = 0; i < nRows; i++) {
      squares += (m.data[i * nCols + j] - mean) ** 2;
      largest = Math.max(largest, Math.abs(m.data[i * nCols + j]));
    }
    const length = Math.sqrt(squares);
    const varies = length > 1e-12 * largest * Math.sqrt(nRows);
    for (let i = 0; i < nRows; i++) {
      out.data[i * nCols + j] = varies ? (m.data[i * nCols + j] - mean) / length : Number.NaN;
    }
  }
  return out;
}
