import { throwIfAborted, yieldToEventLoop } from "../store";
import { linearAlgebra, type Matrix, selectRows } from "../tensor";
import { columnsAt } from "./column-batches";
import { proposeAtoms } from "./propose-atoms";
import { dropAtom, type RunningSums } from "./running-sums";

/** Residuals among which a new atom is sought, and over which its gain is counted. */
export function nCandidates(nAtoms: number): number {
  return Math.max(512, 4 * nAtoms);
}

/**
 * Replaces atoms that earn less than a new one would: dead ones, one of two that say the same, and those that few neurons carry.
 *
 *   cost(k) = ½ (A Aᵀ)_kk · min over m ≠ k of (1 − cos²(d_k, d_m)),
 *
 * is about what the objective loses when atom k goes and the atom most like it takes over (where none is like it: ½ (A Aᵀ)_kk,
 * exactly, before codes adapt); `proposeAtoms` gives what a new one gains at least, among the columns that are explained worst. The
 * cheapest atom is replaced while the gain is larger.
 *
 * @returns how many atoms were replaced. Codes of a new atom are 0 until its columns are visited.
 */
export async function exchangeAtoms(
  sums: RunningSums,
  lambda: number,
  signal?: AbortSignal,
): Promise<number> {
  const nAtoms = sums.d.shape[1];
  const worst = Array.from(sums.errors.keys())
    .sort((i, j) => sums.errors[j] - sums.errors[i])
    .slice(0, nCandidates(nAtoms));
  const replaced = new Set<number>();
  for (const { course, gain } of proposeAtoms(residualsOf(sums, worst), lambda)) {
    const { atom, cost } = cheapestAtom(sums, replaced);
    if (!(gain > cost)) break;
    dropAtom(sums, atom);
    setColumn(sums.d, atom, course);
    replaced.add(atom);
    throwIfAborted(signal, "exchangeAtoms");
    await yieldToEventLoop();
  }
  if (replaced.size > 0) sums.gram = linearAlgebra().multiply(sums.d, sums.d, { transposeA: true });
  return replaced.size;
}

/** The atom, not among those gone, whose loss costs least. */
export function cheapestAtom(
  { gram, codeGram }: Pick<RunningSums, "gram" | "codeGram">,
  gone: Set<number>,
): { atom: number; cost: number } {
  const nAtoms = gram.shape[0];
  let [atom, cost] = [-1, Number.POSITIVE_INFINITY];
  for (let k = 0; k < nAtoms; k++) {
    if (gone.has(k)) continue;
    let nearest = 0; // the largest cos²
    for (let m = 0; m < nAtoms; m++) {
      if (m === k || gone.has(m)) continue;
      const norms = gram.data[k * nAtoms + k] * gram.data[m * nAtoms + m];
      if (norms > 0) nearest = Math.max(nearest, gram.data[k * nAtoms + m] ** 2 / norms);
    }
    const own = 0.5 * codeGram.data[k * nAtoms + k] * Math.max(0, 1 - nearest);
    if (own < cost) [atom, cost] = [k, own];
  }
  return { atom, cost };
}

/** Writes an atom's course into its column of D. */
export function setColumn(d: Matrix<Float64Array>, atom: number, course: Float64Array): void {
  for (let t = 0; t < course.length; t++) d.data[t * d.shape[1] + atom] = course[t];
}

/** x_j − D a_j of the columns at the given places [nTrs × nPlaces], in the type of x. */
function residualsOf({ columns, d, codes }: RunningSums, places: number[]): Matrix {
  const fitted = linearAlgebra().multiply(d, selectRows(codes, places), { transposeB: true });
  const out = columnsAt(columns, places);
  for (let i = 0; i < out.data.length; i++) out.data[i] -= fitted.data[i];
  return out;
}
