import { columnRange, linearAlgebra, type Matrix, matrix, row, zeros } from "../tensor";
import type { Precision } from "./ridge-factor";

/** A product in float32 sums at most so many features: the sums of sums are float64. */
const CHUNK_FEATURES = 512;

/** Features of some TRs as the dual solver uses them. */
export interface KernelRows {
  /** X [nRows × nFeatures], about `centre`, in the width of the precision. */
  X: Matrix;
  centre: Float64Array;
  /** X Xᵀ [nRows × nRows]. */
  kernel: Matrix<Float64Array>;
}

/**
 * The linear kernel of the rows that segments use, runs one after the other, X about its mean over all of them where
 * an intercept is fitted: fits centre it again on their training set, and rounding is then no larger than the
 * variance. Off the event loop; an AbortError when the signal asks.
 */
export async function linearKernel(
  features: readonly Matrix[],
  rows: readonly { run: number; t: number }[],
  choices: { intercept: "fitted" | "none"; precision: Precision; signal?: AbortSignal },
): Promise<KernelRows> {
  const { intercept, precision, signal } = choices;
  const p = features[0].shape[1];
  const centre = new Float64Array(p);
  if (intercept === "fitted") {
    for (const { run, t } of rows) {
      row(features[run], t).forEach((value: number, j: number) => {
        centre[j] += value / rows.length;
      });
    }
  }
  const values =
    precision === "float32" ? new Float32Array(rows.length * p) : new Float64Array(rows.length * p);
  rows.forEach(({ run, t }, i) => {
    const from = row(features[run], t);
    for (let j = 0; j < p; j++) values[i * p + j] = from[j] - centre[j];
  });
  const kernel = zeros([rows.length, rows.length]);
  for (let first = 0; first < p; first += CHUNK_FEATURES) {
    const chunk = columnRange(matrix(values, [rows.length, p]), {
      start: first,
      end: Math.min(p, first + CHUNK_FEATURES),
    });
    const product = await linearAlgebra().background.multiply(chunk, chunk, { transposeB: true, signal });
    addValues(kernel.data, product.data);
  }
  return { X: matrix(values, [rows.length, p]), centre, kernel };
}

function addValues(sums: Float64Array, values: ArrayLike<number>): void {
  for (let at = 0; at < sums.length; at++) sums[at] += values[at];
}
