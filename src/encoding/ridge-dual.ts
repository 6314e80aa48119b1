import { linearAlgebra, type Matrix, row, selectColumns, selectRows, zeros } from "../tensor";
import { alphasOf, checkAlphas, checkRounding } from "./alphas";
import { correlationScore, hasVariance, r2Score } from "./scores";

/** Ridge regression fitted to the kernel of a training set, for every alpha at once. */
export interface DualFit {
  /** Mean squared error of the predictions for test rows: [nAlphas × nTargets]. */
  meanSquaredErrors(testRows: Int32Array): Matrix<Float64Array>;
  /** Predictions for test rows, each target at its chosen alpha (a position in `alphas`, −1 for none: NaN). */
  predictions(testRows: Int32Array, chosen: Int32Array): Matrix<Float64Array>;
  /** r and R² on test rows, each target at its chosen alpha. */
  scores(testRows: Int32Array, chosen: Int32Array): { r: Float64Array; r2: Float64Array };
}

/**
 * Ridge regression through the linear kernel K = X Xᵀ [nTrs × nTrs], for more features than TRs. With the training
 * kernel, centred on the training mean of X, K_c = Q diag(s) Qᵀ,
 *   ŷ(test) = ȳ + K_c(test, training) Q (s + α)⁻¹ Qᵀ (y − ȳ),
 * which is the solution of ‖Xb − y‖² + α‖b‖² with an unpenalised intercept.
 *
 * `kernel` need not be centred; Y [nTrs × nTargets]; `trainingRows` are rows of both. A target with NaN, or without
 * variance on the training rows, gets NaN. Throws when the alphas are not positive and ascending, or when the
 * kernel's scale drowns the smallest alpha in rounding. Agrees with himalaya 0.4.11 KernelRidgeCV on a linear
 * kernel.
 */
export function fitDual(
  problem: { kernel: Matrix<Float64Array>; Y: Matrix<Float64Array>; trainingRows: Int32Array },
  alphas: Float64Array,
): DualFit {
  const { kernel, Y, trainingRows } = problem;
  checkAlphas("fitDual", alphas);
  const nTraining = trainingRows.length;
  const nTargets = Y.shape[1];
  const { multiply, symmetricEigen } = linearAlgebra();

  const trainingKernel = selectColumns(selectRows(kernel, trainingRows), trainingRows);
  const kernelMeans = rowMeans(trainingKernel);
  const grandMean = kernelMeans.reduce((sum, mean) => sum + mean / nTraining, 0);
  let squares = 0;
  for (let i = 0; i < nTraining; i++) squares += trainingKernel.data[i * nTraining + i];
  // Centring leaves one eigenvalue of exactly 0, to which no target contributes: the smallest says nothing here.
  checkRounding("fitDual", { squares, smallestEigenvalue: 0, smallestAlpha: alphas[0] });
  const { values, vectors } = symmetricEigen(centreKernel(trainingKernel, kernelMeans, grandMean));

  const training = selectRows(Y, trainingRows);
  const yMeans = centreTargets(training);
  const rotated = multiply(vectors, training, { transposeA: true }); // [nTraining × nTargets]

  const rotatedTestKernel = (testRows: Int32Array) => {
    const testKernel = selectColumns(selectRows(kernel, testRows), trainingRows);
    return multiply(centreKernel(testKernel, kernelMeans, grandMean), vectors); // [nTest × nTraining]
  };

  const aboutTrainingMeans = (testRows: Int32Array) => {
    const test = selectRows(Y, testRows);
    for (let at = 0; at < test.data.length; at++) test.data[at] -= yMeans[at % nTargets];
    return test;
  };

  /** Predictions about the training means of the targets. */
  const centredPredictions = (testRows: Int32Array, chosen: Int32Array) => {
    const chosenAlphas = alphasOf(chosen, alphas);
    const shrunk = zeros(rotated.shape);
    for (let k = 0; k < nTraining; k++) {
      for (let j = 0; j < nTargets; j++) {
        shrunk.data[k * nTargets + j] = rotated.data[k * nTargets + j] / (values[k] + chosenAlphas[j]);
      }
    }
    return multiply(rotatedTestKernel(testRows), shrunk); // [nTest × nTargets]
  };

  return {
    meanSquaredErrors(testRows) {
      const projected = rotatedTestKernel(testRows);
      const shrunk = zeros(projected.shape);
      const test = aboutTrainingMeans(testRows).data;
      const errors = zeros([alphas.length, nTargets]);
      alphas.forEach((alpha, a) => {
        shrinkColumns(projected.data, values, alpha, shrunk.data);
        const predicted = multiply(shrunk, rotated).data; // [nTest × nTargets], about the training means
        addSquaredDifferences(test, predicted, row(errors, a));
      });
      for (let at = 0; at < errors.data.length; at++) errors.data[at] /= testRows.length;
      return errors;
    },

    predictions(testRows, chosen) {
      const predicted = centredPredictions(testRows, chosen);
      for (let at = 0; at < predicted.data.length; at++) predicted.data[at] += yMeans[at % nTargets];
      return predicted;
    },

    scores(testRows, chosen) {
      // Neither score changes when both sides move by the training mean; strong shrinkage shows better about 0.
      const test = aboutTrainingMeans(testRows);
      const predicted = centredPredictions(testRows, chosen);
      return { r: correlationScore(test, predicted), r2: r2Score(test, predicted) };
    },
  };
}

