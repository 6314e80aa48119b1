import { type Matrix, zeros } from "../tensor";
import { type EncodingStatistics, selectFeatures } from "./encoding-statistics";
import { checkSpaces, type FeatureSpace } from "./feature-spaces";
import { nestedRidge, type RidgeChoices } from "./nested-ridge";
import type { TargetOptions } from "./target-blocks";

/** Unique and shared held-out R² of 2 to 4 feature spaces (`partitionVariance`); `shared` has its rows in the order of `subsets`, too. */
export interface VariancePartition {
  /** Every combination of spaces, by their numbers, smaller ones first: [0], [1], …, [0, 1], … */
  subsets: number[][];
  /** Held-out R² of a model of each combination, mean over outer folds: [nSubsets × nTargets]. */
  joint: Matrix<Float64Array>;
  /** R² that exactly these spaces share and no other has; of single spaces, their unique part. Adds up to the whole. */
  shared: Matrix<Float64Array>;
}

/**
 * Variance partitioning of 2 to 4 feature spaces: a nested ridge for every combination, each choosing its own
 * alphas, and from their held-out R² by inclusion and exclusion what is unique to each space and what they share.
 * Held-out parts can be negative. Throws with other numbers of spaces, or when they do not share out the
 * regressors. Source: Nimon, Lewis, Kane & Haynes (2008), doi:10.3758/BRM.40.2.457.
 */
export async function partitionVariance(
  statistics: EncodingStatistics,
  spaces: readonly FeatureSpace[],
  choices: RidgeChoices,
  options: TargetOptions = {},
): Promise<VariancePartition> {
  const [nTargets, p] = statistics.parts[0].yx.shape;
  if (spaces.length < 2 || spaces.length > 4) {
    throw new Error(
      `partitionVariance: invalid number of feature spaces: ${spaces.length}; expected 2 to 4. Join some of them.`,
    );
  }
  checkSpaces("partitionVariance", spaces, p);
  const masks = Array.from({ length: 2 ** spaces.length - 1 }, (_, i) => i + 1);
  masks.sort((a, b) => membersOf(a).length - membersOf(b).length || a - b);
  const joint = zeros([masks.length, nTargets]);
  for (const [i, mask] of masks.entries()) {
    const regressors = membersOf(mask).flatMap((k) => spaces[k].regressors);
    const { r2 } = await nestedRidge(selectFeatures(statistics, regressors), choices, options);
    const nFolds = r2.shape[0];
    r2.data.forEach((value, at) => {
      joint.data[i * nTargets + (at % nTargets)] += value / nFolds;
    });
  }
  return { subsets: masks.map(membersOf), joint, shared: sharedParts(masks, joint) };
}

/** The numbers of the bits that are set. */
function membersOf(mask: number): number[] {
  return [0, 1, 2, 3].filter((k) => mask & (1 << k));
}

/**
 * What exactly the spaces of S share: Σ over T ⊆ S of (−1)^(|T| + 1) R²(T ∪ rest), rest being the spaces outside S
 * and R² of no space 0.
 */
function sharedParts(masks: number[], joint: Matrix<Float64Array>): Matrix<Float64Array> {
  const nTargets = joint.shape[1];
  const all = masks[masks.length - 1];
  const shared = zeros(joint.shape);
  masks.forEach((subset, i) => {
    const rest = all & ~subset;
    for (let taken = 0; taken <= subset; taken++) {
      if ((taken & ~subset) !== 0 || (taken | rest) === 0) continue;
      const sign = membersOf(taken).length % 2 === 1 ? 1 : -1;
      const from = masks.indexOf(taken | rest) * nTargets;
      for (let v = 0; v < nTargets; v++) shared.data[i * nTargets + v] += sign * joint.data[from + v];
    }
  });
  return shared;
}
