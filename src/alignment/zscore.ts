import { type Matrix, zeros } from "../tensor";

/** A column whose SD is below this share of its largest absolute value is constant up to the rounding of averages. */
const CONSTANT_SHARE = 1e-12;

/** What `zscoreRows` gives: z-scores on the rows they apply to, 0 on all others, and the columns (ascending) that have none. */
export interface ZscoredRows {
  /** [nTrs × nColumns], float64. */
  scored: Matrix<Float64Array>;
  /** Columns without variance: NaN on the rows asked for. The caller drops and counts them. */
  constantColumns: number[];
  /** Columns with a NaN among the rows that mean and SD come from: NaN as well. */
  missingColumns: number[];
}

/**
 * z-scores each column with the mean and SD of some rows, for some rows; all other rows are 0:
 *   z[t] = (x[t] − mean) / SD, mean and population SD (ddof 0) over `estimatedOn`, for t in `appliedTo`.
 *
 * `m` [nTrs × nColumns]; both row lists hold row numbers. A column that is constant on `estimatedOn`, or has a NaN
 * there, is NaN on `appliedTo` and is listed; a NaN elsewhere stays in its place. Throws when `estimatedOn` is
 * empty.
 */
export function zscoreRows(
  m: Matrix,
  rows: { estimatedOn: ArrayLike<number>; appliedTo: ArrayLike<number> },
): ZscoredRows {
  const { estimatedOn, appliedTo } = rows;
  if (estimatedOn.length === 0) {
    throw new Error(
      "zscoreRows: missing rows: estimatedOn is empty; expected the rows that mean and SD come from. Pass the TRs with words, or all TRs.",
    );
  }
  const [, nColumns] = m.shape;
  const scored = zeros(m.shape);
  const constantColumns: number[] = [];
  const missingColumns: number[] = [];
  for (let j = 0; j < nColumns; j++) {
    const { mean, sd, largest } = moments(m, j, estimatedOn);
    const isConstant = sd <= CONSTANT_SHARE * largest;
    if (isConstant) constantColumns.push(j);
    if (Number.isNaN(sd)) missingColumns.push(j);
    for (let i = 0; i < appliedTo.length; i++) {
      const at = appliedTo[i] * nColumns + j;
      scored.data[at] = isConstant ? Number.NaN : (m.data[at] - mean) / sd;
    }
  }
  return { scored, constantColumns, missingColumns };
}

function moments(m: Matrix, j: number, rows: ArrayLike<number>) {
  const nColumns = m.shape[1];
  let sum = 0;
  let largest = 0;
  for (let i = 0; i < rows.length; i++) {
    const value = m.data[rows[i] * nColumns + j];
    sum += value;
    largest = Math.max(largest, Math.abs(value));
  }
  const mean = sum / rows.length;
  let squares = 0;
  for (let i = 0; i < rows.length; i++) squares += (m.data[rows[i] * nColumns + j] - mean) ** 2;
  return { mean, sd: Math.sqrt(squares / rows.length), largest };
}
