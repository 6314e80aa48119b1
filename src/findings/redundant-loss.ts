import {
  dropOneR2,
  type EncodingStatistics,
  nestedRidge,
  type RidgeChoices,
  selectFeatures,
} from "../encoding";
import { type Matrix, random } from "../tensor";
import { plainMean } from "./group-effect";
import { type Measure, measuresOf, type SubjectMeasures } from "./subject-measures";

/** What each atom is worth in one subject, mean over voxels. */
export interface AtomWorth {
  /** Held-out R² of the atom as the only regressor, [nAtoms]. */
  alone: Float64Array;
  /** By how much R² of all atoms falls when this one is left out, [nAtoms]. */
  loss: Float64Array;
}

/** A redundant atom beside a unique one. */
export interface MatchedAtoms {
  redundant: number;
  unique: number;
}

/** R² alone and ΔR² of leaving out, of every atom, as the mean over `voxels`. Throws as `nestedRidge`. */
export async function atomWorth(
  statistics: EncodingStatistics,
  ridge: RidgeChoices,
  voxels: ArrayLike<number>,
): Promise<AtomWorth> {
  const nAtoms = statistics.parts[0].xSum.length;
  const losses = await dropOneR2(statistics, await nestedRidge(statistics, ridge));
  const alone = new Float64Array(nAtoms);
  for (let k = 0; k < nAtoms; k++) {
    alone[k] = meanOver((await nestedRidge(selectFeatures(statistics, [k]), ridge)).r2, voxels);
  }
  const loss = Float64Array.from({ length: nAtoms }, (_, k) => {
    const [, nTargets] = losses.shape;
    const own = losses.data.subarray(k * nTargets, (k + 1) * nTargets);
    return meanOver({ data: own, shape: [1, nTargets] }, voxels);
  });
  return { alone, loss };
}

function meanOver({ data, shape: [nFolds, nTargets] }: Matrix, voxels: ArrayLike<number>): number {
  const values = Array.from(voxels, (v) =>
    plainMean(Array.from({ length: nFolds }, (_, fold) => data[fold * nTargets + v])),
  );
  return plainMean(values.filter((value) => !Number.isNaN(value)));
}

/**
 * Pairs redundant atoms (largest similarity with another atom ≥ `redundantFrom`) with unique ones (≤ `uniqueTo`) that predict as much on their
 * own: greedily the nearest in mean R² alone over subjects, each atom once. `similarity` [nAtoms × nAtoms], from the model alone.
 */
export function matchRedundantAtoms(
  similarity: Matrix,
  worths: readonly Pick<AtomWorth, "alone">[],
  { redundantFrom, uniqueTo }: { redundantFrom: number; uniqueTo: number },
): MatchedAtoms[] {
  const nAtoms = similarity.shape[0];
  const closest = Array.from({ length: nAtoms }, (_, k) => {
    let largest = Number.NEGATIVE_INFINITY;
    for (let m = 0; m < nAtoms; m++)
      if (m !== k) largest = Math.max(largest, similarity.data[k * nAtoms + m]);
    return largest;
  });
  const alone = closest.map((_, k) => plainMean(worths.map((worth) => worth.alone[k])));
  const atoms = Array.from({ length: nAtoms }, (_, k) => k);
  const candidates = atoms
    .filter((k) => closest[k] >= redundantFrom)
    .flatMap((redundant) =>
      atoms.filter((k) => closest[k] <= uniqueTo).map((unique) => ({ redundant, unique })),
    );
  const distance = ({ redundant, unique }: MatchedAtoms) => Math.abs(alone[redundant] - alone[unique]);
  candidates.sort((a, b) => distance(a) - distance(b) || a.redundant - b.redundant || a.unique - b.unique);
  const taken = new Set<number>();
  return candidates.filter(({ redundant, unique }) => {
    if (taken.has(redundant) || taken.has(unique)) return false;
    taken.add(redundant).add(unique);
    return true;
  });
}

const LOSS_MEASURES: readonly Measure[] = [
  {
    name: "ΔR² of leaving out, unique minus redundant atom",
    tail: "greater",
    scale: "plain",
    null: "labels swapped within matched atoms",
  },
  {
    name: "R² alone, unique minus redundant atom (the match)",
    tail: "two-sided",
    scale: "plain",
    null: "labels swapped within matched atoms",
  },
];

/**
 * Whether leaving out a unique atom costs more than leaving out a redundant one that predicts as much alone: mean over matched
 * atoms of the difference in ΔR². Null: the labels swapped at random within matches, alike in all subjects. The second measure
 * shows how well R² alone is matched; it should be near 0. NaN without matches.
 */
export function redundantLoss(
  { alone, loss }: AtomWorth,
  matches: readonly MatchedAtoms[],
  { nDraws, seed }: { nDraws: number; seed: number },
): SubjectMeasures {
  const numbers = random(seed);
  const signsOf = () => matches.map(() => (numbers.integer(2) === 0 ? 1 : -1));
  const draws = Array.from({ length: nDraws }, signsOf);
  return measuresOf(
    LOSS_MEASURES,
    matches.map(() => 1),
    draws,
    (signs) =>
      [loss, alone].map((worth) =>
        plainMean(matches.map(({ redundant, unique }, i) => signs[i] * (worth[unique] - worth[redundant]))),
      ),
  );
}
