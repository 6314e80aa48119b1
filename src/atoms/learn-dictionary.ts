import { type Progress, throwIfAborted, yieldToEventLoop } from "../store";
import { linearAlgebra, type Matrix, type Random, random, row, transpose, zeros } from "../tensor";
import { fixSigns } from "./fix-signs";
import { sparseCodes } from "./sparse-codes";

export interface DictionaryOptions {
  /** Number of atoms k, below the number of TRs. */
  nAtoms: number;
  /** Sparsity λ, for columns of unit norm. */
  lambda: number;
  /** Seeds the first dictionary and the replacement of dead atoms. */
  seed: number;
  /** Stops when an iteration lowers the objective by less than this fraction (1e-6 by default). */
  tolerance?: number;
  /** At most so many iterations (1,000 by default). */
  maxIterations?: number;
  onProgress?: Progress;
  signal?: AbortSignal;
}

export interface Dictionary {
  /** D [nTrs × nAtoms]: the atoms' courses, norm at most 1. */
  courses: Matrix<Float64Array>;
  /** A [nAtoms × nNeurons]: who carries each atom. */
  codes: Matrix<Float64Array>;
  /** Objective per column of X after each iteration: (½‖X − DA‖² + λ‖A‖₁) / nNeurons. */
  objective: number[];
  /** 1 − ‖X − DA‖² / ‖X‖². */
  reconstructionR2: number;
  /** Share of codes that are not zero. */
  density: number;
  /** Atoms that no neuron carries at the end (a row of zeros in A). */
  deadAtoms: number[];
  /** How often an atom that nobody carried was replaced on the way. */
  nReplaced: number;
  converged: boolean;
}

/**
 * Sparse dictionary learning: few shared temporal courses, each neuron a sparse mixture of them.
 *
 *   min over D, A of ½‖X − D A‖² + λ‖A‖₁   subject to ‖d_k‖₂ ≤ 1
 *
 * Alternates sparse coding (coordinate descent, started from the last codes) with one block-coordinate update of all
 * atoms from the sums XAᵀ and AAᵀ. An atom that nobody carries is replaced by the column that is explained worst.
 * Signs are fixed at the end (`fixSigns`). The objective never rises, except where a dead atom is replaced.
 *
 * @param x [nTrs × nNeurons], columns of zero mean and unit norm (`unitColumns`), no NaN.
 * @throws when X holds NaN, when nAtoms ≥ nTrs, or when λ leaves no code at all.
 * Source: Mairal, Bach, Ponce & Sapiro (2010), JMLR 11:19–60 (the objective and the atom update).
 */
export async function learnDictionary(
  x: Matrix<Float64Array>,
  options: DictionaryOptions,
): Promise<Dictionary> {
  const { nAtoms, lambda, tolerance = 1e-6, maxIterations = 1000, onProgress, signal } = options;
  checkInput(x, nAtoms);
  const numbers = random(options.seed);
  const blas = linearAlgebra();
  const squaredNorm = x.data.reduce((sum: number, value: number) => sum + value * value, 0);
  const d = firstDictionary(x, nAtoms, numbers);
  let codes = zeros([x.shape[1], nAtoms]);
  const objective: number[] = [];
  let nReplaced = 0;
  let converged = false;
  for (let iteration = 0; iteration < maxIterations && !converged; iteration++) {
    throwIfAborted(signal, "learnDictionary");
    codes = sparseCodes(x, d, { lambda, start: codes });
    const products = blas.multiply(x, codes); // XAᵀ [nTrs × nAtoms]
    const gram = blas.multiply(codes, codes, { transposeA: true }); // AAᵀ [nAtoms × nAtoms]
    updateAtoms(d, products, gram);
    objective.push(objectiveOf(d, products, gram, codes, squaredNorm, lambda) / x.shape[1]);
    const dead = atomsWithoutCodes(gram);
    if (dead.length === nAtoms) {
      throw new Error(
        `learnDictionary: invalid lambda: ${lambda} sets every code to 0; expected a value that leaves some. Lower lambda below the largest |correlation| between a neuron and an atom.`,
      );
    }
    const [previous, current] = [objective.at(-2), objective[iteration]];
    converged = previous !== undefined && previous - current < tolerance * previous;
    // Near the end a replacement would only undo convergence: what is dead then is reported as dead.
    if (dead.length > 0 && !converged) nReplaced += replaceAtoms(x, d, codes, dead);
    onProgress?.(iteration + 1, converged ? iteration + 1 : maxIterations, "dictionary");
    await yieldToEventLoop();
  }
  codes = sparseCodes(x, d, { lambda, start: codes });
  const products = blas.multiply(x, codes);
  const gram = blas.multiply(codes, codes, { transposeA: true });
  // Before the signs are fixed: the sums belong to the codes as they are now.
  const reconstructionR2 = 1 - squaredError(d, products, gram, squaredNorm) / squaredNorm;
  return {
    ...fixSigns(d, transpose(codes)),
    objective,
    reconstructionR2,
    density: codes.data.reduce((count, value) => count + (value === 0 ? 0 : 1), 0) / codes.data.length,
    deadAtoms: atomsWithoutCodes(gram),
    nReplaced,
    converged,
  };
}

