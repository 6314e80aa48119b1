import { linearAlgebra, type Matrix, matrix } from "../tensor";
import { alphaChoice, alphasOf, checkAlphas, countGridEnds, type GridEnds } from "./alphas";
import { blocksOf, type EncodingStatistics } from "./encoding-statistics";
import { type RidgeChoices, widestProduct } from "./nested-ridge";
import { oneAhead } from "./one-ahead";
import type { RotatedTargets } from "./ridge-factor";
import { openRidgeModels, type RidgeModel } from "./ridge-models";
import type { TargetRange } from "./statistics";
import { eachTargetBlock, type TargetOptions } from "./target-blocks";

/** A linear model of every target: ŷ = X b + intercept. */
export interface Weights {
  /** b [nRegressors × nTargets], float32 where the statistics are; NaN for a target that has none. */
  coefficients: Matrix;
  /** One a target; 0 without an intercept. */
  intercepts: Float64Array;
}

/** Ridge weights refitted on all blocks (`ridgeWeights`); alpha and score [nTargets] are NaN for a target without weights. */
export interface RidgeWeights extends Weights, GridEnds {
  /** The alpha of each target, and its score in choosing: the mean over held-out blocks of −MSE. */
  alpha: Float64Array;
  cvScores: Float64Array;
  choices: RidgeChoices;
  solver: "primal";
  backend: string;
  /** Targets without weights: a NaN, or no variance. */
  nUndefinedTargets: number;
}

/**
 * Ridge regression refitted on all blocks, the alpha of each target chosen by leaving out one block at a time
 * (himalaya's RidgeCV with these folds). Throws with fewer than two blocks, and AbortError when the signal asks.
 */
export async function ridgeWeights(
  statistics: EncodingStatistics,
  choices: RidgeChoices,
  options: TargetOptions = {},
): Promise<RidgeWeights> {
  const { alphas, intercept, rule } = choices;
  const { segments, precision, parts } = statistics;
  checkAlphas("ridgeWeights", alphas);
  const blocks = blocksOf(segments);
  if (blocks.length < 2) {
    throw new Error(
      "ridgeWeights: invalid segments: they come from one block; expected at least 2, one to train, one to choose alpha. Add a run, or cut the run into blocks (contiguousBlocks).",
    );
  }
  const [nTargets, p] = parts[0].yx.shape;
  const modelOf = openRidgeModels(statistics, { alphas, intercept, precision });
  const without = (heldOut: number) => modelOf(blocks.filter((block) => block !== heldOut));
  const alpha = new Float64Array(nTargets);
  const cvScores = new Float64Array(nTargets);
  const weights = emptyWeights(p, nTargets, precision);
  await eachTargetBlock(
    { caller: "ridgeWeights", label: "voxels" },
    { nTargets, valuesPerTarget: Math.max(...blocks.map((h) => widestProduct(without(h), [h]))) },
    options,
    async (targets) => {
      const errors = await oneAhead(blocks, (h) => without(h).fit(targets).errors(h));
      const { chosen, scores } = alphaChoice(errors, alphas, rule);
      alpha.set(alphasOf(chosen, alphas), targets.start);
      cvScores.set(scores, targets.start);
      const model = modelOf(blocks);
      const fit = model.fit(targets);
      writeWeights(
        model,
        fit.coefficients(alpha.subarray(targets.start, targets.end)),
        fit.rotated,
        targets,
        weights,
      );
    },
  );
  return {
    ...weights,
    alpha,
    cvScores,
    choices: { alphas, intercept, rule },
    solver: "primal",
    backend: linearAlgebra().name,
    nUndefinedTargets: alpha.filter(Number.isNaN).length,
    ...countGridEnds(alphas, alpha),
  };
}

export function emptyWeights(p: number, nTargets: number, precision: "float32" | "float64"): Weights {
  const ArrayType = precision === "float32" ? Float32Array : Float64Array;
  return {
    coefficients: matrix(new ArrayType(p * nTargets), [p, nTargets]),
    intercepts: new Float64Array(nTargets),
  };
}

/** Turns rotated coefficients [targets × p] back, b = U b′, and writes them and the intercepts ȳ − x̄ᵀb. */
export function writeWeights(
  { factor }: Pick<RidgeModel, "factor">,
  rotated: Matrix<Float64Array>,
  { yCentre }: RotatedTargets,
  targets: TargetRange,
  { coefficients, intercepts }: Weights,
): void {
  const { vectors, xCentre } = factor;
  const b = linearAlgebra().multiply(vectors, rotated, { transposeB: true }); // [p × targets]
  const [p, size] = b.shape;
  const nTargets = coefficients.shape[1];
  intercepts.set(yCentre, targets.start);
  for (let i = 0; i < p; i++) {
    const values = b.data.subarray(i * size, (i + 1) * size);
    coefficients.data.set(values, i * nTargets + targets.start);
    for (let v = 0; v < size; v++) intercepts[targets.start + v] -= xCentre[i] * values[v];
  }
}
