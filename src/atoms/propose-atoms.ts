import { column, linearAlgebra, type Matrix } from "../tensor";

/** A candidate for a new atom, made of one residual column; `proposeAtoms` gives the best first. */
export interface ProposedAtom {
  /** [nTrs], of length 1. */
  course: Float64Array;
  /** By how much it lowers the objective of the given columns, with the atoms proposed before it in place. */
  gain: number;
}

/**
 * New atoms for what a dictionary leaves unexplained, best first: the residual column that would pay most as an atom,
 *
 *   gain(c) = ½ Σ_j (|r_c·r_j| / ‖r_c‖ − λ)₊²,
 *
 * which is what the objective ½‖r_j − d a‖² + λ|a|, summed over the given columns, falls by when d = r_c / ‖r_c‖ is added and
 * each column chooses its code. What the new atom explains is taken from all residuals before the next is chosen. After one
 * product of all residuals the choice works on their inner products alone. Ends when no column would pay.
 *
 * @param residuals R [nTrs × nColumns]: x_j − D a_j.
 */
export function* proposeAtoms(residuals: Matrix, lambda: number): Generator<ProposedAtom, void> {
  const [nTrs, nColumns] = residuals.shape;
  const gram = new Float64Array(linearAlgebra().multiply(residuals, residuals, { transposeA: true }).data);
  const proposed: { course: Float64Array; given: Float64Array }[] = [];
  const nothing = new Float64Array(nColumns);
  const gains = deflate(gram, nothing, nothing, lambda);
  for (;;) {
    const best = gains.indexOf(gains.reduce((most, gain) => Math.max(most, gain), 0));
    const gain = gains[best];
    if (gain === 0) return;
    const norm = Math.sqrt(gram[best * nColumns + best]);
    const course = column(residuals, best);
    for (const earlier of proposed) addScaled(course, -earlier.given[best], earlier.course);
    for (let t = 0; t < nTrs; t++) course[t] /= norm;
    yield { course, gain };
    const along = gram.slice(best * nColumns, (best + 1) * nColumns).map((product) => product / norm);
    const given = along.map((value) => shrink(value, lambda));
    gains.set(deflate(gram, along, given, lambda));
    proposed.push({ course, given });
  }
}

/**
 * Inner products of residuals r_j − given_j d, in place, from those of r_j and along_j = d·r_j; returns the gain of each column
 * as the next atom. One sweep over the matrix: it is larger than the processor's cache.
 */
function deflate(gram: Float64Array, along: Float64Array, given: Float64Array, lambda: number): Float64Array {
  const n = along.length;
  const taken = given.map((g, j) => g - along[j]);
  return given.map((g, i) => {
    const a = along[i];
    const squared = gram[i * n + i] + g * taken[i] - a * g;
    // Where not even the column itself would carry the atom there is no gain; what a carried atom leaves of it is λ up to rounding.
    const limit =
      squared > lambda * lambda * (1 + 1e-4) ? lambda * Math.sqrt(squared) : Number.POSITIVE_INFINITY;
    let sum = 0;
    for (let j = 0; j < n; j++) {
      const product = gram[i * n + j] + g * taken[j] - a * given[j];
      gram[i * n + j] = product;
      const beyond = Math.abs(product) - limit;
      if (beyond > 0) sum += beyond * beyond;
    }
    return sum === 0 ? 0 : sum / squared / 2;
  });
}

function shrink(value: number, lambda: number): number {
  return Math.abs(value) <= lambda ? 0 : value - Math.sign(value) * lambda;
}

function addScaled(target: Float64Array, factor: number, source: Float64Array): void {
  if (factor === 0) return;
  for (let i = 0; i < target.length; i++) target[i] += factor * source[i];
}
