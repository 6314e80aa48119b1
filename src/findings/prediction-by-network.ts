import { benjaminiHochberg, fisherMean } from "../inference";
import type { MapLabel } from "../networks";
import { type Matrix, zeros } from "../tensor";
import { type GroupEffect, type GroupOptions, groupEffect, plainMean } from "./group-effect";
import { type NetworkLabels, voxelsByNetwork } from "./network-labels";

/** What the finding *prediction* does not show. */
export const PREDICTION_LIMIT =
  "That a model's neurons predict a network does not show that the network computes what the model does: both follow one stimulus, and what random weights or low-level features predict as well is not the model's learning.";

/** Scores of one subject under one model or branch, voxel by voxel; NaN where there is none. */
export interface VoxelScores {
  /** Held-out Pearson's r, mean over folds. */
  r: ArrayLike<number>;
  r2: ArrayLike<number>;
  /** q of r, FDR over voxels; "none" where it was not tested. */
  q: ArrayLike<number> | "none";
  /** Mean r of each network under circular shifts, paired over subjects, [nDraws × nNetworks]; "none" where it was not drawn. */
  nullByNetwork: Matrix | "none";
  /** The networks of this subject's atoms (`labelMaps`), or "none". */
  atomLabels: readonly MapLabel[] | "none";
}

/** A model, or one of its branches, in all subjects. */
export interface BranchScores {
  /** "CLIP", "ViT", "random CLIP" … */
  model: string;
  /** "vision", "text", "fusion", "all" … */
  branch: string;
  subjects: readonly VoxelScores[];
}

/** How well one branch of a model predicts one network (`predictionByNetwork`): `effect` is r; NaN where nothing was measured. */
export interface NetworkPredictionRow extends GroupEffect {
  model: string;
  branch: string;
  network: string;
  q: number;
  r2: number;
  /** Mean of r / √EV over voxels with EV > 0.05. */
  share_of_ceiling: number;
  /** Share of the network's voxels with q < level. */
  share_significant: number;
  /** Atoms with a part of their map in this network, mean over subjects. */
  n_atoms: number;
  n_voxels: number;
}

/** Explainable variance below which a ceiling says nothing. */
const LEAST_EV = 0.05;

/**
 * The finding *prediction* by network: a row for each model, branch and network.
 *
 * - `effect`: r, mean over the network's voxels through Fisher's z, then over subjects; `p` against circular shifts where they were drawn, `p_subjects`
 *   by sign flips; `q` over all rows with a `p`.
 * - `r2`, `share_of_ceiling` (r / √EV where EV > 0.05), `share_significant` (q < `level`) and `n_atoms`: means over subjects.
 *
 * `explainable` [nVoxels] of each subject: the corrected explainable variance of repeats, NaN or "none" where there is none. NaN voxels are
 * left out; `n_voxels` are labelled.
 */
export function predictionByNetwork(
  branches: readonly BranchScores[],
  choices: {
    labels: NetworkLabels;
    explainable: readonly ArrayLike<number>[] | "none";
    level: number;
  },
  options: GroupOptions,
): NetworkPredictionRow[] {
  const { labels, explainable, level } = choices;
  const networks = voxelsByNetwork(labels);
  const rows = branches.flatMap(({ model, branch, subjects }) =>
    labels.names.map((network, g) => {
      const voxels = networks[g];
      const r = subjects.map((one) => networkCorrelation(one.r, voxels));
      const kind = { tail: "greater", scale: "correlation" } as const;
      const overSubjects = (value: (one: VoxelScores, s: number) => number) =>
        presentMean(subjects.map(value));
      return {
        model,
        branch,
        network,
        ...groupEffect(r, nullOf(subjects, g), kind, options),
        r2: overSubjects((one) => presentMean(voxels.map((v) => one.r2[v]))),
        share_of_ceiling: overSubjects((one, s) =>
          explainable === "none" ? Number.NaN : shareOfCeiling(one.r, explainable[s], voxels),
        ),
        share_significant: overSubjects((one) => shareBelow(one.q, voxels, level)),
        n_atoms: overSubjects((one) => countAtoms(one.atomLabels, network)),
        n_voxels: voxels.length,
      };
    }),
  );
  const q = benjaminiHochberg(rows.map(({ p }) => p));
  return rows.map((one, i) => ({ ...one, q: q[i] }));
}

/** Fisher mean of r over some voxels; r that rounding or a perfect fit took to ±1 is kept below it. */
export function networkCorrelation(r: ArrayLike<number>, voxels: readonly number[]): number {
  return fisherMean(voxels.map((v) => Math.max(-1 + 1e-12, Math.min(1 - 1e-12, r[v]))));
}

