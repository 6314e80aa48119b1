import { benjaminiHochberg } from "../inference";
import { linearAlgebra, type Matrix, matrix, random, row, zeros } from "../tensor";
import { plainMean } from "./group-effect";

const VOXELS_AT_ONCE = 4096;

/** Which of two feature spaces explains more of each voxel. */
export interface WinnerMap {
  /** Mean over subjects of the difference, first minus second, [nVoxels]. */
  difference: Float64Array;
  /** Two-sided. */
  p: Float64Array;
  q: Float64Array;
  /** 1 where the first wins, −1 where the second does, 0 where q is not below the level. */
  winner: Int8Array;
  level: number;
  nSubjects: number;
  null: string;
}

/**
 * Winner map with false discovery rate: in each voxel the space with the larger value (unique R²) wins where the difference has q < `level`.
 *
 * `differences` [nSubjects × nVoxels], first minus second. The null: *sign flips* of whole subjects, alike in all voxels, for a group; or given
 * draws [nDraws × nVoxels], the mean over subjects of differences under shifts of either space (`uniqueVarianceNull`, paired), which serves a single
 * subject too. A voxel that is NaN in some subject has no winner and does not count among the tests. Throws for sign flips of fewer than
 * five subjects, of whom p < 0.05 cannot come.
 */
export function winnerMap(
  differences: Matrix<Float64Array>,
  choices: { null: Matrix | { nSignFlips: number; seed: number }; level: number },
): WinnerMap {
  const [nSubjects, nVoxels] = differences.shape;
  const { level } = choices;
  const difference = Float64Array.from({ length: nVoxels }, (_, v) =>
    plainMean(Array.from({ length: nSubjects }, (_, s) => differences.data[s * nVoxels + v])),
  );
  const isGiven = "data" in choices.null;
  const p =
    "data" in choices.null
      ? twoSided(difference, choices.null, 0)
      : signFlipP(differences, difference, choices.null);
  const q = benjaminiHochberg(p);
  return {
    difference,
    p,
    q,
    winner: Int8Array.from(q, (value, v) => (value < level ? Math.sign(difference[v]) : 0)),
    level,
    nSubjects,
    null: isGiven ? "shifts of what is unique to either space" : "sign flips over subjects",
  };
}

function signFlipP(
  differences: Matrix<Float64Array>,
  observed: Float64Array,
  { nSignFlips, seed }: { nSignFlips: number; seed: number },
): Float64Array {
  const [nSubjects, nVoxels] = differences.shape;
  if (nSubjects < 5) {
    throw new Error(
      `winnerMap: invalid number of subjects: ${nSubjects}; expected at least 5 for sign flips. Pass draws of shifts (uniqueVarianceNull) for fewer.`,
    );
  }
  const numbers = random(seed);
  const signs = zeros([nSignFlips, nSubjects]);
  for (let i = 0; i < signs.data.length; i++) signs.data[i] = (numbers.integer(2) === 0 ? 1 : -1) / nSubjects;
  const p = new Float64Array(nVoxels);
  for (let start = 0; start < nVoxels; start += VOXELS_AT_ONCE) {
    const size = Math.min(VOXELS_AT_ONCE, nVoxels - start);
    const block = zeros([nSubjects, size]);
    for (let s = 0; s < nSubjects; s++) {
      row(block, s).set(differences.data.subarray(s * nVoxels + start, s * nVoxels + start + size));
    }
    const draws = linearAlgebra().multiply(signs, block); // [nSignFlips × size]
    p.set(twoSided(observed.subarray(start, start + size), draws, 1e-12), start);
  }
  return p;
}

/** (1 + #{|null| ≥ |observed|}) / (1 + N); a share `slack` less counts too, for sums in another order. */
function twoSided(observed: Float64Array, draws: Matrix, slack: number): Float64Array {
  const [nDraws, nVoxels] = draws.shape;
  const { data } = matrix(draws.data, draws.shape);
  return observed.map((value, v) => {
    let count = Number.isNaN(value) ? Number.NaN : 1;
    for (let d = 0; d < nDraws; d++) {
      const draw = Math.abs(data[d * nVoxels + v]);
      if (Number.isNaN(draw)) count = Number.NaN;
      else if (draw >= Math.abs(value) * (1 - slack)) count++;
    }
    return count / (1 + nDraws);
  });
}
