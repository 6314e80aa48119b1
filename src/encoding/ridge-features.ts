import { type HighPassChoices, highPass, highPassKernel } from "../alignment";
import { rollKernel, rollRows } from "../inference";
import { concatColumns, linearAlgebra, type Matrix, matrix } from "../tensor";
import type { Block } from "./segments";

/**
 * Features X [nTrs × nFeatures], solved through their statistics (*primal*, for fewer features than TRs) or through
 * their kernel (*dual*, for more); or their linear kernel X Xᵀ [nTrs × nTrs] itself.
 */
export type RidgeFeatures = { X: Matrix; solver: "primal" | "dual" } | { kernel: Matrix; solver: "dual" };

/**
 * The linear kernel X Xᵀ [nTrs × nTrs] of features X [nTrs × nFeatures], as features for the dual solver.
 * Everything below acts on a kernel as it acts on the features themselves, whose number then costs nothing any
 * more.
 */
export function kernelFeatures(X: Matrix<Float64Array>): { kernel: Matrix<Float64Array>; solver: "dual" } {
  return { kernel: linearAlgebra().multiply(X, X, { transposeB: true }), solver: "dual" };
}

/** Features filtered inside each block (`highPass`), so that nothing crosses from one fold into another. */
export function filterFeatures(
  features: RidgeFeatures,
  blocks: readonly Block[],
  choices: HighPassChoices,
): RidgeFeatures {
  return "X" in features
    ? { ...features, X: highPass(features.X, blocks, choices) }
    : { ...features, kernel: highPassKernel(features.kernel, blocks, choices) };
}

/** Features moved against BOLD by a circular shift of `shift` TRs (`rollRows`). */
export function shiftFeatures(features: RidgeFeatures, shift: number): RidgeFeatures {
  return "X" in features
    ? { ...features, X: rollRows(features.X, shift) }
    : { ...features, kernel: rollKernel(features.kernel, shift) };
}

/**
 * Two sets of features side by side, in one model with one alpha: the columns together, or the sum of the kernels
 * where one of the two is a kernel.
 */
export function joinFeatures(a: RidgeFeatures, b: RidgeFeatures): RidgeFeatures {
  if ("X" in a && "X" in b) {
    const solver = a.solver === "primal" && b.solver === "primal" ? "primal" : "dual";
    return { X: concatColumns([a.X, b.X]), solver };
  }
  const [first, second] = [kernelOf(a), kernelOf(b)];
  const sum = Float64Array.from(first.data, (value, i) => value + second.data[i]);
  return { kernel: matrix(sum, first.shape), solver: "dual" };
}

function kernelOf(features: RidgeFeatures): Matrix {
  if ("kernel" in features) return features.kernel;
  const { X } = features;
  return kernelFeatures(matrix(Float64Array.from(X.data), X.shape)).kernel;
}
