import { throwIfAborted, yieldToEventLoop } from "../store";
import { type Matrix, matrix, type Real, random } from "../tensor";

/** TRs that are copied together, so that the rows in work stay in the processor's cache. */
const ROWS_AT_ONCE = 16;

/** The columns of a matrix as rows, in a random order, so that any run of them is a fair sample. */
export interface ShuffledColumns {
  /** [nColumns × nTrs], of the type of the matrix. */
  rows: Matrix;
  /** order[i]: the column that row i holds. */
  order: Uint32Array;
  /** ‖x‖² of each row. */
  squaredNorms: Float64Array;
}

/** Copies the columns of x [nTrs × nColumns] into rows, in an order drawn from the seed. */
export async function shuffleColumns(
  x: Matrix,
  options: { seed: number; signal?: AbortSignal },
): Promise<ShuffledColumns> {
  const [nTrs, nColumns] = x.shape;
  const order = random(options.seed).shuffle(Uint32Array.from({ length: nColumns }, (_, j) => j));
  const data = new (x.data.constructor as new (length: number) => Real)(x.data.length);
  const squaredNorms = new Float64Array(nColumns);
  for (let first = 0; first < nTrs; first += ROWS_AT_ONCE) {
    throwIfAborted(options.signal, "shuffleColumns");
    const end = Math.min(nTrs, first + ROWS_AT_ONCE);
    for (let i = 0; i < nColumns; i++) {
      let sum = 0;
      for (let t = first; t < end; t++) {
        const value = x.data[t * nColumns + order[i]];
        data[i * nTrs + t] = value;
        sum += value * value;
      }
      squaredNorms[i] += sum;
    }
    await yieldToEventLoop();
  }
  return { rows: matrix(data, [nColumns, nTrs]), order, squaredNorms };
}

/** Rows start … end − 1 as a view. */
export function rowRange<A extends Real>(m: Matrix<A>, start: number, end: number): Matrix<A> {
  const nCols = m.shape[1];
  return matrix(m.data.subarray(start * nCols, end * nCols) as A, [end - start, nCols]);
}
