import type { NeuronPlace } from "../atoms";
import { type Matrix, random } from "../tensor";
import { type AtomMaps, mapMoments, zMaps } from "./atom-maps";
import { pairValues } from "./atom-pairs";
import { type GroupOptions, plainMean } from "./group-effect";
import {
  atomsPerNeuron,
  layerSpread,
  type MemberLists,
  memberJaccard,
  permuteWithinHeads,
} from "./member-similarity";
import { partialSpearman } from "./partial-correlation";
import { atomsPerVoxel, mapDice, spatialCorrelations } from "./spatial-similarity";
import {
  type Measure,
  type MeasureRow,
  measuresOf,
  measureTable,
  type SubjectMeasures,
} from "./subject-measures";

/** What the finding *redundancy* does not show. */
export const REDUNDANCY_LIMIT =
  "That maps of atoms overlap and that atoms share neurons does not show that brain and model are redundant for the same reason: courses that one stimulus correlates make both alike, and only what is left beyond r(x_k, x_m) and beyond phase-randomised BOLD is a link.";

const PHASES = "whole fit on phase-randomised BOLD";
const WITHIN_HEADS = "members drawn anew within each head";

/** What a pair of atoms has in common before any brain: shared neurons, and r of the courses (regressors) that are fitted. */
export interface ModelSimilarity {
  /** Jaccard's index of members, [nAtoms × nAtoms]. */
  jaccard: Matrix;
  /** r(x_k, x_m) of the regressors, under the HRF, [nAtoms × nAtoms]. */
  courseCorrelation: Matrix;
}

const BRAIN_MEASURES: readonly Measure[] = [
  { name: "spatial |r| of maps", tail: "greater", scale: "plain", null: PHASES },
  { name: "Dice of maps", tail: "greater", scale: "plain", null: PHASES },
  { name: "atoms per voxel", tail: "greater", scale: "plain", null: PHASES },
  {
    name: "link of maps and members given r of courses",
    tail: "greater",
    scale: "correlation",
    null: PHASES,
  },
];

/**
 * Redundancy in one brain, and its link with the model's:
 *
 * - mean |r| between the maps of two atoms; mean Dice of |z| > threshold; mean number of atoms with |z| > threshold a voxel;
 * - the link: Spearman's partial correlation over pairs of spatial |r| with Jaccard's index of members given |r(x_k, x_m)| (a partial Mantel
 *   statistic), because correlated courses alone make maps alike.
 *
 * Null: the whole fit on phase-randomised BOLD, draw by draw; it has the same courses and members. Mantel's own null, atoms permuted, will not
 * do here: it takes what ranks of |r(x_k, x_m)| leave over for a link, and calls 15 to 20 % of unrelated brains linked at 5 %.
 */
export function brainRedundancy(
  maps: AtomMaps,
  model: ModelSimilarity,
  { threshold }: { threshold: number },
): SubjectMeasures {
  const moments = mapMoments(maps);
  const members = pairValues(model.jaccard);
  const courses = pairValues(model.courseCorrelation).map(Math.abs);
  return measuresOf(BRAIN_MEASURES, maps.maps, maps.nullMaps, (each) => {
    const z = zMaps(each, moments);
    const similarity = pairValues(spatialCorrelations(each)).map(Math.abs);
    return [
      plainMean(similarity),
      plainMean(pairValues(mapDice(z, threshold))),
      plainMean(atomsPerVoxel(z, threshold)),
      partialSpearman(similarity, members, [courses]),
    ];
  });
}

const MODEL_MEASURES: readonly Measure[] = [
  { name: "Jaccard of members", tail: "greater", scale: "plain", null: WITHIN_HEADS },
  { name: "share of member neurons in several atoms", tail: "greater", scale: "plain", null: WITHIN_HEADS },
];

/** One measure of how far the atoms of a model share neurons (`modelRedundancyTable`); `low` and `high` are NaN, as there is one model. */
export interface ModelRedundancyRow extends MeasureRow {
  n_atoms: number;
}

/**
 * Redundancy in the model alone, one model: mean Jaccard's index over pairs of atoms, and the share of member neurons that belong to two or
 * more atoms, against member sets drawn anew within each head (atoms keep their layers and heads, so that preferring the same
 * heads is not counted as sharing neurons). One model is one sample: `n_subjects` is 1 and there is no interval over
 * subjects. `layerSpread` and `atomsPerNeuron` describe it further.
 */
export function modelRedundancyTable(
  members: MemberLists,
  places: readonly NeuronPlace[],
  options: GroupOptions & { nDraws: number },
): ModelRedundancyRow[] {
  const numbers = random(options.seed);
  const draws = Array.from({ length: options.nDraws }, () => permuteWithinHeads(members, places, numbers));
  const measured = measuresOf<MemberLists>(MODEL_MEASURES, members, draws, (lists) => {
    const counts = atomsPerNeuron(lists, places.length).filter((count) => count > 0);
    return [
      plainMean(pairValues(memberJaccard(lists))),
      counts.filter((count) => count > 1).length / counts.length,
    ];
  });
  return measureTable([measured], options).map((one) => ({ ...one, n_atoms: members.length }));
}

/** One atom on the model's side. */
export interface AtomMemberRow {
  atom: number;
  n_members: number;
  /** Effective number of layers of its members. */
  layer_spread: number;
  /** Its largest Jaccard's index with another atom, and which. */
  jaccard: number;
  nearest: number;
}

/** How the neurons of each atom lie: members, layers, and the atom that shares most of them. */
export function atomMemberTable(members: MemberLists, places: readonly NeuronPlace[]): AtomMemberRow[] {
  const jaccard = memberJaccard(members);
  const spread = layerSpread(members, places);
  return members.map((list, atom) => {
    let nearest = -1;
    let largest = Number.NEGATIVE_INFINITY;
    for (let m = 0; m < members.length; m++) {
      const value = jaccard.data[atom * members.length + m];
      if (m !== atom && value > largest) [nearest, largest] = [m, value];
    }
    return { atom, n_members: list.length, layer_spread: spread[atom], jaccard: largest, nearest };
  });
}
