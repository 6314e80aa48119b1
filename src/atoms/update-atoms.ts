import { linearAlgebra, type Matrix, zeros } from "../tensor";
import type { RunningSums } from "./running-sums";

/**
 * Improves all atoms for fixed codes: block-coordinate descent on ½‖X − D A‖² subject to ‖d_k‖₂ ≤ 1, atom after atom,
 *
 *   u = d_k + (b_k − D a_k) / a_kk,   d_k ← u / max(1, ‖u‖),   B = X Aᵀ, a_k column k of A Aᵀ
 *
 * Every d_k stays a mixture of the columns of D and B, so that the descent needs their inner products alone: two products of
 * matrices with nTrs rows, then work on [nAtoms × nAtoms]. An atom that nobody carries (a_kk = 0) stays as it is.
 *
 * @returns the new D and its DᵀD.
 * Source: Mairal, Bach, Ponce & Sapiro (2010), JMLR 11:19–60, algorithm 2.
 */
export function updateAtoms(sums: Pick<RunningSums, "d" | "gram" | "products" | "codeGram">): {
  d: Matrix<Float64Array>;
  gram: Matrix<Float64Array>;
} {
  const { d, gram, products, codeGram } = sums;
  const blas = linearAlgebra();
  const nAtoms = d.shape[1];
  const g = gram.data.slice(); // DᵀD as the atoms change
  const h = blas.multiply(d, products, { transposeA: true }).data; // DᵀB as the atoms change
  const q = blas.multiply(products, products, { transposeA: true }).data; // BᵀB
  // The new atoms as mixtures of the old ones and of B's columns.
  const ofAtoms = zeros([nAtoms, nAtoms]); // row k: weights of the old atoms in atom k
  const ofProducts = zeros([nAtoms, nAtoms]);
  for (let k = 0; k < nAtoms; k++) ofAtoms.data[k * nAtoms + k] = 1;
  const weights = new Float64Array(nAtoms);
  const along = new Float64Array(nAtoms); // Dᵀu
  const alongProducts = new Float64Array(nAtoms); // Bᵀu
  const fromAtoms = new Float64Array(nAtoms);
  const fromProducts = new Float64Array(nAtoms);
  for (let k = 0; k < nAtoms; k++) {
    const weight = codeGram.data[k * nAtoms + k];
    if (weight === 0) continue;
    // u = Σ_m weights_m d_m + b_k / a_kk
    for (let m = 0; m < nAtoms; m++) weights[m] = -codeGram.data[k * nAtoms + m] / weight;
    weights[k] = 0;
    for (let m = 0; m < nAtoms; m++) {
      along[m] = h[m * nAtoms + k] / weight;
      alongProducts[m] = q[k * nAtoms + m] / weight;
    }
    fromAtoms.fill(0);
    fromProducts.fill(0);
    fromProducts[k] = 1 / weight;
    for (let m = 0; m < nAtoms; m++) {
      if (weights[m] === 0) continue;
      addRow(along, weights[m], g, m * nAtoms);
      addRow(alongProducts, weights[m], h, m * nAtoms);
      addRow(fromAtoms, weights[m], ofAtoms.data, m * nAtoms);
      addRow(fromProducts, weights[m], ofProducts.data, m * nAtoms);
    }
    // ‖u‖² = Σ_m weights_m d_m·u + b_k·u / a_kk
    let squared = alongProducts[k] / weight;
    for (let m = 0; m < nAtoms; m++) squared += weights[m] * along[m];
    const scale = 1 / Math.max(1, Math.sqrt(Math.max(0, squared)));
    for (let m = 0; m < nAtoms; m++) {
      g[k * nAtoms + m] = scale * along[m];
      g[m * nAtoms + k] = scale * along[m];
      h[k * nAtoms + m] = scale * alongProducts[m];
      ofAtoms.data[k * nAtoms + m] = scale * fromAtoms[m];
      ofProducts.data[k * nAtoms + m] = scale * fromProducts[m];
    }
    g[k * nAtoms + k] = scale * scale * squared;
  }
  const next = blas.multiply(d, ofAtoms, { transposeB: true });
  const fromB = blas.multiply(products, ofProducts, { transposeB: true });
  for (let i = 0; i < next.data.length; i++) next.data[i] += fromB.data[i];
  return { d: next, gram: blas.multiply(next, next, { transposeA: true }) };
}

function addRow(target: Float64Array, factor: number, source: Float64Array, offset: number): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * source[offset + i];
}
