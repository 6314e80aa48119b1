import { type Matrix, row } from "./matrix";

/**
 * Sparse codes of columns from products alone, by cyclic coordinate descent, in place:
 *
 *   a_j = argmin ½ aᵀG a − c_jᵀa + λ‖a‖₁,   G = DᵀD, c_j = Dᵀx_j,
 *
 * which is ½‖x_j − D a‖² + λ‖a‖₁ up to a constant.
 *
 * @param gram G [n × n], symmetric. A regressor with G_kk = 0 keeps its code.
 * @param products c [nColumns × n]: one row a column of x.
 * @param codes a [nColumns × n]: where to start from, overwritten with the solution.
 * @param options.lambda λ ≥ 0.
 * @param options.settled a column is done when a sweep moves no code of it by more than this.
 * @param options.maxSweeps at most so many passes over a column's codes.
 * @returns how many columns were not settled by then.
 *
 * NaN in a row of c gives NaN codes in that row. Source: Friedman, Hastie & Tibshirani (2010), J. Stat. Softw. 33(1).
 */
export function descendCoordinates(
  gram: Matrix<Float64Array>,
  products: Matrix<Float64Array>,
  codes: Matrix<Float64Array>,
  options: { lambda: number; settled: number; maxSweeps: number },
): number {
  const { lambda, settled, maxSweeps } = options;
  const [nColumns, n] = products.shape;
  const slope = new Float64Array(n);
  let nUnsettled = 0;
  for (let j = 0; j < nColumns; j++) {
    const a = row(codes, j);
    // slope = c − G a: what is left along each regressor
    slope.set(row(products, j));
    for (let k = 0; k < n; k++) if (a[k] !== 0) subtractScaled(slope, a[k], gram.data, k * n);
    let sweep = 0;
    // Not ≥, so that NaN ends the sweeps.
    while (sweep < maxSweeps && descend(a, slope, gram.data, lambda) > settled) sweep++;
    if (sweep === maxSweeps) nUnsettled++;
  }
  return nUnsettled;
}

/** One pass over the coordinates of one column; returns the largest change. */
function descend(a: Float64Array, slope: Float64Array, gram: Float64Array, lambda: number): number {
  const n = a.length;
  let largest = 0;
  for (let k = 0; k < n; k++) {
    const norm = gram[k * n + k];
    if (norm === 0) continue;
    const free = slope[k] + norm * a[k];
    const shrunk = Math.abs(free) <= lambda ? 0 : (free - Math.sign(free) * lambda) / norm;
    const change = shrunk - a[k];
    if (change === 0) continue;
    a[k] = shrunk;
    subtractScaled(slope, change, gram, k * n);
    largest = Math.max(largest, Math.abs(change));
  }
  return largest;
}

function subtractScaled(target: Float64Array, factor: number, source: Float64Array, offset: number): void {
  for (let i = 0; i < target.length; i++) target[i] -= factor * source[offset + i];
}
