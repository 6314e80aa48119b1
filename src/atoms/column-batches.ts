import { throwIfAborted, yieldToEventLoop } from "../store";
import { type Matrix, matrix, type Real, random } from "../tensor";

const ROWS_AT_ONCE = 64;

/** The columns of a matrix in random order, cut into matrices of their own, so that each is a fair sample. */
export interface ColumnBatches {
  /** [nTrs × size] each, of the type of the matrix; the last may be narrower. */
  batches: Matrix[];
  /** order[p]: the column at place p, counted through all batches. */
  order: Uint32Array;
  /** ‖x‖² of the column at each place. */
  squaredNorms: Float64Array;
  size: number;
}

/** Copies the columns of x [nTrs × nColumns] into batches, in an order drawn from the seed. */
export async function batchColumns(
  x: Matrix,
  options: { size: number; seed: number; signal?: AbortSignal },
): Promise<ColumnBatches> {
  const { size, seed, signal } = options;
  const [nTrs, nColumns] = x.shape;
  const order = random(seed).shuffle(Uint32Array.from({ length: nColumns }, (_, j) => j));
  const make = x.data.constructor as new (length: number) => Real;
  const batches = Array.from({ length: Math.ceil(nColumns / size) }, (_, b) => {
    const width = Math.min(size, nColumns - b * size);
    return matrix(new make(nTrs * width), [nTrs, width]);
  });
  const squaredNorms = new Float64Array(nColumns);
  for (let t = 0; t < nTrs; t++) {
    batches.forEach(({ data, shape: [, width] }, b) => {
      fillRow(x.data.subarray(t * nColumns, (t + 1) * nColumns), data.subarray(t * width, (t + 1) * width), {
        order: order.subarray(b * size, b * size + width),
        squaredNorms: squaredNorms.subarray(b * size, b * size + width),
      });
    });
    if (t % ROWS_AT_ONCE > 0) continue;
    throwIfAborted(signal, "batchColumns");
    await yieldToEventLoop();
  }
  return { batches, order, squaredNorms, size };
}

function fillRow(
  from: Real,
  to: Real,
  { order, squaredNorms }: Pick<ColumnBatches, "order" | "squaredNorms">,
): void {
  for (let i = 0; i < to.length; i++) {
    const value = from[order[i]];
    to[i] = value;
    squaredNorms[i] += value * value;
  }
}

/** The columns at the given places, [nTrs × nPlaces], as a copy of the same type. */
export function columnsAt({ batches, size }: ColumnBatches, places: ArrayLike<number>): Matrix {
  const nTrs = batches[0].shape[0];
  const make = batches[0].data.constructor as new (length: number) => Real;
  const out = matrix(new make(nTrs * places.length), [nTrs, places.length]);
  for (let i = 0; i < places.length; i++) {
    const {
      data,
      shape: [, width],
    } = batches[Math.floor(places[i] / size)];
    for (let t = 0; t < nTrs; t++) {
      out.data[t * places.length + i] = data[t * width + (places[i] % size)];
    }
  }
  return out;
}
