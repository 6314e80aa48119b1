import { linearAlgebra, type Matrix, type Real } from "../tensor";
import type { Evaluated } from "./evaluated-alphas";
import type { ProductMemory } from "./product-memory";
import type { Precision } from "./ridge-factor";
import { correlationOf, hasVariance } from "./scores";
import type { TestFactor, TestTargets } from "./test-set";

/**
 * Mean squared error on a test set of every target at every alpha, [nTargets × nAlphas]:
 *   Σ (y − ŷ)² = Σ y² + Σ_j z_j (z_j − 2 e_j),
 * z being the coordinates of the prediction, one product of the training targets with `resolvers`, and e those of the
 * target. Both have n (ȳ − mean ŷ)² as their last part. Nearly all the work is that product: it is computed for the
 * evaluated alphas, and the errors of the others are interpolated.
 *
 * `products` [nTargets × p] of the training set (`resolvable`); `yCentre` what was subtracted from its targets.
 */
export function meanSquaredErrors(
  { evaluated }: { evaluated: Evaluated },
  test: Pick<TestFactor, "root" | "resolvers">,
  training: { products: Matrix; yCentre: Float64Array },
  targets: TestTargets,
  memory: ProductMemory,
): Matrix<Float64Array> {
  const { multiply } = linearAlgebra();
  const { nTrs } = test.root.sums;
  const precision = test.resolvers.data instanceof Float32Array ? "float32" : "float64";
  const into = memory(precision, [targets.means.length, test.resolvers.shape[1]]);
  const predicted = multiply<Float32Array | Float64Array>(training.products, test.resolvers, { into });
  const rank = targets.coordinates.shape[1];
  const offsets = targets.means.map((mean, v) => Math.sqrt(nTrs) * (mean - training.yCentre[v]));
  const gains = predictionGains(predicted.data, targets.coordinates.data, offsets, rank);
  const errors = interpolated(gains, evaluated);
  const nAlphas = evaluated.weights.shape[0];
  for (let at = 0; at < errors.data.length; at++) {
    const v = Math.floor(at / nAlphas);
    errors.data[at] = (errors.data[at] + targets.centred[v] + offsets[v] ** 2) / nTrs;
  }
  return errors;
}

function interpolated(values: Float64Array, { weights, positions }: Evaluated): Matrix<Float64Array> {
  const shape: [number, number] = [values.length / positions.length, positions.length];
  return linearAlgebra().multiply({ data: values, shape }, weights, { transposeB: true });
}

/** Σ z (z − 2 e) of every target and evaluated alpha: [nTargets × nEvaluated]. */
function predictionGains(
  predicted: Real,
  coordinates: Float64Array,
  offsets: Float64Array,
  rank: number,
): Float64Array {
  const width = rank + 1;
  const out = new Float64Array(predicted.length / width);
  const nEvaluated = out.length / offsets.length;
  const twice = new Float64Array(width);
  for (let v = 0; v < offsets.length; v++) {
    for (let j = 0; j < rank; j++) twice[j] = 2 * coordinates[v * rank + j];
    twice[rank] = 2 * offsets[v];
    for (let e = v * nEvaluated; e < (v + 1) * nEvaluated; e++)
      out[e] = gainOf(predicted, e * width, twice, width);
  }
  return out;
}

/** A function of its own, with whole numbers alone beside its sums: V8 makes code of it that is 2.6 times faster than in the loops above. */
function gainOf(predicted: Real, start: number, twice: Float64Array, width: number): number {
  // Four sums, so that an addition need not wait for the one before.
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const nFours = width - (width & 3);
  let j = 0;
  for (; j < nFours; j += 4) {
    const at = start + j;
    const p = predicted[at];
    const q = predicted[at + 1];
    const r = predicted[at + 2];
    const s = predicted[at + 3];
    a += p * (p - twice[j]);
    b += q * (q - twice[j + 1]);
    c += r * (r - twice[j + 2]);
    d += s * (s - twice[j + 3]);
  }
  for (; j < width; j++) a += predicted[start + j] * (predicted[start + j] - twice[j]);
  return a + b + c + d;
}

/** How well predictions of a test set do, one entry a target. */
export interface TargetScores {
  r: Float64Array;
  r2: Float64Array;
}

/**
 * r and R² on a test set of predictions with rotated coefficients b′ [nTargets × p]. NaN where the target, or the
 * prediction, does not vary on the test set; R² only where the target does not.
 */
export function scoreCoefficients(
  { turned, root }: TestFactor,
  coefficients: Matrix<Float64Array>,
  yCentre: Float64Array,
  { coordinates, means, centred, squares }: TestTargets,
  precision: Precision,
): TargetScores {
  const { nTrs } = root.sums;
  const predictions = linearAlgebra().multiply(coefficients, turned); // [nTargets × rank + 1]
  const width = turned.shape[1];
  const nTargets = coefficients.shape[0];
  const out = { r: new Float64Array(nTargets), r2: new Float64Array(nTargets) };
  for (let v = 0; v < nTargets; v++) {
    let [yp, pp] = [0, 0];
    for (let j = 0; j < width - 1; j++) {
      const z = predictions.data[v * width + j];
      yp += z * coordinates.data[v * (width - 1) + j];
      pp += z * z;
    }
    const meanPrediction = predictions.data[(v + 1) * width - 1] / Math.sqrt(nTrs);
    const yy = hasVariance(centred[v], squares[v], precision) ? centred[v] : Number.NaN;
    const error = yy - 2 * yp + pp + nTrs * (means[v] - yCentre[v] - meanPrediction) ** 2;
    out.r2[v] = 1 - error / yy;
    out.r[v] = correlationOf({
      yp,
      yy,
      pp: hasVariance(pp, pp + nTrs * meanPrediction ** 2) ? pp : Number.NaN,
    });
  }
  return out;
}
