import { accumulateRuns } from "./accumulate-runs";
import type { EncodingData } from "./bold-pass";
import { type DualWeights, dualWeights } from "./dual-weights";
import { blocksOf } from "./encoding-statistics";
import type { RidgeChoices } from "./nested-ridge";
import { primalWeights } from "./primal-weights";
import type { Precision } from "./ridge-factor";
import { type RidgeWeights, ridgeWeights, type Weights } from "./ridge-weights";
import type { TargetOptions } from "./target-blocks";

/** Products in float64 take about twice as long as in float32. */
const FLOAT64_COST = 2;
/** An eigendecomposition of n × n: 4/3 + 4/3 + 2 n³ operations, at about half the speed of a product. */
const EIGEN_COST = 9;

/** What `solverCost` weighs the two solvers by; `nTrs` are those of all segments together. */
export interface ProblemSize {
  nTrs: number;
  nRegressors: number;
  nTargets: number;
  nAlphas: number;
  /** Held-out blocks, of about equal length. */
  nFolds: number;
}

/** Operations of either solver, in float32 products. */
export interface SolverCost {
  primal: number;
  dual: number;
}

/**
 * What choosing alphas over folds and refitting costs. *Primal*: XᵀY once, then for every fold a rotation and for
 * every alpha a product with a root of the test set's Gram matrix, whose rank is at most the test set's TRs. *Dual*:
 * the kernel, for every fold and alpha a factorisation and a product with the training targets.
 */
export function solverCost(size: ProblemSize): SolverCost {
  const { nTrs, nRegressors: p, nTargets, nAlphas, nFolds } = size;
  const nTest = nTrs / nFolds;
  const nTraining = nTrs - nTest;
  const rank = Math.min(p, nTest);
  const primalFold = FLOAT64_COST * (2 * EIGEN_COST * p ** 3 + 4 * p * p * nTargets);
  const primal =
    2 * nTrs * p * nTargets + nFolds * (primalFold + 2 * nAlphas * p * rank * nTargets) + primalFold;
  const resolution = FLOAT64_COST * (nTraining ** 3 / 3 + 2 * nTraining ** 2 * nTest);
  const refit = FLOAT64_COST * ((nAlphas * nTrs ** 3) / 3 + 2 * nTrs ** 2 * nTargets);
  const dual = 2 * nTrs ** 2 * p + nFolds * nAlphas * (resolution + 2 * nTest * nTraining * nTargets) + refit;
  return { primal, dual };
}

/** Ridge weights of runs by the solver that was used (`encodeRuns`), with what either would have cost. */
export interface EncodedRuns {
  solver: "primal" | "dual";
  cost: SolverCost;
  weights: Weights;
  /** What the solver that was used says of itself: alphas, scores, counts. */
  fit: RidgeWeights | DualWeights;
}

/**
 * Ridge weights of runs in one call, by the solver that is asked for, or the cheaper one for a problem of this size
 * (`solverCost`); both give the same weights, and the result says which it was. Primal leaves nothing behind: to ask
 * more of the data without reading them again, use `accumulateRuns`.
 */
export async function encodeRuns(
  data: EncodingData,
  choices: RidgeChoices & { solver: "cheapest" | "primal" | "dual" },
  options: TargetOptions & { precision?: Precision } = {},
): Promise<EncodedRuns> {
  const { solver: asked, ...ridge } = choices;
  const cost = solverCost({
    nTrs: data.segments.reduce((sum, { start, end }) => sum + end - start, 0),
    nRegressors: data.features[0]?.shape[1] ?? 0,
    nTargets: data.bold[0]?.nTargets ?? 0,
    nAlphas: ridge.alphas.length,
    nFolds: blocksOf(data.segments).length,
  });
  const cheaper = cost.primal <= cost.dual ? "primal" : "dual";
  const solver = asked === "cheapest" ? cheaper : asked;
  if (solver === "primal") {
    const fit = await ridgeWeights(await accumulateRuns(data, options), ridge, options);
    return { solver, cost, weights: fit, fit };
  }
  const fit = await dualWeights(data, ridge, options);
  return { solver, cost, weights: await primalWeights(data.features, fit), fit };
}
