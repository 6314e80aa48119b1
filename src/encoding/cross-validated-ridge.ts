import { type Progress, throwIfAborted, yieldToEventLoop } from "../store";
import { linearAlgebra, type Matrix, row, zeros } from "../tensor";
import { alphasOf, checkAlphas, chooseAlphas, countGridEnds, type GridEnds } from "./alphas";
import { checkBlocks, nestedRidge } from "./nested-ridge";
import { checkProblem, openDualSolver, type RidgeProblem, statisticsOf } from "./ridge-solver";
import { rowsOf, type Segment } from "./segments";

/** Held-out Pearson's r and R² of nested cross-validation (`crossValidatedRidge`), with the alpha chosen in each outer fold. */
export interface RidgeScores extends GridEnds {
  /** [nFolds × nTargets], a row for each of `testBlocks`; NaN where a target has no score. */
  r: Matrix<Float64Array>;
  r2: Matrix<Float64Array>;
  alpha: Matrix<Float64Array>;
  testBlocks: number[];
  solver: "primal" | "dual";
  /** The library that computed, for the record. */
  backend: string;
  /** Targets with a NaN among the TRs of the segments. */
  nMissingTargets: number;
  /** Other targets without a score in some fold, where they or their predictions do not vary. */
  nConstantTargets: number;
}

/**
 * Nested cross-validated ridge regression. Each block g is held out in turn; among the other blocks each h is held
 * out to choose the alpha of each target, by the mean over h of the negative mean squared error (ties to the larger
 * alpha); the refit on all blocks but g is scored on g. Every fit minimises ‖Xb − y‖² + α‖b‖², X and y centred on
 * its training TRs.
 *
 * Fits that serve several folds are made once: without g and h, the training set is the same whichever is the outer
 * one. Y [nTrs × nTargets]. NaN in Y makes its target NaN and is counted. Throws at NaN or a constant column in the
 * features, when rows differ, with fewer than three blocks, and AbortError when the signal asks. The event loop is
 * served between fits.
 */
export async function crossValidatedRidge(
  problem: RidgeProblem & { testBlocks?: readonly number[] },
  options: { onProgress?: Progress; signal?: AbortSignal } = {},
): Promise<RidgeScores> {
  const { segments, alphas } = problem;
  checkAlphas("crossValidatedRidge", alphas);
  const { blocks, testBlocks } = checkBlocks("crossValidatedRidge", segments, problem.testBlocks);
  checkProblem(problem);
  throwIfAborted(options.signal, "crossValidatedRidge");
  if ("X" in problem && problem.solver === "primal") {
    const choices = { alphas, intercept: "fitted", rule: "best", testBlocks } as const;
    return await nestedRidge(statisticsOf(problem), choices, options);
  }
  return await nestedDual(problem, { blocks, testBlocks }, options);
}

async function nestedDual(
  problem: RidgeProblem,
  { blocks, testBlocks }: { blocks: number[]; testBlocks: number[] },
  options: { onProgress?: Progress; signal?: AbortSignal },
): Promise<RidgeScores> {
  const { Y, segments, alphas } = problem;
  const nTargets = Y.shape[1];
  const fitTo = openDualSolver(problem);
  const fitWithout = (...heldOut: number[]) => fitTo(blocks.filter((block) => !heldOut.includes(block)));
  const pairs = blocks.flatMap((g, i) => blocks.slice(i + 1).map((h) => [g, h]));
  const neededPairs = pairs.filter((pair) => pair.some((block) => testBlocks.includes(block)));
  const nFits = neededPairs.length + testBlocks.length;
  let nDone = 0;
  const step = async () => {
    options.onProgress?.(++nDone, nFits, "ridge fits");
    await yieldToEventLoop();
    throwIfAborted(options.signal, "crossValidatedRidge");
  };

  const selection = new Map(testBlocks.map((g) => [g, zeros([alphas.length, nTargets])]));
  for (const [g, h] of neededPairs) {
    const fit = fitWithout(g, h);
    for (const [outer, inner] of [
      [g, h],
      [h, g],
    ]) {
      const score = selection.get(outer);
      if (score) addNegatedMean(score, fit.meanSquaredErrors(inner), blocks.length - 1);
    }
    await step();
  }

  const shape: [number, number] = [testBlocks.length, nTargets];
  const out = { r: zeros(shape), r2: zeros(shape), alpha: zeros(shape) };
  for (const [fold, g] of testBlocks.entries()) {
    const chosen = chooseAlphas(selection.get(g)!, alphas);
    const { r, r2 } = fitWithout(g).scores(g, chosen);
    row(out.r, fold).set(r);
    row(out.r2, fold).set(r2);
    row(out.alpha, fold).set(alphasOf(chosen, alphas));
    await step();
  }
  return {
    ...out,
    testBlocks,
    solver: "dual",
    backend: linearAlgebra().name,
    ...countUndefined(out.r, Y, segments),
    ...countGridEnds(alphas, out.alpha.data),
  };
}

function addNegatedMean(sum: Matrix<Float64Array>, values: Matrix<Float64Array>, count: number): void {
  for (let at = 0; at < sum.data.length; at++) sum.data[at] -= values.data[at] / count;
}

function countUndefined(r: Matrix, Y: Matrix, segments: readonly Segment[]) {
  const [nFolds, nTargets] = r.shape;
  const isMissing = new Array<boolean>(nTargets).fill(false);
  for (const t of rowsOf(segments)) {
    for (let j = 0; j < nTargets; j++) if (Number.isNaN(Y.data[t * nTargets + j])) isMissing[j] = true;
  }
  let nConstantTargets = 0;
  for (let j = 0; j < nTargets; j++) {
    const isUnscored = Array.from({ length: nFolds }, (_, i) => r.data[i * nTargets + j]).some(Number.isNaN);
    if (isUnscored && !isMissing[j]) nConstantTargets++;
  }
  return { nMissingTargets: isMissing.filter(Boolean).length, nConstantTargets };
}
