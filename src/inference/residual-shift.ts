import { linearAlgebra, type Matrix, matrix, selectColumns } from "../tensor";
import { rollRows } from "./circular-shift";

/**
 * Circular shifts of what features do not share with a baseline, for asking what they predict *beyond* it:
 *
 *   X_s = F + roll_s(X − F),   F = B (BᵀB)⁺ Bᵀ X
 *
 * The part F that the baseline B explains stays in place, so that a shifted model has all of B's information, as the real one
 * has; only the remainder loses its meeting with BOLD. Shifting X whole would not do: features that merely repeat the
 * baseline would then beat their own null, whose models carry a misplaced copy of the baseline as ballast.
 *
 * `features` [nTrs × nFeatures] and `baseline` [nTrs × nRegressors] before any filter. Returns a function of the shift. Throws
 * when the rows differ. Regressors of the baseline may depend on each other: what counts is the space that they span.
 * Source: the method that Winkler et al. (2014), NeuroImage 92, 381–397, call Smith's, with circular shifts for permutations
 * and the fitted part kept, since a ridge penalty feels it.
 */
export function residualShifts(
  features: Matrix<Float64Array>,
  baseline: Matrix<Float64Array>,
): (shift: number) => Matrix<Float64Array> {
  if (features.shape[0] !== baseline.shape[0]) {
    throw new Error(
      `residualShifts: mismatched rows: features ${features.shape[0]}, baseline ${baseline.shape[0]}; expected the same. Bring both to one TR grid.`,
    );
  }
  const { multiply } = linearAlgebra();
  const basis = orthonormalSpan(baseline);
  const fitted = multiply(basis, multiply(basis, features, { transposeA: true })); // [nTrs × nFeatures]
  const residual = matrix(
    features.data.map((value, i) => value - fitted.data[i]),
    features.shape,
  );
  return (shift) => {
    const moved = rollRows(residual, shift);
    for (let i = 0; i < moved.data.length; i++) moved.data[i] += fitted.data[i];
    return moved;
  };
}

/** Directions of BᵀB below this share of the largest are rounding. */
const SMALLEST_SHARE = 1e-10;

/** Orthonormal columns that span what the columns of B span: B v / √λ of the eigenvectors of BᵀB. */
function orthonormalSpan(B: Matrix<Float64Array>): Matrix<Float64Array> {
  const { multiply, symmetricEigen } = linearAlgebra();
  const { values, vectors } = symmetricEigen(multiply(B, B, { transposeA: true }));
  const p = values.length;
  const kept = Array.from({ length: p }, (_, k) => k).filter(
    (k) => values[k] > SMALLEST_SHARE * values[p - 1],
  );
  const turned = multiply(B, selectColumns(vectors, kept));
  const { data, shape } = turned;
  return matrix(
    data.map((value, at) => value / Math.sqrt(values[kept[at % kept.length]])),
    shape,
  );
}