function checkInput(x: Matrix<Float64Array>, nAtoms: number): void {
  const [nTrs, nNeurons] = x.shape;
  if (!Number.isInteger(nAtoms) || nAtoms < 1 || nAtoms >= nTrs) {
    throw new Error(
      `learnDictionary: invalid nAtoms: ${nAtoms}; expected an integer from 1 to ${nTrs - 1}, below the number of TRs. Ask for fewer atoms.`,
    );
  }
  const bad = x.data.findIndex((value: number) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new Error(
      `learnDictionary: invalid value of X at row ${Math.floor(bad / nNeurons)}, column ${bad % nNeurons}: ${x.data[bad]}; expected finite numbers. Drop that neuron or mend its course.`,
    );
  }
}

/** Starts from distinct neurons' own courses: every atom then has at least one carrier. */
function firstDictionary(x: Matrix<Float64Array>, nAtoms: number, numbers: Random): Matrix<Float64Array> {
  const [nTrs, nNeurons] = x.shape;
  const order = numbers.shuffle(Uint32Array.from({ length: nNeurons }, (_, j) => j));
  const d = zeros([nTrs, nAtoms]);
  for (let k = 0; k < nAtoms; k++) copyUnitColumn(x, order[k % nNeurons], d, k);
  return d;
}

function copyUnitColumn(x: Matrix<Float64Array>, from: number, d: Matrix<Float64Array>, to: number): void {
  const [nTrs, nNeurons] = x.shape;
  let norm = 0;
  for (let t = 0; t < nTrs; t++) norm += x.data[t * nNeurons + from] ** 2;
  const scale = norm > 0 ? 1 / Math.sqrt(norm) : 0;
  for (let t = 0; t < nTrs; t++) d.data[t * d.shape[1] + to] = scale * x.data[t * nNeurons + from];
}

/** One block-coordinate pass: d_k ← projection onto the unit ball of d_k + (XAᵀ − D AAᵀ)_k / (AAᵀ)_kk. */
function updateAtoms(
  d: Matrix<Float64Array>,
  products: Matrix<Float64Array>,
  gram: Matrix<Float64Array>,
): void {
  const [nTrs, nAtoms] = d.shape;
  const atom = new Float64Array(nTrs);
  for (let k = 0; k < nAtoms; k++) {
    const weight = gram.data[k * nAtoms + k];
    if (weight === 0) continue;
    const mixing = row(gram, k);
    let norm = 0;
    for (let t = 0; t < nTrs; t++) {
      const present = row(d, t);
      let explained = 0;
      for (let m = 0; m < nAtoms; m++) explained += present[m] * mixing[m];
      atom[t] = present[k] + (products.data[t * nAtoms + k] - explained) / weight;
      norm += atom[t] * atom[t];
    }
    const scale = 1 / Math.max(1, Math.sqrt(norm));
    for (let t = 0; t < nTrs; t++) d.data[t * nAtoms + k] = scale * atom[t];
  }
}

/** ‖X − DA‖² from the sums alone: ‖X‖² − 2⟨D, XAᵀ⟩ + ⟨DᵀD, AAᵀ⟩. */
function squaredError(
  d: Matrix<Float64Array>,
  products: Matrix<Float64Array>,
  gram: Matrix<Float64Array>,
  squaredNorm: number,
): number {
  const dictionaryGram = linearAlgebra().multiply(d, d, { transposeA: true });
  return squaredNorm - 2 * dot(d.data, products.data) + dot(dictionaryGram.data, gram.data);
}

function objectiveOf(
  d: Matrix<Float64Array>,
  products: Matrix<Float64Array>,
  gram: Matrix<Float64Array>,
  codes: Matrix<Float64Array>,
  squaredNorm: number,
  lambda: number,
): number {
  const absolute = codes.data.reduce((sum: number, value: number) => sum + Math.abs(value), 0);
  return squaredError(d, products, gram, squaredNorm) / 2 + lambda * absolute;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function atomsWithoutCodes(gram: Matrix<Float64Array>): number[] {
  const nAtoms = gram.shape[0];
  return Array.from({ length: nAtoms }, (_, k) => k).filter((k) => gram.data[k * nAtoms + k] === 0);
}

/** Puts the worst explained columns of X in place of dead atoms; returns how many. */
function replaceAtoms(
  x: Matrix<Float64Array>,
  d: Matrix<Float64Array>,
  codes: Matrix<Float64Array>,
  dead: number[],
): number {
  const [nTrs, nNeurons] = x.shape;
  const fitted = linearAlgebra().multiply(d, codes, { transposeB: true }); // DA [nTrs × nNeurons]
  const errors = new Float64Array(nNeurons);
  for (let t = 0; t < nTrs; t++) {
    for (let j = 0; j < nNeurons; j++) {
      errors[j] += (x.data[t * nNeurons + j] - fitted.data[t * nNeurons + j]) ** 2;
    }
  }
  const worst = Array.from(errors.keys()).sort((i, j) => errors[j] - errors[i]);
  dead.forEach((k, i) => {
    copyUnitColumn(x, worst[i % nNeurons], d, k);
  });
  return dead.length;
}
