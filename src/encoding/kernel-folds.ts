import {
  columnRange,
  linearAlgebra,
  type Matrix,
  matrix,
  row,
  selectColumns,
  selectRows,
  zeros,
} from "../tensor";
import { centreKernel, meanRow } from "./ridge-dual";
import type { Precision } from "./ridge-factor";
import { hasVariance } from "./scores";

/** Targets that are predicted at a time. */
const TARGETS_AT_ONCE = 2048;

/** Rows of the kernel to train on and to test on. */
export interface KernelFold {
  training: Int32Array;
  test: Int32Array;
}

/** K(some, training), about the training mean of X where an intercept is fitted. */
export function centredKernel(
  kernel: Matrix<Float64Array>,
  some: Int32Array,
  training: Int32Array,
  intercept: "fitted" | "none",
): Matrix<Float64Array> {
  const products = selectColumns(selectRows(kernel, some), training);
  if (intercept === "none") return products;
  const among = selectColumns(selectRows(kernel, training), training);
  const means = meanRow(among);
  return centreKernel(
    products,
    means,
    means.reduce((sum, mean) => sum + mean / means.length, 0),
  );
}

/** K(test, training) (K(training) + α)⁻¹, [nTest × nTraining]: what turns training targets into predictions. */
export async function resolution(
  kernel: Matrix<Float64Array>,
  { training, test }: KernelFold,
  alpha: number,
  {
    intercept,
    precision,
    signal,
  }: { intercept: "fitted" | "none"; precision: Precision; signal?: AbortSignal },
): Promise<Matrix> {
  const penalised = centredKernel(kernel, training, training, intercept);
  for (let i = 0; i < training.length; i++) penalised.data[i * (training.length + 1)] += alpha;
  const across = centredKernel(kernel, test, training, intercept);
  const right = zeros([training.length, test.length]);
  for (let i = 0; i < test.length; i++) {
    for (let j = 0; j < training.length; j++) {
      right.data[j * test.length + i] = across.data[i * training.length + j];
    }
  }
  const solution = await linearAlgebra().background.solvePositiveDefinite(penalised, right, { signal });
  // Kept as it comes, [nTraining × nTest]: the product takes its transpose.
  return precision === "float32" ? matrix(Float32Array.from(solution.data), solution.shape) : solution;
}

/** Mean squared errors of a fold, [nTargets × nAlphas]. */
export async function foldErrors(
  Y: Matrix,
  { training, test }: KernelFold,
  resolutions: readonly Matrix[],
  choices: { intercept: "fitted" | "none"; precision: Precision; signal?: AbortSignal; step: () => void },
): Promise<Matrix<Float64Array>> {
  const { intercept, precision, signal, step } = choices;
  const nTargets = Y.shape[1];
  const errors = zeros([nTargets, resolutions.length]);
  const [trainingRows, testRows] = [selectRows(Y, training), selectRows(Y, test)];
  const centre = centreColumns(trainingRows, intercept, precision);
  subtractRow(testRows, centre);
  for (const [a, resolving] of resolutions.entries()) {
    for (let start = 0; start < nTargets; start += TARGETS_AT_ONCE) {
      const range = { start, end: Math.min(nTargets, start + TARGETS_AT_ONCE) };
      const predicted = await linearAlgebra().background.multiply<Float32Array | Float64Array>(
        resolving,
        columnRange(trainingRows, range),
        { transposeA: true, signal },
      );
      addErrors(predicted, testRows, range.start, { errors, a });
    }
    step();
  }
  return errors;
}

function addErrors(
  predicted: Matrix,
  test: Matrix,
  start: number,
  { errors, a }: { errors: Matrix<Float64Array>; a: number },
): void {
  const [nTest, size] = predicted.shape;
  const sums = new Float64Array(size);
  for (let t = 0; t < nTest; t++) {
    const [p, y] = [row(predicted, t), row(test, t)];
    for (let v = 0; v < size; v++) {
      const error = y[start + v] - p[v];
      sums[v] += error * error;
    }
  }
  for (let v = 0; v < size; v++) errors.data[(start + v) * errors.shape[1] + a] = sums[v] / nTest;
}

/**
 * Subtracts the mean of each column in place where an intercept is fitted, and returns what was subtracted. Columns
 * without variance become NaN.
 */
export function centreColumns(m: Matrix, intercept: "fitted" | "none", precision: Precision): Float64Array {
  const [nRows, nColumns] = m.shape;
  const sums = new Float64Array(nColumns);
  const squares = new Float64Array(nColumns);
  for (let i = 0; i < nRows; i++) {
    const values = row(m, i);
    for (let j = 0; j < nColumns; j++) {
      sums[j] += values[j];
      squares[j] += values[j] * values[j];
    }
  }
  const centre = sums.map((sum, j) => {
    if (!hasVariance(squares[j] - sum ** 2 / nRows, squares[j], precision)) return Number.NaN;
    return intercept === "fitted" ? sum / nRows : 0;
  });
  subtractRow(m, centre);
  return centre;
}

function subtractRow(m: Matrix, values: Float64Array): void {
  for (let i = 0; i < m.shape[0]; i++) {
    const into = row(m, i);
    for (let j = 0; j < into.length; j++) into[j] -= values[j];
  }
}
