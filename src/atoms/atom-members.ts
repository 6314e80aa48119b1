import { benjaminiHochberg } from "../inference";
import { type Progress, throwIfAborted, yieldToEventLoop } from "../store";
import { linearAlgebra, type Matrix, matrix, type Random, type Real, random, row, zeros } from "../tensor";
import type { Atoms } from "./atoms";
import { inFloat64, inTypeOf } from "./real-type";
import { descendAll, SETTLED } from "./sparse-codes";

const COLUMNS_AT_ONCE = 512;

/** Which neurons carry each atom beyond chance (`atomMembers`); neurons are numbered as the columns of X. */
export interface AtomMembers {
  /** members[k]: the neurons that belong to atom k, ascending. */
  members: Uint32Array[];
  /** threshold[k]: the smallest |code| of a member; Infinity for an atom without members. */
  threshold: Float64Array;
  /** Share of the null codes that are not 0: how often a neuron without any tie to an atom carries one all the same. */
  nullDensity: number;
}

/**
 * Which neurons belong to which atom: those whose |code| is larger than neurons get that have nothing to do with it.
 *
 * The null permutes each neuron's column by itself: its course is rolled by a random number of TRs (its own, anew in each shuffle), which
 * breaks every tie in time between neuron and atoms and keeps the neuron's own autocorrelation; shuffling TRs one by one
 * would make it white, and slow courses correlate by chance more than white ones. The rolled columns are coded as the true ones were,
 *
 *   p_kj = (1 + #{null |a_k·| ≥ |a_kj|}) / (1 + nShuffles · nNeurons)
 *
 * over all neurons' null codes of atom k, and the members of an atom are the neurons with a Benjamini–Hochberg q ≤ `q` among all
 * neurons, so that a share of about `q` of them is there by chance. The atoms are given: that they were learned from the same neurons is not
 * in the null, and an atom that follows a single neuron has that neuron as a member.
 *
 * @param x [nTrs × nNeurons] that the atoms were learned on. @param options.minShiftTrs rolls are at least so long either way.
 * @throws when the neurons of x are not those of the atoms, or minShiftTrs leaves no roll; AbortError when the signal asks.
 */
export async function atomMembers(
  x: Matrix,
  atoms: Atoms,
  options: {
    q: number;
    minShiftTrs: number;
    nShuffles: number;
    seed: number;
    onProgress?: Progress;
    signal?: AbortSignal;
  },
): Promise<AtomMembers> {
  const { q, minShiftTrs, nShuffles, seed, onProgress, signal } = options;
  const [nTrs, nNeurons] = x.shape;
  const nAtoms = atoms.codes.shape[0];
  if (atoms.codes.shape[1] !== nNeurons || atoms.courses.shape[0] !== nTrs) {
    throw new Error(
      `atomMembers: mismatched shapes: x is [${nTrs} × ${nNeurons}], the atoms are of [${atoms.courses.shape[0]} × ${atoms.codes.shape[1]}]; expected the same. Pass what the atoms were learned on.`,
    );
  }
  if (!Number.isInteger(minShiftTrs) || minShiftTrs < 1 || 2 * minShiftTrs > nTrs) {
    throw new Error(
      `atomMembers: invalid minShiftTrs: ${minShiftTrs} of ${nTrs} TRs; expected a positive integer up to half of them. Ask for shorter rolls.`,
    );
  }
  const numbers = random(seed);
  const code = coder(atoms);
  const nullCodes: number[][] = Array.from({ length: nAtoms }, () => []);
  for (let shuffle = 0; shuffle < nShuffles; shuffle++) {
    for (let start = 0; start < nNeurons; start += COLUMNS_AT_ONCE) {
      throwIfAborted(signal, "atomMembers");
      const end = Math.min(nNeurons, start + COLUMNS_AT_ONCE);
      const codes = code(rollColumns(x, start, end, { min: minShiftTrs, numbers })).data;
      for (let i = 0; i < codes.length; i++)
        if (codes[i] !== 0) nullCodes[i % nAtoms].push(Math.abs(codes[i]));
      onProgress?.(shuffle * nNeurons + end, nShuffles * nNeurons, "members of atoms");
      await yieldToEventLoop();
    }
  }
  const nNull = nShuffles * nNeurons;
  const members = nullCodes.map((values, k) => {
    const p = pooledP(row(atoms.codes, k), Float64Array.from(values).sort(), nNull);
    const qValues = benjaminiHochberg(p);
    return Uint32Array.from(qValues.keys()).filter(
      (j) => qValues[j] <= q && atoms.codes.data[k * nNeurons + j] !== 0,
    );
  });
  return {
    members,
    threshold: Float64Array.from(members, (neurons, k) =>
      neurons.reduce(
        (least, j) => Math.min(least, Math.abs(atoms.codes.data[k * nNeurons + j])),
        Number.POSITIVE_INFINITY,
      ),
    ),
    nullDensity: nullCodes.reduce((sum, values) => sum + values.length, 0) / (nNull * nAtoms),
  };
}

/** Codes [nColumns × nAtoms] of new columns [nTrs × nColumns] as the atoms' own were made: sparse, or least squares. */
function coder(atoms: Atoms): (columns: Matrix) => Matrix<Float64Array> {
  const blas = linearAlgebra();
  const { courses, lambda } = atoms;
  const gram = blas.multiply(courses, courses, { transposeA: true });
  const along = (columns: Matrix) => blas.multiply(columns, inTypeOf(columns, courses), { transposeA: true });
  if (lambda > 0) {
    return (columns) => {
      const codes = zeros([columns.shape[1], gram.shape[0]]);
      descendAll(gram, along(columns), codes, { lambda, ...SETTLED });
      return codes;
    };
  }
  const inverse = blas.solvePositiveDefinite(gram, identity(gram.shape[0]));
  return (columns) => blas.multiply(inFloat64(along(columns)), inverse);
}

function identity(n: number): Matrix<Float64Array> {
  const out = zeros([n, n]);
  for (let i = 0; i < n; i++) out.data[i * n + i] = 1;
  return out;
}

/** Columns start … end − 1 [nTrs × nColumns], each rolled by its own random number of TRs. */
function rollColumns(
  x: Matrix,
  start: number,
  end: number,
  shifts: { min: number; numbers: Random },
): Matrix {
  const [nTrs, nNeurons] = x.shape;
  const width = end - start;
  const { min, numbers } = shifts;
  const shift = Int32Array.from({ length: width }, () => min + numbers.integer(nTrs - 2 * min + 1));
  const out = x.data.slice(0, nTrs * width) as Real;
  for (let t = 0; t < nTrs; t++) {
    for (let i = 0; i < width; i++) {
      out[((t + shift[i]) % nTrs) * width + i] = x.data[t * nNeurons + start + i];
    }
  }
  return matrix(out, [nTrs, width]);
}

/** p of each |code| against sorted null values, of which those that are 0 are left out. */
function pooledP(codes: Float64Array, sortedNull: Float64Array, nNull: number): Float64Array {
  return codes.map((code) => {
    if (code === 0) return 1;
    let [low, high] = [0, sortedNull.length]; // the first null value that is not below |code|
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sortedNull[middle] < Math.abs(code)) low = middle + 1;
      else high = middle;
    }
    return (1 + sortedNull.length - low) / (1 + nNull);
  });
}
