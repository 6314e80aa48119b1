import { row } from "../tensor";
import { blocksOf, type EncodingStatistics } from "./encoding-statistics";
import type { NestedRidge } from "./nested-ridge";
import { openRidgeModels, type RidgeFit, type RidgeModel } from "./ridge-models";
import { eachTargetBlock, type TargetOptions } from "./target-blocks";
import type { TestTargets } from "./test-set";

/** One outer fold of a nested fit, for some targets. */
export interface ChosenFold {
  fold: number;
  heldOut: number;
  model: RidgeModel;
  fit: RidgeFit;
  /** The alphas that were chosen, one a target. */
  alphas: Float64Array;
  test: TestTargets;
}

/** Goes through the outer folds of a nested fit again, at the alphas that it chose, block of targets by block. */
export async function eachChosenFold(
  caller: string,
  statistics: EncodingStatistics,
  nested: NestedRidge,
  options: TargetOptions,
  visit: (fold: ChosenFold) => void,
): Promise<void> {
  const { segments, parts, precision } = statistics;
  const [nTargets, p] = parts[0].yx.shape;
  if (nested.alpha.shape[1] !== nTargets) {
    throw new Error(
      `${caller}: mismatched fit: of ${nested.alpha.shape[1]} targets; expected ${nTargets}. Pass the fit of these statistics (nestedRidge).`,
    );
  }
  const { alphas, intercept } = nested.choices;
  const modelOf = openRidgeModels(statistics, { alphas, intercept, precision });
  const blocks = blocksOf(segments);
  await eachTargetBlock(
    { caller, label: "voxels" },
    { nTargets, valuesPerTarget: 4 * p },
    options,
    (targets) => {
      nested.testBlocks.forEach((heldOut, fold) => {
        const model = modelOf(blocks.filter((block) => block !== heldOut));
        const fit = model.fit(targets);
        visit({
          fold,
          heldOut,
          model,
          fit,
          alphas: row(nested.alpha, fold).subarray(targets.start, targets.end),
          test: fit.test(heldOut),
        });
      });
    },
  );
}
