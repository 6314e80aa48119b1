import { type Progress, throwIfAborted, yieldToEventLoop } from "../store";
import { linearAlgebra, type Matrix, zeros } from "../tensor";
import { type Atoms, checkFinite, checkNAtoms, deadAtomsOf } from "./atoms";
import { batchColumns, type ColumnBatches, columnsAt } from "./column-batches";
import { exchangeAtoms, nCandidates, setColumn } from "./exchange-atoms";
import { fixSigns } from "./fix-signs";
import { proposeAtoms } from "./propose-atoms";
import { inTypeOf } from "./real-type";
import { codeBatch, codesOfBatch, type RunningSums, squaredError, startSums } from "./running-sums";
import { checkLambda, descendAll, SETTLED } from "./sparse-codes";
import { updateAtoms } from "./update-atoms";

/** What `learnDictionary` needs beside X: size and sparsity of the dictionary, its random start, and when to stop. */
export interface DictionaryOptions {
  /** Number of atoms k, below the number of TRs. */
  nAtoms: number;
  /** Sparsity λ, for columns of unit norm. */
  lambda: number;
  /** Seeds the order of the columns, and with it the first dictionary. */
  seed: number;
  /** Stops when an iteration lowers the objective by less than this fraction (1e-6 by default). */
  tolerance?: number;
  /** At most so many iterations, each a pass over all columns (1,000 by default). */
  maxIterations?: number;
  onProgress?: Progress;
  signal?: AbortSignal;
}

/** How a dictionary stood after a pass over all columns. */
export interface DictionaryIteration {
  /** Per column of X: (½‖X − DA‖² + λ‖A‖₁) / nNeurons, with the codes that each column got in this pass. */
  objective: number;
  /** 1 − ‖X − DA‖² / ‖X‖². */
  reconstructionR2: number;
  /** Share of codes that are not zero. */
  density: number;
  /** Atoms that were replaced after the pass. */
  nReplaced: number;
}

/** Atoms of sparse dictionary learning (`learnDictionary`), with how it went: one entry of `iterations` a pass over all neurons. */
export interface Dictionary extends Atoms {
  method: "sparse";
  iterations: DictionaryIteration[];
  /** How often an atom was replaced on the way: one that nobody carried, or that earned less than a new one. */
  nReplaced: number;
  /** False where `maxIterations` came before the tolerance was met. */
  converged: boolean;
}

/**
 * Sparse dictionary learning: few shared temporal courses, each neuron a sparse mixture of them.
 *
 *   min over D, A of ½‖X − D A‖² + λ‖A‖₁   subject to ‖d_k‖₂ ≤ 1
 *
 * Passes over the columns in batches. A batch gets sparse codes (coordinate descent, started from its last codes), its share in the
 * sums X Aᵀ and A Aᵀ is replaced, and all atoms take one step of block-coordinate descent on those sums (`updateAtoms`). In the
 * first pass the sums hold the columns seen so far, which is online dictionary learning; after it no step raises the
 * objective but an exchange of atoms. The first atoms are a random sample's most rewarding columns (`proposeAtoms`). After passes 1, 2,
 * 4, 8, … and whenever all is settled, atoms that earn less than a new one would are replaced (`exchangeAtoms`), until that no longer
 * lowers the objective. Signs are fixed at the end (`fixSigns`). X is touched by matrix products alone, in its own type; all sums
 * are float64. The same seed gives the same atoms on every backend up to rounding.
 *
 * @param x [nTrs × nNeurons], columns of zero mean and unit norm (`unitColumns`), float32 or float64, no NaN. It is copied once.
 * @throws when X holds NaN, when nAtoms ≥ nTrs, when λ ≤ 0 or leaves no code at all; AbortError when the signal asks.
 * Source: Mairal, Bach, Ponce & Sapiro (2010), JMLR 11:19–60 (objective, sums, atom update); the replacement of a batch's share is
 * the incremental scheme of Mairal (2015), SIAM J. Optim. 25(2); the exchange of atoms is ours.
 */
