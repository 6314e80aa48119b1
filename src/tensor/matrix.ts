export type Real = Float32Array | Float64Array;

/**
 * A dense row-major matrix: element (i, j) is `data[i * nCols + j]`.
 * Missing values are NaN; no function of this stage replaces them.
 */
export interface Matrix<A extends Real = Real> {
  readonly data: A;
  readonly shape: readonly [nRows: number, nCols: number];
}

/** Wraps a typed array as a matrix without copying. Throws when the length does not fit the shape. */
export function matrix<A extends Real>(data: A, shape: readonly [nRows: number, nCols: number]): Matrix<A> {
  const [nRows, nCols] = shape;
  if (data.length !== nRows * nCols) {
    throw new Error(
      `matrix: mismatched length: ${data.length} values; expected ${nRows} × ${nCols} = ${nRows * nCols}. Pass the shape of the data.`,
    );
  }
  return { data, shape: [nRows, nCols] };
}

/** A float64 matrix of zeros. */
export function zeros(shape: readonly [nRows: number, nCols: number]): Matrix<Float64Array> {
  return matrix(new Float64Array(shape[0] * shape[1]), shape);
}

/** Builds a float64 matrix from rows of equal length. */
export function fromRows(rows: ArrayLike<number>[]): Matrix<Float64Array> {
  const nCols = rows.length === 0 ? 0 : rows[0].length;
  const out = zeros([rows.length, nCols]);
  rows.forEach((values, i) => {
    if (values.length !== nCols) {
      throw new Error(
        `fromRows: mismatched length of row ${i}: ${values.length}; expected ${nCols} as in row 0. Make all rows equally long.`,
      );
    }
    out.data.set(values as number[], i * nCols);
  });
  return out;
}

/** Row i as a view: writing to it writes to the matrix. */
export function row<A extends Real>(m: Matrix<A>, i: number): A {
  const nCols = m.shape[1];
  return m.data.subarray(i * nCols, (i + 1) * nCols) as A;
}

/** Column j as a copy. */
export function column(m: Matrix, j: number): Float64Array {
  const [nRows, nCols] = m.shape;
  return Float64Array.from({ length: nRows }, (_, i) => m.data[i * nCols + j]);
}

/** The named rows, in the order given, as a copy of the same type. */
export function selectRows<A extends Real>(m: Matrix<A>, rows: ArrayLike<number>): Matrix<A> {
  const nCols = m.shape[1];
  const data = new (m.data.constructor as new (n: number) => A)(rows.length * nCols);
  for (let i = 0; i < rows.length; i++) data.set(row(m, rows[i]), i * nCols);
  return matrix(data, [rows.length, nCols]);
}

/** The named columns, in the order given, as a copy of the same type. */
export function selectColumns<A extends Real>(m: Matrix<A>, columns: ArrayLike<number>): Matrix<A> {
  const [nRows, nCols] = m.shape;
  const data = new (m.data.constructor as new (n: number) => A)(nRows * columns.length);
  for (let i = 0; i < nRows; i++) {
    for (let j = 0; j < columns.length; j++) data[i * columns.length + j] = m.data[i * nCols + columns[j]];
  }
  return matrix(data, [nRows, columns.length]);
}

/** The columns start … end − 1, as a copy of the same type; the matrix itself where it has no others. */
export function columnRange<A extends Real>(
  m: Matrix<A>,
  { start, end }: { start: number; end: number },
): Matrix<A> {
  const [nRows, nCols] = m.shape;
  if (start === 0 && end === nCols) return m;
  const data = new (m.data.constructor as new (n: number) => A)(nRows * (end - start));
  for (let i = 0; i < nRows; i++)
    data.set(m.data.subarray(i * nCols + start, i * nCols + end), i * (end - start));
  return matrix(data, [nRows, end - start]);
}

/** Matrices side by side: [nRows × Σ nCols], float64. Throws when the numbers of rows differ. */
export function concatColumns(parts: Matrix[]): Matrix<Float64Array> {
  const nRows = parts[0].shape[0];
  const nCols = parts.reduce((sum, part) => sum + part.shape[1], 0);
  const out = zeros([nRows, nCols]);
  let offset = 0;
  for (const part of parts) {
    if (part.shape[0] !== nRows) {
      throw new Error(
        `concatColumns: mismatched rows: ${part.shape[0]}; expected ${nRows} as in the first part. Align the parts to one time grid.`,
      );
    }
    for (let i = 0; i < nRows; i++) out.data.set(row(part, i), i * nCols + offset);
    offset += part.shape[1];
  }
  return out;
}

/** Matrices one below the other: [Σ nRows × nCols], float64. Throws when the numbers of columns differ. */
export function concatRows(parts: readonly Matrix[]): Matrix<Float64Array> {
  const nCols = parts[0].shape[1];
  const out = zeros([parts.reduce((sum, { shape }) => sum + shape[0], 0), nCols]);
  let offset = 0;
  for (const { data, shape } of parts) {
    if (shape[1] !== nCols) {
      throw new Error(
        `concatRows: mismatched columns: ${shape[1]}; expected ${nCols} as in the first part. Take the same columns everywhere.`,
      );
    }
    out.data.set(data, offset);
    offset += data.length;
  }
  return out;
}

/** The transpose, as a copy of the same type. */
export function transpose<A extends Real>(m: Matrix<A>): Matrix<A> {
  const [nRows, nCols] = m.shape;
  const data = new (m.data.constructor as new (n: number) => A)(m.data.length);
  for (let i = 0; i < nRows; i++) for (let j = 0; j < nCols; j++) data[j * nRows + i] = m.data[i * nCols + j];
  return matrix(data, [nCols, nRows]);
}
