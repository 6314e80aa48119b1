import { linearAlgebra, type Matrix } from "../tensor";

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
 * @param residuals R [nColumns × nTrs]: a row is one column's x_j − D a_j.
 */
export function* proposeAtoms(residuals: Matrix, lambda: number): Generator<ProposedAtom, void> {
  const [nColumns, nTrs] = residuals.shape;
  const gram = new Float64Array(linearAlgebra().multiply(residuals, residuals, { transposeB: true }).data);
  const proposed: { course: Float64Array; given: Float64Array }[] = [];
  for (;;) {
    const { best, gain } = mostRewarding(gram, nColumns, lambda);
    if (gain === 0) return;
    const norm = Math.sqrt(gram[best * nColumns + best]);
    const course = new Float64Array(residuals.data.subarray(best * nTrs, (best + 1) * nTrs));
    for (const earlier of proposed) addScaled(course, -earlier.given[best], earlier.course);
    for (let t = 0; t < nTrs; t++) course[t] /= norm;
    yield { course, gain };
    const along = gram.slice(best * nColumns, (best + 1) * nColumns).map((product) => product / norm);
    const given = along.map((value) => shrink(value, lambda));
    // r_j becomes r_j − given_j d
    for (let i = 0; i < nColumns; i++) {
      const [g, a] = [given[i], along[i]];
      for (let j = 0; j < nColumns; j++) gram[i * nColumns + j] += g * (given[j] - along[j]) - a * given[j];
    }
    proposed.push({ course, given });
  }
}

function mostRewarding(gram: ArrayLike<number>, nColumns: number, lambda: number) {
  let [best, gain] = [-1, 0];
  for (let c = 0; c < nColumns; c++) {
    const squared = gram[c * nColumns + c];
    // Not even the column itself would carry the atom; what a carried atom leaves of it is λ up to rounding.
    if (!(squared > lambda * lambda * (1 + 1e-4))) continue;
    const least = lambda * Math.sqrt(squared);
    let sum = 0;
    for (let j = 0; j < nColumns; j++) {
      const beyond = Math.abs(gram[c * nColumns + j]) - least;
      if (beyond > 0) sum += beyond * beyond;
    }
    const here = sum / squared / 2;
    if (here > gain) [best, gain] = [c, here];
  }
  return { best, gain };
}

function shrink(value: number, lambda: number): number {
  return Math.abs(value) <= lambda ? 0 : value - Math.sign(value) * lambda;
}

function addScaled(target: Float64Array, factor: number, source: Float64Array): void {
  if (factor === 0) return;
  for (let i = 0; i < target.length; i++) target[i] += factor * source[i];
}