export async function learnDictionary(x: Matrix, options: DictionaryOptions): Promise<Dictionary> {
  const { nAtoms, lambda, seed, tolerance = 1e-6, maxIterations = 1000, onProgress, signal } = options;
  checkNAtoms(nAtoms, x.shape[0], "learnDictionary");
  checkLambda(lambda, "learnDictionary");
  const columns = await batchColumns(x, { size: batchSize(nAtoms), seed, signal });
  if (!columns.squaredNorms.every(Number.isFinite)) checkFinite(x, "learnDictionary");
  const sums = startSums(columns, await firstDictionary(columns, nAtoms, lambda, signal));
  const iterations: DictionaryIteration[] = [];
  let converged = false;
  let mayReplace = true;
  while (!converged && iterations.length < maxIterations) {
    await passOverColumns(sums, lambda, signal);
    const state = stateOf(sums, lambda);
    const before = iterations.at(-1);
    const isSettled =
      before !== undefined && before.objective - state.objective < tolerance * before.objective;
    const hasNewAtoms = before !== undefined && before.nReplaced > 0;
    if (isSettled && hasNewAtoms) mayReplace = false; // they did not pay
    const isTried = mayReplace && (isSettled || isPowerOfTwo(iterations.length + 1));
    const isLast = iterations.length === maxIterations - 1;
    const nReplaced = isTried && !isLast ? await exchangeAtoms(sums, lambda, signal) : 0;
    iterations.push({ ...state, nReplaced });
    converged = isSettled && !hasNewAtoms && nReplaced === 0;
    onProgress?.(iterations.length, converged ? iterations.length : maxIterations, "dictionary");
  }
  const fit = await settleCodes(sums, lambda, signal);
  const { courses, codes } = fixSigns(sums.d, codesOfNeurons(sums));
  return {
    method: "sparse",
    lambda,
    courses,
    codes,
    ...fit,
    deadAtoms: deadAtomsOf(codes),
    iterations,
    nReplaced: iterations.reduce((sum, { nReplaced }) => sum + nReplaced, 0),
    converged,
  };
}

function isPowerOfTwo(n: number): boolean {
  return (n & (n - 1)) === 0;
}

/** Columns coded between two updates of the atoms: enough for products that are worth a matrix library. */
function batchSize(nAtoms: number): number {
  return Math.max(256, 8 * nAtoms);
}

async function firstDictionary(
  columns: ColumnBatches,
  nAtoms: number,
  lambda: number,
  signal?: AbortSignal,
): Promise<Matrix<Float64Array>> {
  const nColumns = columns.order.length;
  // Of few columns a random half, so that another seed has another start.
  const n = Math.min(nColumns, nCandidates(nAtoms), Math.max(nAtoms, Math.floor(nColumns / 2)));
  const sample = columnsAt(
    columns,
    Array.from({ length: n }, (_, place) => place),
  );
  const d = zeros([sample.shape[0], nAtoms]);
  let k = 0;
  for (const { course } of proposeAtoms(sample, lambda)) {
    setColumn(d, k++, course);
    if (k === nAtoms) break;
    throwIfAborted(signal, "learnDictionary");
    await yieldToEventLoop();
  }
  return d;
}

async function passOverColumns(sums: RunningSums, lambda: number, signal?: AbortSignal): Promise<void> {
  for (let batch = 0; batch < sums.columns.batches.length; batch++) {
    throwIfAborted(signal, "learnDictionary");
    codeBatch(sums, batch, lambda);
    Object.assign(sums, updateAtoms(sums));
    await yieldToEventLoop();
  }
  if (sums.nCarriers.every((count) => count === 0)) {
    throw new Error(
      `learnDictionary: invalid lambda: ${lambda} sets every code to 0; expected a value that leaves some. Lower lambda below the largest |correlation| between a neuron and an atom.`,
    );
  }
}

function stateOf(sums: RunningSums, lambda: number): Omit<DictionaryIteration, "nReplaced"> {
  const [nColumns, nAtoms] = sums.codes.shape;
  const error = squaredError(sums);
  const absolute = sums.absolute.reduce((sum, value) => sum + value, 0);
  return {
    objective: (error / 2 + lambda * absolute) / nColumns,
    reconstructionR2: 1 - error / sums.squaredNorm,
    density: sums.nCarriers.reduce((sum, count) => sum + count, 0) / (nColumns * nAtoms),
  };
}

/** The exact codes of all columns for the final dictionary, in place, and what they leave. */
async function settleCodes(sums: RunningSums, lambda: number, signal?: AbortSignal) {
  const [nColumns, nAtoms] = sums.codes.shape;
  let [error, nNonZero] = [sums.squaredNorm, 0];
  for (const [batch, x] of sums.columns.batches.entries()) {
    throwIfAborted(signal, "learnDictionary");
    const products = linearAlgebra().multiply(x, inTypeOf(x, sums.d), { transposeA: true });
    const codes = codesOfBatch(sums, batch);
    for (const fit of descendAll(sums.gram, products, codes, { lambda, ...SETTLED })) {
      error += fit.explained;
      nNonZero += fit.nNonZero;
    }
    await yieldToEventLoop();
  }
  return {
    reconstructionR2: 1 - error / sums.squaredNorm,
    density: nNonZero / (nColumns * nAtoms),
  };
}

/** A [nAtoms × nNeurons], the neurons in the order of X. */
function codesOfNeurons({ columns, codes }: RunningSums): Matrix<Float64Array> {
  const [nColumns, nAtoms] = codes.shape;
  const out = zeros([nAtoms, nColumns]);
  for (let i = 0; i < nColumns; i++) {
    for (let k = 0; k < nAtoms; k++) out.data[k * nColumns + columns.order[i]] = codes.data[i * nAtoms + k];
  }
  return out;
}
