import { linearAlgebra, type Matrix, matrix, zeros } from "../tensor";
import { type Atoms, checkFinite, checkNAtoms, deadAtomsOf } from "./atoms";
import { fixSigns } from "./fix-signs";
import { inFloat64 } from "./real-type";

/**
 * Principal components as atoms, the baseline without sparsity: the k orthonormal courses that rebuild X best,
 *
 *   X = U S Vᵀ,   D = U_k,   A = Dᵀ X
 *
 * from the eigenvectors of X Xᵀ (or Xᵀ X, where there are fewer neurons than TRs). Ordered by variance, signs as `fixSigns`.
 *
 * @param x [nTrs × nNeurons], columns of zero mean (`unitColumns`), float32 or float64, no NaN.
 * @throws when X holds NaN, when nAtoms ≥ nTrs or exceeds the rank of X; AbortError when the signal asks.
 */
export async function principalComponents(
  x: Matrix,
  options: { nAtoms: number; signal?: AbortSignal },
): Promise<Atoms> {
  const { nAtoms, signal } = options;
  checkNAtoms(nAtoms, x.shape[0], "principalComponents");
  checkFinite(x, "principalComponents");
  const { courses } = await leadingCourses(x, nAtoms, "principalComponents", signal);
  return atomsOf(x, courses, "pca");
}

/** The k leading left singular vectors of X in columns, with the squares of their singular values. */
export async function leadingCourses(x: Matrix, nAtoms: number, where: string, signal?: AbortSignal) {
  const { background } = linearAlgebra();
  const [nTrs, nNeurons] = x.shape;
  const isWide = nTrs <= nNeurons;
  const product = await background.multiply(x, x, { transposeA: !isWide, transposeB: isWide, signal });
  const n = product.shape[0];
  const gram = matrix(new Float64Array(product.data), [n, n]);
  const { values, vectors } = await background.symmetricEigen(gram, { signal });
  const squares = values.slice().reverse().subarray(0, nAtoms);
  if (!(nAtoms <= n && squares[nAtoms - 1] > 1e-12 * squares[0])) {
    const rank = values.reduce((count, value) => count + (value > 1e-12 * squares[0] ? 1 : 0), 0);
    throw new Error(
      `${where}: invalid nAtoms: ${nAtoms}; expected at most ${rank}, the rank of X. Ask for fewer atoms.`,
    );
  }
  const leading = zeros([n, nAtoms]);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < nAtoms; k++) leading.data[i * nAtoms + k] = vectors.data[i * n + (n - 1 - k)];
  }
  if (isWide) return { courses: leading, squares };
  // U_k = X V_k / s_k
  const courses = linearAlgebra().multiply(inFloat64(x), leading);
  for (let i = 0; i < courses.data.length; i++) courses.data[i] /= Math.sqrt(squares[i % nAtoms]);
  return { courses, squares };
}

/** Atoms of given courses D, with the codes that rebuild X best: A = (DᵀD)⁻¹ Dᵀ X. */
export function atomsOf(x: Matrix, d: Matrix<Float64Array>, method: "pca" | "ica"): Atoms {
  const blas = linearAlgebra();
  const products = blas.multiply(d, inFloat64(x), { transposeA: true }); // [nAtoms × nNeurons]
  const gram = blas.multiply(d, d, { transposeA: true });
  const solved = blas.solvePositiveDefinite(gram, products);
  // ‖X − DA‖² = ‖X‖² − ⟨A, DᵀX⟩ at the least squares
  let [explained, total] = [0, 0];
  for (let i = 0; i < products.data.length; i++) explained += solved.data[i] * products.data[i];
  for (let i = 0; i < x.data.length; i++) total += x.data[i] ** 2;
  const { courses, codes } = fixSigns(d, solved);
  const nNonZero = codes.data.reduce((count: number, value) => count + (value === 0 ? 0 : 1), 0);
  return {
    method,
    lambda: 0,
    courses,
    codes,
    reconstructionR2: explained / total,
    density: nNonZero / codes.data.length,
    deadAtoms: deadAtomsOf(codes),
  };
}
