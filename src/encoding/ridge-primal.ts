import { linearAlgebra, type Matrix, matrix, zeros } from "../tensor";
import { alphasOf, checkAlphas, checkRounding } from "./alphas";
import { correlationOf, hasVariance } from "./scores";
import { centreStatistics, meansOf, type RegressionStatistics } from "./statistics";

/**
 * About this many coefficients, over all alphas, are worked on at a time: 256 kB, which stays in the processor's
 * cache.
 */
const BLOCK_VALUES = 2 ** 15;
/** A product needs some hundreds of columns to run at full speed. */
const LEAST_COLUMNS = 512;

/** Ridge regression fitted to the statistics of a training set, for every alpha at once. */
export interface PrimalFit {
  /** Mean squared error of the predictions for a test set: [nAlphas × nTargets]. */
  meanSquaredErrors(test: RegressionStatistics): Matrix<Float64Array>;
  /** r and R² on a test set, each target at its chosen alpha (a position in `alphas`, −1 for none: NaN). */
  scores(test: RegressionStatistics, chosen: Int32Array): { r: Float64Array; r2: Float64Array };
  /** Coefficients [nRegressors × nTargets] and intercepts, each target at its chosen alpha. */
  weights(chosen: Int32Array): { coefficients: Matrix<Float64Array>; intercepts: Float64Array };
}

/**
 * Ridge regression from statistics alone, without the data: b minimises ‖Xb − y‖² + α‖b‖², X and y centred on the
 * means of the training set (an unpenalised intercept). With XᵀX = U diag(w) Uᵀ of the centred training data,
 *   b = U (w + α)⁻¹ Uᵀ Xᵀy,   SSE on a test set = Σy² − 2 bᵀXᵀy + bᵀXᵀX b, its sums taken about the training means.
 *
 * A target with NaN, or without variance that float64 sums can tell from rounding, gets NaN everywhere. Throws when
 * the alphas are not positive and ascending, when there are no regressors, or when their scale drowns the smallest
 * alpha in rounding.
 * Agrees with himalaya 0.4.11 RidgeCV(fit_intercept=True).
 */
