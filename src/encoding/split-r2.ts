import { linearAlgebra, type Matrix, zeros } from "../tensor";
import { eachChosenFold } from "./chosen-folds";
import type { EncodingStatistics } from "./encoding-statistics";
import type { FeatureSpace } from "./feature-spaces";
import { checkSpaces } from "./feature-spaces";
import type { NestedRidge } from "./nested-ridge";
import { hasVariance } from "./scores";
import type { TargetOptions } from "./target-blocks";
import { aboutTraining } from "./test-set";

/** The held-out R² of a joint model divided among its spaces (`splitR2`); parts can be negative, NaN for a target without variance. */
export interface SplitR2 {
  /** Each space's part, mean over the outer folds: [nSpaces × nTargets]. */
  parts: Matrix<Float64Array>;
  /** What the difference between training and held-out mean of y takes away; 0 where runs are z-scored. */
  offset: Float64Array;
}

/**
 * Splits the held-out R² of a joint model among its feature spaces:
 *   R²_k = Σ_t (2 y ŷ_k − ŷ_k Σ_m ŷ_m) / Σ_t (y − ȳ)²,
 * ŷ_k being the prediction from space k and y about its training mean. Parts and offset add up to the joint R².
 * Source: himalaya 0.4.11, r2_score_split (which takes y of mean zero, where the offset is 0).
 */
export async function splitR2(
  statistics: EncodingStatistics,
  nested: NestedRidge,
  spaces: readonly FeatureSpace[],
  options: TargetOptions = {},
): Promise<SplitR2> {
  const [nTargets, p] = statistics.parts[0].yx.shape;
  checkSpaces("splitR2", spaces, p);
  const spaceOf = new Int32Array(p);
  spaces.forEach(({ regressors }, k) => regressors.forEach((j) => (spaceOf[j] = k)));
  const out: SplitR2 = { parts: zeros([spaces.length, nTargets]), offset: new Float64Array(nTargets) };
  const { multiply } = linearAlgebra();
  await eachChosenFold("splitR2", statistics, nested, options, ({ model, heldOut, fit, alphas, test }) => {
    const { vectors, precision } = model.factor;
    const { turned, root } = model.test(heldOut);
    const rotated = fit.coefficients(alphas);
    // Twice the target's coordinates minus the prediction's: 2 d − G b, where regressors fall into spaces again.
    const gains = multiply(rotated, turned);
    const own = aboutTraining(test, fit.rotated.yCentre, root);
    for (let at = 0; at < gains.data.length; at++) gains.data[at] = 2 * own.data[at] - gains.data[at];
    const shares = multiply(multiply(gains, turned, { transposeB: true }), vectors, { transposeB: true });
    const b = multiply(rotated, vectors, { transposeB: true });
    for (let v = 0; v < alphas.length; v++) {
      const target = fit.targets.start + v;
      const isResolved = hasVariance(test.centred[v], test.squares[v], precision);
      const scale = isResolved ? 1 / (test.centred[v] * nested.testBlocks.length) : Number.NaN;
      for (let j = 0; j < p; j++) {
        out.parts.data[spaceOf[j] * nTargets + target] += b.data[v * p + j] * shares.data[v * p + j] * scale;
      }
      out.offset[target] -= own.data[(v + 1) * own.shape[1] - 1] ** 2 * scale;
    }
  });
  return out;
}
