import type { Real } from "../tensor";

/** What the codes of one column cost, at the codes that were just found. */
export interface ColumnFit {
  /** ‖x − D a‖² − ‖x‖², at most 0. */
  explained: number;
  /** ‖a‖₁. */
  absolute: number;
  nNonZero: number;
}

/**
 * Sparse codes of one column after another for a fixed dictionary, a = argmin ½‖x − D a‖² + λ‖a‖₁, by cyclic coordinate
 * descent on the Gram matrix DᵀD: a sweep over all atoms, then sweeps over those in use until they rest, and so on until a sweep
 * over all changes no code by more than `settled` (or after `maxSweeps`).
 *
 * @returns a function that takes the column's products Dᵀx (`products` from index `from`) and improves its codes in place
 * (`codes` from index `at`). An atom of zeros gets code 0. NaN in the products gives NaN codes.
 * Source: Friedman, Hastie & Tibshirani (2010), J. Stat. Softw. 33(1), sections 2.1 and 2.6.
 */
export function lassoDescent(
  gram: ArrayLike<number>,
  options: { nAtoms: number; lambda: number; settled: number; maxSweeps: number },
): (products: Real, from: number, codes: Float64Array, at: number) => ColumnFit {
  const { nAtoms, lambda, settled, maxSweeps } = options;
  // Dᵀ(x − D a): what is left of x along each atom.
  const slope = new Float64Array(nAtoms);
  const active = new Int32Array(nAtoms);

  const move = (codes: Float64Array, at: number, k: number): number => {
    const norm = gram[k * nAtoms + k];
    if (norm === 0) return 0;
    const code = codes[at + k];
    const free = slope[k] + norm * code;
    const shrunk = Math.abs(free) <= lambda ? 0 : (free - Math.sign(free) * lambda) / norm;
    const change = shrunk - code;
    if (change === 0) return 0;
    codes[at + k] = shrunk;
    subtractRow(slope, change, gram, k * nAtoms);
    return Math.abs(change);
  };

  return (products, from, codes, at) => {
    for (let k = 0; k < nAtoms; k++) slope[k] = products[from + k];
    for (let k = 0; k < nAtoms; k++) {
      if (codes[at + k] !== 0) subtractRow(slope, codes[at + k], gram, k * nAtoms);
    }
    let sweep = 0;
    while (sweep < maxSweeps) {
      let largest = 0;
      let nActive = 0;
      for (let k = 0; k < nAtoms; k++) {
        largest = Math.max(largest, move(codes, at, k));
        if (codes[at + k] !== 0) active[nActive++] = k;
      }
      sweep++;
      if (!(largest > settled)) break;
      for (let rest = largest; rest > settled && sweep < maxSweeps; sweep++) {
        rest = 0;
        for (let i = 0; i < nActive; i++) rest = Math.max(rest, move(codes, at, active[i]));
      }
    }
    let [explained, absolute, nNonZero] = [0, 0, 0];
    for (let k = 0; k < nAtoms; k++) {
      const code = codes[at + k];
      if (code === 0) continue;
      // ‖x − Da‖² = ‖x‖² − a·(Dᵀx + Dᵀ(x − Da))
      explained -= code * (products[from + k] + slope[k]);
      absolute += Math.abs(code);
      nNonZero++;
    }
    return { explained, absolute, nNonZero };
  };
}

function subtractRow(target: Float64Array, factor: number, source: ArrayLike<number>, offset: number): void {
  for (let i = 0; i < target.length; i++) target[i] -= factor * source[offset + i];
}
