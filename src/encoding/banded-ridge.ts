import { throwIfAborted, yieldToEventLoop } from "../store";
import { columnRange, linearAlgebra, type Matrix, zeros } from "../tensor";
import { alphaChoice, alphasOf, checkAlphas, countGridEnds, type GridEnds } from "./alphas";
import { type BandDraws, checkDraws } from "./band-draws";
import { openBandedFold } from "./banded-fold";
import { blocksOf, type EncodingStatistics, partsOf } from "./encoding-statistics";
import { checkSpaces, type FeatureSpace } from "./feature-spaces";
import type { RidgeChoices } from "./nested-ridge";
import { oneAhead } from "./one-ahead";
import { productMemory } from "./product-memory";
import { centreTraining, factoriseScaledRidges, rotate, rotatedCoefficients } from "./ridge-factor";
import { emptyWeights, type Weights, writeWeights } from "./ridge-weights";
import { trainingSegments } from "./segments";
import { addRegressorSums, pickTargets } from "./statistics";
import { eachTargetBlock, type TargetOptions } from "./target-blocks";

/** Banded ridge weights (`bandedRidge`): every target has its own weighting of the spaces and alpha [nTargets], NaN without a score. */
export interface BandedRidge extends Weights, GridEnds {
  /** γ of each target: [nSpaces × nTargets]; NaN for a target without a score. */
  gamma: Matrix<Float64Array>;
  alpha: Float64Array;
  /** The best score of every draw, the mean over held-out blocks of −MSE: [nDraws × nTargets]. */
  cvScores: Matrix<Float64Array>;
  spaces: readonly FeatureSpace[];
  choices: RidgeChoices;
  backend: string;
  /** Combinations of draw and alpha whose errors were computed, of nDraws × nAlphas; the others are interpolated. */
  nEvaluated: number;
}

/** A draw replaces an earlier one when its score is better by more than this, as in himalaya. */
const BETTER = Number.EPSILON;

/**
 * Banded ridge regression: for each target the weighting γ of feature spaces and the alpha that predict left-out
 * blocks best, refitted on all blocks. Regressors of space k are scaled by √γ_k, which multiplies their penalty by
 * 1/γ_k. Errors are computed for as many combinations of draw and alpha as needed, and interpolated for the others. γ_k = 0 leaves the space out: its coefficients are 0.
 *
 * δ_k = ln(γ_k/α) of himalaya 0.4.11 is ln(gamma[k] / alpha). Throws when a draw is not on the simplex, when the
 * spaces do not share out the regressors, with fewer than two blocks, and AbortError when the signal asks.
 * Source: Dupré la Tour, Eickenberg, Nunez-Elizalde & Gallant (2022), doi:10.1016/j.neuroimage.2022.119728.
 */