export function fitPrimal(training: RegressionStatistics, alphas: Float64Array): PrimalFit {
  checkAlphas("fitPrimal", alphas);
  const [p, nTargets] = training.xy.shape;
  if (p === 0) {
    throw new Error(
      "fitPrimal: missing regressors: 0 columns; expected at least one. Check which features were dropped.",
    );
  }
  const { multiply, symmetricEigen } = linearAlgebra();
  const means = meansOf(training);
  const centred = centreStatistics(training, means);
  const { values, vectors } = symmetricEigen(centred.xx);
  checkRounding("fitPrimal", {
    squares: trace(training.xx),
    smallestEigenvalue: values[0],
    smallestAlpha: alphas[0],
  });
  const rotated = multiply(vectors, centred.xy, { transposeA: true }); // [p × nTargets]
  for (let j = 0; j < nTargets; j++) {
    if (hasVariance(centred.yy[j], training.yy[j])) continue;
    for (let i = 0; i < p; i++) rotated.data[i * nTargets + j] = Number.NaN;
  }

  const rotate = (test: RegressionStatistics, centre: { x: Float64Array; y: Float64Array }) => {
    const { nTrs, xx, xy, yy } = centreStatistics(test, centre);
    return {
      nTrs,
      xx: multiply(vectors, multiply(xx, vectors), { transposeA: true }), // [p × p]
      xy: multiply(vectors, xy, { transposeA: true }), // [p × nTargets]
      yy,
    };
  };

  const rotatedCoefficients = (chosen: Int32Array) => {
    const out = zeros([p, nTargets]);
    const chosenAlphas = alphasOf(chosen, alphas);
    for (let i = 0; i < p; i++) {
      for (let j = 0; j < nTargets; j++) {
        out.data[i * nTargets + j] = rotated.data[i * nTargets + j] / (values[i] + chosenAlphas[j]);
      }
    }
    return out;
  };

  return {
    meanSquaredErrors(test) {
      const { nTrs, xx, xy, yy } = rotate(test, means);
      const errors = zeros([alphas.length, nTargets]);
      const blockSize = Math.ceil(Math.max(LEAST_COLUMNS, BLOCK_VALUES / p) / alphas.length);
      for (let first = 0; first < nTargets; first += blockSize) {
        const size = Math.min(blockSize, nTargets - first);
        const width = alphas.length * size;
        // The coefficients of alpha a and target first + j stand in column a · size + j.
        const b = matrix(new Float64Array(p * width), [p, width]);
        for (let i = 0; i < p; i++) {
          const from = rotated.data.subarray(i * nTargets + first, i * nTargets + first + size);
          for (let a = 0; a < alphas.length; a++) {
            scaleInto(b.data, i * width + a * size, from, 1 / (values[i] + alphas[a]));
          }
        }
        const xxb = multiply(xx, b); // [p × width]
        for (let i = 0; i < p; i++) {
          const products = xy.data.subarray(i * nTargets + first, i * nTargets + first + size);
          for (let a = 0; a < alphas.length; a++) {
            const sums = errors.data.subarray(a * nTargets + first, a * nTargets + first + size);
            addErrors(sums, b.data, xxb.data, i * width + a * size, products);
          }
        }
      }
      for (let at = 0; at < errors.data.length; at++) {
        errors.data[at] = (errors.data[at] + yy[at % nTargets]) / nTrs;
      }
      return errors;
    },

    scores(test, chosen) {
      const b = rotatedCoefficients(chosen);
      const aboutTraining = rotate(test, means);
      const aboutTest = rotate(test, meansOf(test));
      const predictedAboutTraining = columnDots(b, multiply(aboutTraining.xx, b));
      const productsAboutTraining = columnDots(b, aboutTraining.xy);
      const predicted = columnDots(b, multiply(aboutTest.xx, b)); // Σ (ŷ − mean ŷ)²
      const products = columnDots(b, aboutTest.xy); // Σ (ŷ − mean ŷ)(y − mean y)
      return {
        r: products.map((yp, j) =>
          correlationOf({
            yp,
            yy: hasVariance(aboutTest.yy[j], test.yy[j]) ? aboutTest.yy[j] : Number.NaN,
            pp: hasVariance(predicted[j], predictedAboutTraining[j]) ? predicted[j] : Number.NaN,
          }),
        ),
        r2: aboutTest.yy.map((yy, j) => {
          const residual = aboutTraining.yy[j] - 2 * productsAboutTraining[j] + predictedAboutTraining[j];
          return hasVariance(yy, test.yy[j]) ? 1 - residual / yy : Number.NaN;
        }),
      };
    },

    weights(chosen) {
      const coefficients = multiply(vectors, rotatedCoefficients(chosen)); // [p × nTargets]
      const intercepts = means.y.slice();
      for (let i = 0; i < p; i++) {
        for (let j = 0; j < nTargets; j++) {
          intercepts[j] -= means.x[i] * coefficients.data[i * nTargets + j];
        }
      }
      return { coefficients, intercepts };
    },
  };
}

/** to[at + j] = factor · from[j]. */
function scaleInto(to: Float64Array, at: number, from: Float64Array, factor: number): void {
  for (let j = 0; j < from.length; j++) to[at + j] = factor * from[j];
}

/** sums[j] += b (XᵀX b − 2 Xᵀy), b and XᵀX b standing at at + j: one regressor's part of the squared error. */
function addErrors(
  sums: Float64Array,
  b: Float64Array,
  xxb: Float64Array,
  at: number,
  xy: Float64Array,
): void {
  for (let j = 0; j < sums.length; j++) sums[j] += b[at + j] * (xxb[at + j] - 2 * xy[j]);
}

function trace(m: Matrix): number {
  let sum = 0;
  for (let i = 0; i < m.shape[0]; i++) sum += m.data[i * m.shape[1] + i];
  return sum;
}

/** Σ_i a[i, j] b[i, j] for every column j. */
function columnDots(a: Matrix, b: Matrix): Float64Array {
  const nColumns = a.shape[1];
  const dots = new Float64Array(nColumns);
  for (let at = 0; at < a.data.length; at++) dots[at % nColumns] += a.data[at] * b.data[at];
  return dots;
}
