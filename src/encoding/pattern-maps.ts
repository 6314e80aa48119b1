import { linearAlgebra, type Matrix, matrix } from "../tensor";
import type { EncodingStatistics } from "./encoding-statistics";
import type { Weights } from "./ridge-weights";
import { addRegressorSums, centreRegressors, meansOf } from "./statistics";

/**
 * Haufe's pattern maps beside the weights: the covariance of every regressor with the prediction,
 *   cov(x_k, ŷ) = (Σ_x b)_k,   Σ_x the covariance of X over all segments (ddof 0): [nRegressors × nTargets].
 *
 * Weights of correlated regressors turn against each other even on noise; patterns say where what a regressor carries
 * is found. NaN where a target has no weights. Throws when the numbers of regressors differ.
 * Source: Haufe et al. (2014), doi:10.1016/j.neuroimage.2013.10.067, equation 6, for one latent factor a target.
 */
export function patternMaps({ parts }: EncodingStatistics, { coefficients }: Weights): Matrix<Float64Array> {
  const sums = addRegressorSums(parts);
  if (coefficients.shape[0] !== sums.xSum.length) {
    throw new Error(
      `patternMaps: mismatched weights: ${coefficients.shape[0]} regressors; expected ${sums.xSum.length} as in the statistics. Pass the weights that were fitted to them.`,
    );
  }
  const gram = centreRegressors(sums, meansOf(sums));
  const covariance = matrix(
    gram.data.map((value) => value / sums.nTrs),
    gram.shape,
  );
  return linearAlgebra().multiply(
    covariance,
    matrix(Float64Array.from(coefficients.data), coefficients.shape),
  );
}