/** Divides column k by values[k] + alpha. */
function shrinkColumns(from: Float64Array, values: Float64Array, alpha: number, to: Float64Array): void {
  const shrink = values.map((value) => 1 / (value + alpha));
  const nColumns = values.length;
  for (let first = 0; first < from.length; first += nColumns) {
    for (let k = 0; k < nColumns; k++) to[first + k] = from[first + k] * shrink[k];
  }
}

/** Adds Σ (y − p)² of each column to `sums`. */
function addSquaredDifferences(y: Float64Array, predicted: Float64Array, sums: Float64Array): void {
  const nColumns = sums.length;
  for (let first = 0; first < y.length; first += nColumns) {
    for (let j = 0; j < nColumns; j++) {
      const difference = y[first + j] - predicted[first + j];
      sums[j] += difference * difference;
    }
  }
}

/** The mean of the rows: that of every column. */
export function meanRow(m: Matrix): Float64Array {
  const [nRows, nColumns] = m.shape;
  const means = new Float64Array(nColumns);
  for (let i = 0; i < nRows; i++) {
    const values = row(m, i);
    for (let j = 0; j < nColumns; j++) means[j] += values[j] / nRows;
  }
  return means;
}

function rowMeans(m: Matrix<Float64Array>): Float64Array {
  const [nRows, nColumns] = m.shape;
  return Float64Array.from(
    { length: nRows },
    (_, i) => row(m, i).reduce((sum, value) => sum + value, 0) / nColumns,
  );
}

/**
 * Products of rows of X about the training mean, from those about 0: k − (mean of its row) − (mean of its column) +
 * (grand mean).
 */
export function centreKernel(
  kernel: Matrix<Float64Array>,
  trainingMeans: Float64Array,
  grandMean: number,
): Matrix<Float64Array> {
  const nTraining = kernel.shape[1];
  const means = rowMeans(kernel);
  const out = zeros(kernel.shape);
  for (let i = 0; i < kernel.shape[0]; i++) {
    for (let j = 0; j < nTraining; j++) {
      const at = i * nTraining + j;
      out.data[at] = kernel.data[at] - means[i] - trainingMeans[j] + grandMean;
    }
  }
  return out;
}

/** Subtracts the mean of each column in place and returns the means; columns without variance become NaN. */
function centreTargets(y: Matrix<Float64Array>): Float64Array {
  const [nTrs, nTargets] = y.shape;
  return Float64Array.from({ length: nTargets }, (_, j) => {
    let [sum, squares, centredSquares] = [0, 0, 0];
    for (let at = j; at < y.data.length; at += nTargets) sum += y.data[at];
    const mean = sum / nTrs;
    for (let at = j; at < y.data.length; at += nTargets) {
      squares += y.data[at] ** 2;
      y.data[at] -= mean;
      centredSquares += y.data[at] ** 2;
    }
    if (!hasVariance(centredSquares, squares)) {
      for (let at = j; at < y.data.length; at += nTargets) y.data[at] = Number.NaN;
    }
    return mean;
  });
}
