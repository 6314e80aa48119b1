import { linearAlgebra, loopBytes, type Matrix, matrix, plainShiftedSquares, zeros } from "../tensor";
import type { Evaluated } from "./evaluated-alphas";
import { withLoops } from "./loop-memory";
import type { Precision } from "./ridge-factor";
import { correlationOf, hasVariance } from "./scores";
import type { TestFactor, TestTargets } from "./test-set";

/**
 * Mean squared error on a test set of every target at every alpha, [nTargets × nAlphas]:
 *   Σ (y − ŷ)² = Σ y² + Σ_j z_j (z_j − 2 e_j),
 * z being the coordinates of the prediction, one product of the training targets with `resolvers`, and e those of the
 * target. Both have n (ȳ − mean ŷ)² as their last part. Nearly all the work is that product: it is computed for the
 * evaluated alphas, in the background, and the errors of the others are interpolated.
 *
 * `products` [nTargets × p] of the training set (`resolvable`); `yCentre` what was subtracted from its targets.
 */
export async function meanSquaredErrors(
  { evaluated }: { evaluated: Evaluated },
  test: Pick<TestFactor, "root" | "resolvers">,
  training: { products: Matrix; yCentre: Float64Array },
  targets: TestTargets,
): Promise<Matrix<Float64Array>> {
  const { nTrs } = test.root.sums;
  const offsets = targets.means.map((mean, v) => Math.sqrt(nTrs) * (mean - training.yCentre[v]));
  const twice = (into: Float64Array) => writeTwice(targets.coordinates, offsets, into);
  const gains = await predictionGains(training.products, test.resolvers, twice, evaluated.positions.length);
  const errors = linearAlgebra().multiply(gains, evaluated.weights, { transposeB: true });
  const nAlphas = evaluated.weights.shape[0];
  for (let v = 0, at = 0; v < offsets.length; v++) {
    for (const end = at + nAlphas; at < end; at++)
      errors.data[at] = (errors.data[at] + targets.centred[v] + offsets[v] ** 2) / nTrs;
  }
  return errors;
}

/** 2 e of every target: [nTargets × rank + 1]. */
function writeTwice(
  { data, shape }: Matrix<Float64Array>,
  offsets: Float64Array,
  into: Float64Array,
): Float64Array {
  const [nTargets, rank] = shape;
  for (let v = 0, at = 0; v < nTargets; v++) {
    for (let j = 0; j < rank; j++) into[at++] = 2 * data[v * rank + j];
    into[at++] = 2 * offsets[v];
  }
  return into;
}

/** Σ z (z − 2 e) of every target and evaluated alpha: [nTargets × nEvaluated]. */
async function predictionGains(
  products: Matrix,
  resolvers: Matrix,
  twice: (into: Float64Array) => Float64Array,
  nEvaluated: number,
): Promise<Matrix<Float64Array>> {
  const { multiply } = linearAlgebra().background;
  const nTargets = products.shape[0];
  const width = resolvers.shape[1] / nEvaluated;
  const gains = zeros([nTargets, nEvaluated]);
  if (products.data instanceof Float64Array) {
    const { data } = await multiply(products as Matrix<Float64Array>, resolvers as Matrix<Float64Array>);
    const t = twice(new Float64Array(nTargets * width));
    plainShiftedSquares(data, t, gains.data, width);
    return gains;
  }
  const sizes = { float32: [nTargets * resolvers.shape[1]], float64: [nTargets * width, gains.data.length] };
  return await withLoops(loopBytes(sizes), async (loops) => {
    const into = matrix(loops.float32(sizes.float32[0]), [nTargets, resolvers.shape[1]]);
    const product = multiply<Float32Array | Float64Array>(products, resolvers, { into });
    const t = twice(loops.float64(nTargets * width));
    const out = loops.float64(gains.data.length);
    await product;
    loops.shiftedSquares(into.data, t, out, width);
    gains.data.set(out);
    return gains;
  });
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
