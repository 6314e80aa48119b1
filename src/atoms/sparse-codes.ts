import { linearAlgebra, type Matrix, zeros } from "../tensor";
import { type ColumnFit, lassoDescent } from "./lasso-descent";
import { inTypeOf } from "./real-type";

/** Codes count as found when a sweep moves none of a column's by more than this (codes are of order 0.1–1). */
export const SETTLED = { settled: 1e-6, maxSweeps: 1000 } as const;

/**
 * Sparse codes of given columns for a fixed dictionary, by cyclic coordinate descent on the Gram matrix DᵀD:
 *
 *   a_j = argmin ½‖x_j − D a‖² + λ‖a‖₁
 *
 * @param x [nTrs × nColumns] the columns to be coded, in float32 or float64.
 * @param dictionary [nTrs × nAtoms], columns of norm at most 1. A column of zeros gets codes 0.
 * @param options.lambda λ > 0, in units of the columns' norm.
 * @param options.start codes to start from [nColumns × nAtoms]; they are not changed. Zero by default.
 * @returns codes [nColumns × nAtoms]: one row a column of x, so that a column's codes lie together in memory.
 *
 * NaN in x gives NaN codes for that column. Source: `lassoDescent`.
 */
export function sparseCodes(
  x: Matrix,
  dictionary: Matrix<Float64Array>,
  options: { lambda: number; start?: Matrix<Float64Array> },
): Matrix<Float64Array> {
  const { lambda, start } = options;
  checkLambda(lambda, "sparseCodes");
  if (x.shape[0] !== dictionary.shape[0]) {
    throw new Error(
      `sparseCodes: mismatched rows: x has ${x.shape[0]}, the dictionary ${dictionary.shape[0]}; expected the same TRs in both. Select the same rows.`,
    );
  }
  const products = linearAlgebra().multiply(x, inTypeOf(x, dictionary), { transposeA: true });
  const codes = zeros([x.shape[1], dictionary.shape[1]]);
  if (start) codes.data.set(start.data);
  const gram = linearAlgebra().multiply(dictionary, dictionary, { transposeA: true }); // [nAtoms × nAtoms]
  descendAll(gram, products, codes, { lambda, ...SETTLED });
  return codes;
}

/** Improves the codes of every column in place, given their products Dᵀx [nColumns × nAtoms]; returns what each costs. */
export function descendAll(
  gram: Matrix<Float64Array>,
  products: Matrix,
  codes: Matrix<Float64Array>,
  options: { lambda: number; settled: number; maxSweeps: number },
): ColumnFit[] {
  const [nColumns, nAtoms] = products.shape;
  const descend = lassoDescent(gram.data, { nAtoms, ...options });
  return Array.from({ length: nColumns }, (_, j) =>
    descend(products.data, j * nAtoms, codes.data, j * nAtoms),
  );
}

export function checkLambda(lambda: number, where: string): void {
  if (lambda > 0) return;
  throw new Error(
    `${where}: invalid lambda: ${lambda}; expected a number above 0. Use 0.1 for unit-norm columns.`,
  );
}
