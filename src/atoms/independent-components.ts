import { throwIfAborted, yieldToEventLoop } from "../store";
import { linearAlgebra, type Matrix, matrix, type Real, random, zeros } from "../tensor";
import { type Atoms, checkFinite, checkNAtoms } from "./atoms";
import { atomsOf, leadingCourses } from "./principal-components";
import { inFloat64 } from "./real-type";

const MAX_ITERATIONS = 1000;

/** Atoms of FastICA (`independentComponents`): courses of length 1, in no order of importance, with least-squares codes. */
export interface IndependentComponents extends Atoms {
  method: "ica";
  /** False where 1,000 iterations did not meet the tolerance. */
  converged: boolean;
}

/**
 * Independent components as atoms: as in spatial ICA of fMRI, the maps over neurons (rows of A) are as independent as can
 * be, which is what sparse codes are, too. FastICA with symmetric decorrelation and g = tanh on k principal components,
 *
 *   Z = √N Λ^(−1/2) Eᵀ (X − mean over neurons),   W ← decorrelate(g(W Z) Zᵀ/N − diag(mean g′(W Z)) W),
 *   D ∝ E Λ^(1/2) Wᵀ in columns of length 1,   A = (DᵀD)⁻¹ Dᵀ X
 *
 * @param x [nTrs × nNeurons], columns of zero mean and unit norm (`unitColumns`), float32 or float64, no NaN.
 * @param options.tolerance stops when no row of W turns by more: max |1 − |w_new·w_old|| (1e-6 by default).
 * @throws when X holds NaN, when nAtoms ≥ nTrs or exceeds the rank of X; AbortError when the signal asks.
 * Source: Hyvärinen (1999), IEEE Trans. Neural Netw. 10(3):626–634; agrees with scikit-learn's FastICA (parallel, logcosh).
 */
export async function independentComponents(
  x: Matrix,
  options: { nAtoms: number; seed: number; tolerance?: number; signal?: AbortSignal },
): Promise<IndependentComponents> {
  const { nAtoms, seed, tolerance = 1e-6, signal } = options;
  checkNAtoms(nAtoms, x.shape[0], "independentComponents");
  checkFinite(x, "independentComponents");
  const blas = linearAlgebra();
  const nNeurons = x.shape[1];
  const centred = centreRows(x);
  const { courses: e, squares } = await leadingCourses(centred, nAtoms, "independentComponents", signal);
  const projected = blas.multiply(e, inFloat64(centred), { transposeA: true }); // Eᵀ X [nAtoms × nNeurons]
  const z = matrix(
    projected.data.map((value, i) => value * Math.sqrt(nNeurons / squares[Math.floor(i / nNeurons)])),
    projected.shape,
  );
  const numbers = random(seed);
  let w = decorrelate(
    matrix(
      Float64Array.from({ length: nAtoms ** 2 }, () => numbers.normal()),
      [nAtoms, nAtoms],
    ),
  );
  let converged = false;
  for (let i = 0; i < MAX_ITERATIONS && !converged; i++) {
    throwIfAborted(signal, "independentComponents");
    const next = decorrelate(fixedPointStep(w, z));
    converged = largestTurn(w, next) < tolerance;
    w = next;
    await yieldToEventLoop();
  }
  const scaled = matrix(
    e.data.map((value, i) => value * Math.sqrt(squares[i % nAtoms])),
    e.shape,
  );
  const d = unitLength(blas.multiply(scaled, w, { transposeB: true })); // [nTrs × nAtoms]
  return { ...atomsOf(x, d, "ica"), method: "ica", converged };
}

function fixedPointStep(w: Matrix<Float64Array>, z: Matrix<Float64Array>): Matrix<Float64Array> {
  const blas = linearAlgebra();
  const [nAtoms, nNeurons] = z.shape;
  const g = blas.multiply(w, z);
  const meanSlope = new Float64Array(nAtoms);
  for (let i = 0; i < g.data.length; i++) {
    g.data[i] = Math.tanh(g.data[i]);
    meanSlope[Math.floor(i / nNeurons)] += (1 - g.data[i] ** 2) / nNeurons;
  }
  const next = blas.multiply(g, z, { transposeB: true });
  for (let i = 0; i < next.data.length; i++) {
    next.data[i] = next.data[i] / nNeurons - meanSlope[Math.floor(i / nAtoms)] * w.data[i];
  }
  return next;
}

/** (W Wᵀ)^(−1/2) W: the orthonormal rows nearest to those of W. */
function decorrelate(w: Matrix<Float64Array>): Matrix<Float64Array> {
  const blas = linearAlgebra();
  const { values, vectors } = blas.symmetricEigen(blas.multiply(w, w, { transposeB: true }));
  const n = values.length;
  const scaled = matrix(
    vectors.data.map((value, i) => value / Math.sqrt(values[i % n])),
    [n, n],
  );
  return blas.multiply(blas.multiply(scaled, vectors, { transposeB: true }), w);
}

function largestTurn(before: Matrix<Float64Array>, after: Matrix<Float64Array>): number {
  const n = before.shape[0];
  let largest = 0;
  for (let k = 0; k < n; k++) {
    let cosine = 0;
    for (let m = 0; m < n; m++) cosine += before.data[k * n + m] * after.data[k * n + m];
    largest = Math.max(largest, Math.abs(1 - Math.abs(cosine)));
  }
  return largest;
}

/** X less the mean over neurons in each TR, in the type of X. */
function centreRows(x: Matrix): Matrix {
  const [nTrs, nNeurons] = x.shape;
  const data = x.data.slice() as Real;
  for (let t = 0; t < nTrs; t++) {
    let mean = 0;
    for (let j = 0; j < nNeurons; j++) mean += data[t * nNeurons + j] / nNeurons;
    for (let j = 0; j < nNeurons; j++) data[t * nNeurons + j] -= mean;
  }
  return matrix(data, x.shape);
}

function unitLength(d: Matrix<Float64Array>): Matrix<Float64Array> {
  const [nTrs, nAtoms] = d.shape;
  const out = zeros(d.shape);
  for (let k = 0; k < nAtoms; k++) {
    let squares = 0;
    for (let t = 0; t < nTrs; t++) squares += d.data[t * nAtoms + k] ** 2;
    for (let t = 0; t < nTrs; t++) out.data[t * nAtoms + k] = d.data[t * nAtoms + k] / Math.sqrt(squares);
  }
  return out;
}
