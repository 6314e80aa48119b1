import { linearAlgebra, type Matrix, matrix, transpose, zeros } from "../tensor";
import { checkCoverage, type TrRange } from "./tr-range";

/** What counts as slow drift in a run or block that is sampled every `trSec` seconds: cosines of period `cutoffSec` and longer. */
export interface HighPassChoices {
  trSec: number;
  /** The longest period that is kept, in seconds; 128 is SPM's default. */
  cutoffSec: number;
}

/**
 * An orthonormal basis of slow drift, the constant first:
 *   column k of row t ∝ cos(π k (2t + 1) / (2 nTrs)), k = 0 … floor(2 · nTrs · trSec / cutoffSec + 1) − 1.
 *
 * Returns [nTrs × nFunctions], at most nTrs of them. Throws when nTrs, trSec or cutoffSec is not positive.
 * Source: spm_filter.m and spm_dctmtx.m of SPM12, which leave the constant to the model.
 */
export function cosineDrift(options: { nTrs: number } & HighPassChoices): Matrix<Float64Array> {
  const { nTrs, trSec, cutoffSec } = options;
  if (!(Number.isInteger(nTrs) && nTrs > 0 && trSec > 0 && cutoffSec > 0)) {
    throw new Error(
      `cosineDrift: invalid options: nTrs ${nTrs}, trSec ${trSec}, cutoffSec ${cutoffSec}; expected positive numbers. Pass the length of a run or block and SPM's cutoff of 128 s.`,
    );
  }
  const nFunctions = Math.min(nTrs, Math.floor((2 * nTrs * trSec) / cutoffSec + 1));
  const basis = zeros([nTrs, nFunctions]);
  for (let t = 0; t < nTrs; t++) {
    for (let k = 0; k < nFunctions; k++) {
      const norm = Math.sqrt((k === 0 ? 1 : 2) / nTrs);
      basis.data[t * nFunctions + k] = norm * Math.cos((Math.PI * k * (2 * t + 1)) / (2 * nTrs));
    }
  }
  return basis;
}

/**
 * Takes slow drift and the mean out of every column, inside each block by itself: X_b − C (Cᵀ X_b), C =
 * `cosineDrift` of the block. Nothing of one block reaches another, so that blocks can be folds of a
 * cross-validation.
 *
 * `m` [nTrs × nColumns]; `blocks` cover its rows. Returns float64 of the same shape. A NaN makes its column NaN
 * throughout its block. Throws when the blocks do not cover the rows.
 */
export function highPass(
  m: Matrix,
  blocks: readonly TrRange[],
  choices: HighPassChoices,
): Matrix<Float64Array> {
  const [nTrs, nColumns] = m.shape;
  checkCoverage("highPass", blocks, nTrs);
  const { multiply } = linearAlgebra();
  const out = matrix(Float64Array.from(m.data), m.shape);
  for (const { start, end } of blocks) {
    const block = matrix(out.data.subarray(start * nColumns, end * nColumns), [end - start, nColumns]);
    const basis = cosineDrift({ nTrs: end - start, ...choices });
    const drift = multiply(basis, multiply(basis, block, { transposeA: true })); // [nBlockTrs × nColumns]
    for (let i = 0; i < block.data.length; i++) block.data[i] -= drift.data[i];
  }
  return out;
}

/**
 * The linear kernel of high-passed features from the kernel of the unfiltered ones: F K Fᵀ, F = `highPass` as a
 * matrix. `kernel` [nTrs × nTrs], symmetric.
 */
export function highPassKernel(
  kernel: Matrix,
  blocks: readonly TrRange[],
  choices: HighPassChoices,
): Matrix<Float64Array> {
  const [nRows, nColumns] = kernel.shape;
  if (nRows !== nColumns) {
    throw new Error(
      `highPassKernel: invalid kernel: [${nRows} × ${nColumns}]; expected a square one. Pass X Xᵀ of features X [nTrs × nFeatures].`,
    );
  }
  return highPass(transpose(highPass(kernel, blocks, choices)), blocks, choices);
}