export async function bandedRidge(
  statistics: EncodingStatistics,
  problem: RidgeChoices & { spaces: readonly FeatureSpace[]; draws: BandDraws },
  options: TargetOptions = {},
): Promise<BandedRidge> {
  const { spaces, draws, alphas, intercept, rule } = problem;
  const { segments, parts, precision } = statistics;
  const [nTargets, p] = parts[0].yx.shape;
  checkAlphas("bandedRidge", alphas);
  checkSpaces("bandedRidge", spaces, p);
  checkDraws(draws, spaces.length);
  const blocks = blocksOf(segments);
  if (blocks.length < 2) {
    throw new Error(
      "bandedRidge: invalid segments: they come from one block; expected at least 2, one to train, one to choose. Add a run, or cut the run into blocks (contiguousBlocks).",
    );
  }
  const nDraws = draws.shape[0];
  const best = new Float64Array(nTargets).fill(Number.NEGATIVE_INFINITY);
  const bestDraw = new Int32Array(nTargets).fill(-1);
  const alpha = new Float64Array(nTargets).fill(Number.NaN);
  const cvScores = zeros([nDraws, nTargets]);
  const scales = Array.from({ length: nDraws }, (_, draw) => scalesOf(spaces, draws, draw, p));
  const folds = await oneAhead(blocks, async (heldOut) => {
    await yieldToEventLoop();
    throwIfAborted(options.signal, "bandedRidge");
    return await openBandedFold(
      statistics,
      { blocks, heldOut },
      { alphas, intercept, precision },
      scales,
      options,
    );
  });
  await eachTargetBlock(
    { caller: "bandedRidge", label: "voxels" },
    { nTargets, valuesPerTarget: Math.max(...folds.map((fold) => fold.valuesPerTarget)) },
    options,
    async (targets) => {
      const errors = await oneAhead(folds, (fold) => fold.errors(targets));
      for (let draw = 0; draw < nDraws; draw++) {
        const ofDraw = errors.map((each) =>
          columnRange(each, { start: draw * alphas.length, end: (draw + 1) * alphas.length }),
        );
        const { chosen, scores } = alphaChoice(ofDraw, alphas, rule);
        const chosenAlphas = alphasOf(chosen, alphas);
        cvScores.data.set(scores, draw * nTargets + targets.start);
        scores.forEach((score, v) => {
          const target = targets.start + v;
          if (!(score > best[target] + BETTER)) return;
          best[target] = score;
          bestDraw[target] = draw;
          alpha[target] = chosenAlphas[v];
        });
      }
    },
  );

  const weights = emptyWeights(p, nTargets, precision);
  weights.coefficients.data.fill(Number.NaN);
  weights.intercepts.fill(Number.NaN);
  const gamma = zeros([spaces.length, nTargets]);
  gamma.data.fill(Number.NaN);
  const where = { caller: "bandedRidge", label: "refit" };
  const training = partsOf(statistics, trainingSegments(segments, blocks));
  const chosenDraws = [...new Set(bestDraw)].filter((draw) => draw >= 0);
  const factors = await factoriseScaledRidges(
    addRegressorSums(training),
    { alphas, intercept, precision },
    chosenDraws.map((draw) => scales[draw]),
    options,
  );
  const memory = productMemory();
  for (const [i, draw] of chosenDraws.entries()) {
    const factor = factors[i];
    const some = Array.from(bestDraw.keys()).filter((v) => bestDraw[v] === draw);
    const own = training.map((part) => pickTargets(part, some));
    const alphaOf = Float64Array.from(some, (v) => alpha[v]);
    const size = { nTargets: some.length, valuesPerTarget: 4 * p };
    await eachTargetBlock(where, size, { signal: options.signal }, ({ start, end }) => {
      const fitted = emptyWeights(p, end - start, precision);
      const centred = centreTraining(factor, own, { start, end });
      const rotated = { projections: rotate(factor, centred, memory), yCentre: centred.yCentre };
      const coefficients = rotatedCoefficients(factor, rotated, alphaOf.subarray(start, end));
      writeWeights({ factor }, coefficients, rotated, { start: 0, end: end - start }, fitted);
      copyTargets(fitted, some.slice(start, end), weights);
    });
    for (const v of some) {
      for (let k = 0; k < spaces.length; k++) {
        gamma.data[k * nTargets + v] = draws.data[draw * spaces.length + k];
      }
    }
  }
  return {
    ...weights,
    gamma,
    alpha,
    cvScores,
    spaces,
    choices: { alphas, intercept, rule },
    backend: linearAlgebra().name,
    nEvaluated: Math.max(...folds.map((fold) => fold.nEvaluated)),
    ...countGridEnds(alphas, alpha),
  };
}

/** √γ of every regressor's space. */
function scalesOf(spaces: readonly FeatureSpace[], draws: BandDraws, draw: number, p: number): Float64Array {
  const scales = new Float64Array(p);
  spaces.forEach(({ regressors }, k) => {
    for (const j of regressors) scales[j] = Math.sqrt(draws.data[draw * spaces.length + k]);
  });
  return scales;
}

/** Copies weights of targets that lie side by side to where they belong. */
function copyTargets(from: Weights, targets: readonly number[], to: Weights): void {
  const [p, size] = from.coefficients.shape;
  const nTargets = to.intercepts.length;
  targets.forEach((target, v) => {
    to.intercepts[target] = from.intercepts[v];
    for (let i = 0; i < p; i++) {
      to.coefficients.data[i * nTargets + target] = from.coefficients.data[i * size + v];
    }
  });
}