function nullOf(subjects: readonly VoxelScores[], g: number): Matrix | "none" {
  const draws = subjects.flatMap(({ nullByNetwork }) => (nullByNetwork === "none" ? [] : [nullByNetwork]));
  if (draws.length === 0 || draws.length < subjects.length) return "none";
  const out = zeros([draws[0].shape[0], draws.length]);
  draws.forEach(({ data, shape: [nDraws, nNetworks] }, s) => {
    for (let d = 0; d < nDraws; d++) out.data[d * draws.length + s] = data[d * nNetworks + g];
  });
  return out;
}

function shareOfCeiling(r: ArrayLike<number>, ev: ArrayLike<number>, voxels: readonly number[]): number {
  return presentMean(voxels.filter((v) => ev[v] > LEAST_EV).map((v) => r[v] / Math.sqrt(ev[v])));
}

function shareBelow(q: VoxelScores["q"], voxels: readonly number[], level: number): number {
  if (q === "none") return Number.NaN;
  const tested = voxels.map((v) => q[v]).filter((value) => !Number.isNaN(value));
  return tested.filter((value) => value < level).length / tested.length;
}

function countAtoms(labels: VoxelScores["atomLabels"], network: string): number {
  if (labels === "none") return Number.NaN;
  return new Set(labels.filter((one) => one.network === network).map(({ map }) => map)).size;
}

function presentMean(values: readonly number[]): number {
  return plainMean(values.filter((value) => !Number.isNaN(value)));
}

/** Two branches by model and branch. */
export interface BranchPair {
  of: { model: string; branch: string };
  against: { model: string; branch: string };
}

/** How much better the branch `of` predicts a network than `against` (`predictionContrasts`): a difference of r; `q` is of `p_subjects`. */
export interface PredictionContrastRow extends Omit<GroupEffect, "p" | "null_mean"> {
  of: string;
  against: string;
  network: string;
  q: number;
}

/**
 * A model against another (ViT, text model, random-weight twin), paired over subjects: `effect` = mean difference of the network's r, interval by
 * bootstrap, `p_subjects` by two-sided sign flips of the differences in Fisher's z; `q` over all rows. It generalises to subjects who see this stimulus, not
 * to stimuli. Throws for a branch that is not there, and when two differ in their number of subjects.
 */
export function predictionContrasts(
  branches: readonly BranchScores[],
  pairs: readonly BranchPair[],
  labels: NetworkLabels,
  options: GroupOptions,
): PredictionContrastRow[] {
  const networks = voxelsByNetwork(labels);
  const rows = pairs.flatMap(({ of, against }) => {
    const [a, b] = [of, against].map((name) => findBranch(branches, name));
    if (a.subjects.length !== b.subjects.length) {
      throw new Error(
        `predictionContrasts: mismatched subjects: ${a.subjects.length} of ${nameOf(of)}, ${b.subjects.length} of ${nameOf(against)}; expected the same, in one order. Compare within subjects.`,
      );
    }
    return labels.names.map((network, g) => {
      const r = [a, b].map(({ subjects }) => subjects.map((one) => networkCorrelation(one.r, networks[g])));
      const kind = { tail: "two-sided", scale: "plain" } as const;
      const inR = groupEffect(
        r[0].map((value, s) => value - r[1][s]),
        "none",
        kind,
        options,
      );
      const inZ = groupEffect(
        r[0].map((value, s) => Math.atanh(value) - Math.atanh(r[1][s])),
        "none",
        kind,
        options,
      );
      const { effect, low, high, n_subjects } = inR;
      const { p_subjects } = inZ;
      return { of: nameOf(of), against: nameOf(against), network, effect, low, high, p_subjects, n_subjects };
    });
  });
  const q = benjaminiHochberg(rows.map(({ p_subjects }) => p_subjects));
  return rows.map((one, i) => ({ ...one, q: q[i] }));
}

function nameOf({ model, branch }: BranchPair["of"]): string {
  return `${model}, ${branch}`;
}

function findBranch(branches: readonly BranchScores[], name: BranchPair["of"]): BranchScores {
  const found = branches.find(({ model, branch }) => model === name.model && branch === name.branch);
  if (found !== undefined) return found;
  throw new Error(
    `predictionContrasts: unknown branch: ${nameOf(name)}; expected one of ${branches.map(nameOf).join("; ")}. Score it first.`,
  );
}
