import { linearAlgebra, type Matrix, row, zeros } from "../tensor";

/** A coordinate counts as settled when a sweep moves no code of its column by more than this (codes are of order 0.1–1). */
const SETTLED = 1e-6;

/**
 * Sparse codes of given columns for a fixed dictionary, by cyclic coordinate descent on the Gram matrix DᵀD:
 *
 *   a_j = argmin ½‖x_j − D a‖² + λ‖a‖₁
 *
 * @param x [nTrs × nColumns] the columns to be coded.
 * @param dictionary [nTrs × nAtoms], columns of norm at most 1. A column of zeros gets codes 0.
 * @param options.lambda λ > 0, in units of the columns' norm.
 * @param options.start codes to start from [nColumns × nAtoms]; they are not changed. Zero by default.
 * @param options.maxSweeps at most so many passes over a column's coordinates (1,000 by default).
 * @returns codes [nColumns × nAtoms]: one row a column of x, so that a column's codes lie together in memory.
 *
 * NaN in x gives NaN codes for that column. Source: Friedman, Hastie & Tibshirani (2010), J. Stat. Softw. 33(1).
 */
export function sparseCodes(
  x: Matrix<Float64Array>,
  dictionary: Matrix<Float64Array>,
  options: { lambda: number; start?: Matrix<Float64Array>; maxSweeps?: number },
): Matrix<Float64Array> {
  const { lambda, start, maxSweeps = 1000 } = options;
  if (!(lambda > 0)) {
    throw new Error(
      `sparseCodes: invalid lambda: ${lambda}; expected a number above 0. Use 0.1 for unit-norm columns.`,
    );
  }
  if (x.shape[0] !== dictionary.shape[0]) {
    throw new Error(
      `sparseCodes: mismatched rows: x has ${x.shape[0]}, the dictionary ${dictionary.shape[0]}; expected the same TRs in both. Select the same rows.`,
    );
  }
  const nAtoms = dictionary.shape[1];
  const blas = linearAlgebra();
  const gram = blas.multiply(dictionary, dictionary, { transposeA: true }); // [nAtoms × nAtoms]
  const products = blas.multiply(x, dictionary, { transposeA: true }); // [nColumns × nAtoms]
  const codes = zeros([x.shape[1], nAtoms]);
  if (start) codes.data.set(start.data);
  const slope = new Float64Array(nAtoms);
  for (let j = 0; j < x.shape[1]; j++) {
    const a = row(codes, j);
    // slope = Dᵀ(x − D a): what is left of x along each atom
    slope.set(row(products, j));
    for (let k = 0; k < nAtoms; k++) if (a[k] !== 0) subtractScaled(slope, a[k], gram.data, k * nAtoms);
    for (let sweep = 0; sweep < maxSweeps; sweep++) if (descend(a, slope, gram.data, lambda) < SETTLED) break;
  }
  return codes;
}

/** One pass over the coordinates of one column; returns the largest change. */
function descend(a: Float64Array, slope: Float64Array, gram: ArrayLike<number>, lambda: number): number {
  const nAtoms = a.length;
  let largest = 0;
  for (let k = 0; k < nAtoms; k++) {
    const norm = gram[k * nAtoms + k];
    if (norm === 0) continue;
    const free = slope[k] + norm * a[k];
    const shrunk = Math.abs(free) <= lambda ? 0 : (free - Math.sign(free) * lambda) / norm;
    const change = shrunk - a[k];
    if (change === 0) continue;
    a[k] = shrunk;
    subtractScaled(slope, change, gram, k * nAtoms);
    largest = Math.max(largest, Math.abs(change));
  }
  return largest;
}

function subtractScaled(
  target: Float64Array,
  factor: number,
  source: ArrayLike<number>,
  offset: number,
): void {
  for (let i = 0; i < target.length; i++) target[i] -= factor * source[offset + i];
}
