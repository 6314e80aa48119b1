import { linearAlgebra, type Matrix, random, zeros } from "../tensor";

/**
 * Simulated BOLD: features times weights, plus noise that remembers its past as BOLD's does,
 *
 *   y = X w + e,   e_t = φ e_{t−1} + √(1 − φ²) · noiseSd · normal
 *
 * @param features X [nTrs × nFeatures], under the HRF.
 * @param weights w [nFeatures × nVoxels]; a column of zeros is a voxel that the features do not drive.
 * @param options.noiseSd SD of the noise, in the units of X w. `options.phi`: its correlation from one TR to the next, below 1.
 * @returns [nTrs × nVoxels].
 */
export function simulateBold(
  features: Matrix<Float64Array>,
  weights: Matrix<Float64Array>,
  options: { noiseSd: number; phi: number; seed: number },
): Matrix<Float64Array> {
  const { noiseSd, phi, seed } = options;
  if (!(Math.abs(phi) < 1)) {
    throw new Error(
      `simulateBold: invalid phi: ${phi}; expected a number between −1 and 1. BOLD has about 0.3 to 0.9.`,
    );
  }
  const numbers = random(seed);
  const bold = linearAlgebra().multiply(features, weights);
  const [nTrs, nVoxels] = bold.shape;
  const noise = zeros([1, nVoxels]).data;
  for (let j = 0; j < nVoxels; j++) noise[j] = noiseSd * numbers.normal();
  for (let t = 0; t < nTrs; t++) {
    for (let j = 0; j < nVoxels; j++) {
      if (t > 0) noise[j] = phi * noise[j] + Math.sqrt(1 - phi * phi) * noiseSd * numbers.normal();
      bold.data[t * nVoxels + j] += noise[j];
    }
  }
  return bold;
}
