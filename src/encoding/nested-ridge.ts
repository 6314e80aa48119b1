import { linearAlgebra, type Matrix, row, zeros } from "../tensor";
import { type AlphaRule, alphaChoice, alphasOf, checkAlphas, countGridEnds, type GridEnds } from "./alphas";
import { blocksOf, type EncodingStatistics } from "./encoding-statistics";
import { oneAhead } from "./one-ahead";
import { openRidgeModels, type RidgeModel } from "./ridge-models";
import type { Segment } from "./segments";
import { eachTargetBlock, type TargetOptions } from "./target-blocks";

/** The grid of ridge penalties, whether training means are subtracted (*fitted*), and how each target's alpha is taken from the grid. */
export interface RidgeChoices {
  /** Positive, ascending. */
  alphas: Float64Array;
  intercept: "fitted" | "none";
  rule: AlphaRule;
}

/** Held-out Pearson's r and R² of nested cross-validation from statistics (`nestedRidge`), with the alpha chosen in each outer fold. */
export interface NestedRidge extends GridEnds {
  /** [nFolds × nTargets], a row for each of `testBlocks`; NaN where a target has no score. */
  r: Matrix<Float64Array>;
  r2: Matrix<Float64Array>;
  alpha: Matrix<Float64Array>;
  testBlocks: number[];
  choices: RidgeChoices;
  solver: "primal";
  /** The library that computed, for the record. */
  backend: string;
  /** Alphas at which errors were computed, of all fits the most; the others are interpolated. */
  nEvaluatedAlphas: number;
  /** Targets with a NaN in some segment. */
  nMissingTargets: number;
  /** Other targets without a score in some fold, where they or their predictions do not vary. */
  nConstantTargets: number;
}

/**
 * Nested cross-validated ridge regression from statistics, without the data. Each block g is held out in turn; among
 * the other blocks each h is held out to choose the alpha of each target; the refit on all blocks but g is scored
 * on g. Every fit minimises ‖Xb − y‖² + α‖b‖².
 *
 * Fits that serve several folds are made once: without g and h, the training set is the same whichever is the outer
 * one. NaN in a target makes it NaN and is counted. Throws with fewer than three blocks, and AbortError when the
 * signal asks. Agrees with himalaya 0.4.11 RidgeCV in each outer fold.
 */
export async function nestedRidge(
  statistics: EncodingStatistics,
  problem: RidgeChoices & { testBlocks?: readonly number[] },
  options: TargetOptions = {},
): Promise<NestedRidge> {
  const { alphas, intercept, rule } = problem;
  const { segments, precision, parts } = statistics;
  checkAlphas("nestedRidge", alphas);
  const { blocks, testBlocks } = checkBlocks("nestedRidge", segments, problem.testBlocks);
  const nTargets = parts[0].yy.length;
  const modelOf = openRidgeModels(statistics, { alphas, intercept, precision });
  const without = (...heldOut: number[]) => modelOf(blocks.filter((block) => !heldOut.includes(block)));
  const pairs = blocks.flatMap((g, i) => blocks.slice(i + 1).map((h) => [g, h]));
  const neededPairs = pairs.filter((pair) => pair.some((block) => testBlocks.includes(block)));

  const shape: [number, number] = [testBlocks.length, nTargets];
  const out = { r: zeros(shape), r2: zeros(shape), alpha: zeros(shape) };
  await eachTargetBlock(
    { caller: "nestedRidge", label: "voxels" },
    {
      nTargets,
      valuesPerTarget: Math.max(...neededPairs.map(([g, h]) => widestProduct(without(g, h), [g, h]))),
    },
    options,
    async (targets) => {
      const errors = new Map(testBlocks.map((g) => [g, [] as Matrix<Float64Array>[]]));
      const ofPairs = await oneAhead(neededPairs, ([g, h]) => {
        const fit = without(g, h).fit(targets);
        return Promise.all([fit.errors(h), fit.errors(g)]);
      });
      neededPairs.forEach(([g, h], i) => {
        errors.get(g)?.push(ofPairs[i][0]);
        errors.get(h)?.push(ofPairs[i][1]);
      });
      testBlocks.forEach((g, fold) => {
        const alpha = alphasOf(alphaChoice(errors.get(g)!, alphas, rule).chosen, alphas);
        const { r, r2 } = without(g).fit(targets).scores(g, alpha);
        row(out.r, fold).set(r, targets.start);
        row(out.r2, fold).set(r2, targets.start);
        row(out.alpha, fold).set(alpha, targets.start);
      });
    },
  );
  return {
    ...out,
    testBlocks,
    choices: { alphas, intercept, rule },
    solver: "primal",
    backend: linearAlgebra().name,
    nEvaluatedAlphas: Math.max(
      ...neededPairs.map(([g, h]) => without(g, h).factor.evaluated().positions.length),
    ),
    ...countUndefined(out.r, statistics),
    ...countGridEnds(alphas, out.alpha.data),
  };
}

/** Numbers a target needs in the widest product of a model's errors on held-out blocks. */
export function widestProduct(model: RidgeModel, heldOut: readonly number[]): number {
  return Math.max(...heldOut.map((block) => model.test(block).resolvers.shape[1]));
}

/** The blocks of the segments and those to be tested: all, unless some are asked for. */
export function checkBlocks(
  caller: string,
  segments: readonly Segment[],
  asked: readonly number[] | undefined,
): { blocks: number[]; testBlocks: number[] } {
  const blocks = blocksOf(segments);
  if (blocks.length < 3) {
    throw new Error(
      `${caller}: invalid segments: they come from ${blocks.length} blocks; expected at least 3, one to test, one to choose alpha, one to train. Cut the runs into more blocks.`,
    );
  }
  const testBlocks = [...(asked ?? blocks)];
  const unknown = testBlocks.find((block) => !blocks.includes(block));
  if (unknown !== undefined) {
    throw new Error(
      `${caller}: unknown test block: ${unknown}; expected one of ${blocks.join(", ")}. Name blocks of the segments.`,
    );
  }
  return { blocks, testBlocks };
}

/** Counts targets with a NaN among their TRs, and others with a fold that has no score. */
export function countUndefined(r: Matrix, { parts }: EncodingStatistics) {
  const [nFolds, nTargets] = r.shape;
  let [nMissingTargets, nConstantTargets] = [0, 0];
  for (let v = 0; v < nTargets; v++) {
    let isUnscored = false;
    for (let fold = 0; fold < nFolds; fold++)
      if (Number.isNaN(r.data[fold * nTargets + v])) isUnscored = true;
    if (parts.some(({ yy }) => Number.isNaN(yy[v]))) nMissingTargets++;
    else if (isUnscored) nConstantTargets++;
  }
  return { nMissingTargets, nConstantTargets };
}
