import { benjaminiHochberg } from "../inference";
import { type Matrix, row, zeros } from "../tensor";
import { type GroupEffect, type GroupOptions, groupEffect } from "./group-effect";
import { meansByNetwork, type NetworkLabels, voxelsByNetwork } from "./network-labels";

/** What the finding *architecture* does not show. */
export const ARCHITECTURE_LIMIT =
  "CLIP and METER differ in data, objective, size and training as well as in where they fuse, so that a difference between them is not an effect of architecture; a text stream behind cross-attention has seen the picture, and a shared part may be correlated stimuli rather than integration.";

/** R² of one voxel's prediction, cut in pieces. */
export const PARTS = ["unique vision", "unique text", "shared", "joint"] as const;
export type Part = (typeof PARTS)[number];

/** What one subject's voxels owe to vision and to text in one model. */
export interface SubjectPartition {
  /** `partitionVariance(...)`'s `shared` of two spaces, vision first: unique vision, unique text, shared, [3 × nVoxels]. */
  parts: Matrix;
  /** Null of the unique parts (`uniqueVarianceNull`), [nDraws × nVoxels] each, paired over subjects; "none" where it was not drawn. */
  nullOfUnique: { vision: Matrix; text: Matrix } | "none";
}

/** One line of the contrast: a model or one stage or direction of it, as trained or under a control. */
export interface ArchitectureCase {
  /** "CLIP", "METER" … */
  model: string;
  /** "all layers", "unimodal layers", "fusion", "vision asks text" … */
  stage: string;
  /** "none", or what was done to it: "random weights", "shuffled captions", "mismatched pairs", "low-level regressors" … */
  control: string;
  subjects: readonly SubjectPartition[];
}

/** Held-out R² of one part in one network under one case (`architectureTable`); `p` and `q` are NaN where the part has no null. */
export interface ArchitectureRow extends GroupEffect {
  model: string;
  stage: string;
  control: string;
  network: string;
  part: Part;
  q: number;
}

/**
 * Variance partitioning by network: a row for each case, network and part, effect = mean over subjects of the network's mean held-out R².
 *
 * `p`: unique parts against shifts of what the space does not share with the other; the shared and the joint part have no such null and their
 * `p` is NaN (hold them against the controls, `architectureContrasts`). `p_subjects`: sign-flips over subjects. `q` over all rows with a
 * `p`. Held-out parts can be negative and are kept; shifted regressors cost as much, so that `p` can be small where a part does not pay for
 * its regressors: read it with the interval.
 */
export function architectureTable(
  cases: readonly ArchitectureCase[],
  labels: NetworkLabels,
  options: GroupOptions,
): ArchitectureRow[] {
  const networks = voxelsByNetwork(labels);
  const rows = cases.flatMap(({ model, stage, control, subjects }) => {
    const observed = subjects.map((one) => meansByNetwork(fourParts(one.parts), networks));
    const nulls = subjects.map(({ nullOfUnique }) =>
      nullOfUnique === "none"
        ? "none"
        : {
            "unique vision": meansByNetwork(nullOfUnique.vision, networks),
            "unique text": meansByNetwork(nullOfUnique.text, networks),
          },
    );
    return labels.names.flatMap((network, g) =>
      PARTS.map((part, i) => {
        const isUnique = part === "unique vision" || part === "unique text";
        const draws = nulls.map((one) => (one === "none" || !isUnique ? "none" : one[part]));
        const values = observed.map(({ data }) => data[i * networks.length + g]);
        const kind = { tail: "greater", scale: "plain" } as const;
        return {
          model,
          stage,
          control,
          network,
          part,
          ...groupEffect(values, pairedDraws(draws, g), kind, options),
        };
      }),
    );
  });
  const q = benjaminiHochberg(rows.map(({ p }) => p));
  return rows.map((one, i) => ({ ...one, q: q[i] }));
}

/** Unique, unique, shared and, as their sum, the joint R², [4 × nVoxels]. */
function fourParts(parts: Matrix): Matrix<Float64Array> {
  const [nParts, nVoxels] = parts.shape;
  if (nParts !== 3) {
    throw new Error(
      `architectureTable: invalid parts: [${nParts} × ${nVoxels}]; expected 3 rows: unique vision, unique text, shared. Pass \`shared\` of partitionVariance of two spaces, vision first.`,
    );
  }
  const out = zeros([4, nVoxels]);
  out.data.set(parts.data);
  for (let v = 0; v < nVoxels; v++) {
    out.data[3 * nVoxels + v] = parts.data[v] + parts.data[nVoxels + v] + parts.data[2 * nVoxels + v];
  }
  return out;
}

/** Column g of every subject's draws side by side; "none" unless all subjects have draws. */
function pairedDraws(draws: readonly (Matrix | "none")[], g: number): Matrix | "none" {
  const present = draws.filter((one): one is Matrix => one !== "none");
  if (present.length < draws.length) return "none";
  const out = zeros([present[0].shape[0], present.length]);
  present.forEach(({ data, shape: [nDraws, nNetworks] }, s) => {
    for (let d = 0; d < nDraws; d++) out.data[d * present.length + s] = data[d * nNetworks + g];
  });
  return out;
}

/** Which two cases are compared, by their place in the list. */
export interface CasePair {
  of: number;
  against: number;
}

/** How much more R² a part has in the case `of` than in `against`, in one network (`architectureContrasts`); `q` is of `p_subjects`. */
export interface ArchitectureContrastRow extends Omit<GroupEffect, "p" | "null_mean"> {
  of: string;
  against: string;
  network: string;
  part: Part;
  q: number;
}

/**
 * Differences between cases (a model and its control, two models, two directions of cross-attention), paired over subjects: effect = mean over
 * subjects of the difference in R². `p_subjects`, two-sided sign-flips, generalises to subjects; the stimulus is one sample. `q` over all rows.
 * Throws when two cases differ in their number of subjects.
 */
export function architectureContrasts(
  cases: readonly ArchitectureCase[],
  pairs: readonly CasePair[],
  labels: NetworkLabels,
  options: GroupOptions,
): ArchitectureContrastRow[] {
  const networks = voxelsByNetwork(labels);
  const means = cases.map(({ subjects }) =>
    subjects.map(({ parts }) => meansByNetwork(fourParts(parts), networks)),
  );
  const nameOf = ({ model, stage, control }: ArchitectureCase) =>
    [model, stage, ...(control === "none" ? [] : [control])].join(", ");
  const rows = pairs.flatMap(({ of, against }) => {
    if (means[of].length !== means[against].length) {
      throw new Error(
        `architectureContrasts: mismatched subjects: ${means[of].length} of ${nameOf(cases[of])}, ${means[against].length} of ${nameOf(cases[against])}; expected the same, in one order. Compare within subjects.`,
      );
    }
    return labels.names.flatMap((network, g) =>
      PARTS.map((part, i) => {
        const differences = means[of].map((one, s) => row(one, i)[g] - row(means[against][s], i)[g]);
        const kind = { tail: "two-sided", scale: "plain" } as const;
        const { p: _, null_mean: __, ...effect } = groupEffect(differences, "none", kind, options);
        return { of: nameOf(cases[of]), against: nameOf(cases[against]), network, part, ...effect };
      }),
    );
  });
  const q = benjaminiHochberg(rows.map(({ p_subjects }) => p_subjects));
  return rows.map((one, i) => ({ ...one, q: q[i] }));
}
