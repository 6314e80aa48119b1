import { type HierarchyRow, hierarchyTable, preferredLayers } from "../../findings";
import { type Matrix, row, zeros } from "../../tensor";
import type { FilmPrediction } from "./film-prediction";
import { filmSpins } from "./film-spins";
import type { FilmStudy } from "./open-film-study";

/**
 * Where a network stands between sensation and what is farthest from it, after the principal gradient of Margulies et al. (2016), PNAS 113(44),
 * 12574–12579; the ranks are ours, for Cole and Anticevic's names, and coarse.
 */
export const NETWORK_RANK: Record<string, number> = {
  Visual1: 1,
  Somatomotor: 1,
  Auditory: 1,
  Visual2: 2,
  "Dorsal-attention": 3,
  "Cingulo-Opercular": 3,
  Language: 4,
  Frontoparietal: 4,
  "Posterior-Multimodal": 4,
  "Ventral-Multimodal": 4,
  Default: 5,
};

/** The finding *hierarchy*: preferred layers against the order of networks. */
export interface FilmHierarchy {
  table: HierarchyRow[];
  /** Preferred depth of each unit, a row a case of `table`: [nCases × nUnits]; NaN where no layer predicts. */
  depth: Matrix<Float64Array>;
}

/**
 * The layer that predicts each unit best (r averaged over subjects, so that the group counts as one), laid out on the cortex, against the order of networks; p
 * by spins of the cortex.
 */
export async function filmHierarchy(study: FilmStudy, { r }: FilmPrediction): Promise<FilmHierarchy> {
  const { choices, sets, units, dataset } = study;
  const layered = new Map<string, { depth: number; at: number }[]>();
  sets.forEach(({ name, depth }, at) => {
    if (depth === null) return;
    const of = name.replace(/, layer \d+$/, "");
    layered.set(of, [...(layered.get(of) ?? []), { depth, at }]);
  });
  const cases = [...layered];
  const depth = zeros([cases.length, units.nUnits]);
  cases.forEach(([, layers], i) => {
    const scores = zeros([layers.length, units.nUnits]);
    layers.forEach(({ at }, l) => scores.data.set(row(r, at), l * units.nUnits));
    const { leastLayerR: leastR } = choices;
    row(depth, i).set(preferredLayers(scores, { depths: layers.map((one) => one.depth), leastR }).depth);
  });
  const { space } = dataset.networks;
  const onVoxels = (values: ArrayLike<number>) =>
    Float64Array.from(units.ofVoxel, (unit) => values[unit] ?? Number.NaN);
  const { names, ofVoxel } = units.voxelLabels;
  const hierarchy = Float64Array.from(ofVoxel, (network) => NETWORK_RANK[names[network]] ?? Number.NaN);
  const spins = await filmSpins(study, choices.nHierarchySpins);
  const { nBootstraps, nSignFlips, inferenceSeed: seed } = choices;
  const table = hierarchyTable(
    cases.map(([name], i) => ({ name, subjects: [onVoxels(row(depth, i))] })),
    { hierarchy, space, spins },
    { nBootstraps, nSignFlips, seed },
  );
  return { table, depth };
}
