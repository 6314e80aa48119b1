import { descendCoordinates, linearAlgebra, type Matrix, matrix, row, zeros } from "../tensor";
import { type AlphaRule, alphaChoice, alphasOf, checkAlphas, countGridEnds, type GridEnds } from "./alphas";
import { blocksOf, type EncodingStatistics, partsOf } from "./encoding-statistics";
import { emptyWeights, type Weights } from "./ridge-weights";
import { hasVariance } from "./scores";
import { testSegments, trainingSegments } from "./segments";
import {
  addRegressorSums,
  centreRegressors,
  centreTargets,
  meansOf,
  type RegressionStatistics,
  type TargetRange,
} from "./statistics";
import { eachTargetBlock, type TargetOptions } from "./target-blocks";

/** A column of weights is done when a sweep moves none by more than this; regressors and BOLD are of order 1. */
const SETTLED = 1e-9;
const MAX_SWEEPS = 10_000;

/** The grid of penalties for `lassoWeights`, and by which rule each target's is taken from it over left-out blocks. */
export interface LassoChoices {
  /** Positive, ascending: λ of the objective below. */
  lambdas: Float64Array;
  rule: AlphaRule;
}

/** LASSO weights of every target (`lassoWeights`); coefficients, λ and score are NaN for a target without variance. */
export interface LassoWeights extends Weights {
  /** λ of each target, chosen by leaving out one block at a time, and its mean −MSE there. */
  lambda: Float64Array;
  cvScores: Float64Array;
  /** Coefficients that are not 0, target by target. */
  nNonZero: Int32Array;
  /** Fits that had not settled after 10,000 sweeps, over folds, lambdas and targets. */
  nUnsettled: number;
  /** Targets whose λ stands at an end of the grid. */
  nAtSmallestLambda: GridEnds["nAtSmallestAlpha"];
  nAtLargestLambda: GridEnds["nAtLargestAlpha"];
}

/**
 * LASSO with the atoms as fixed regressors, from statistics alone:
 *   min over b of (1/2n) ‖Xb − y‖² + λ‖b‖₁,
 * X and y centred on the training means, by coordinate descent on XᵀX, from the largest λ down. NaN for targets
 * without variance. Throws when the lambdas are not positive and ascending, with fewer than two blocks, and
 * AbortError when the signal asks. Agrees with scikit-learn's Lasso.
 */
export async function lassoWeights(
  statistics: EncodingStatistics,
  choices: LassoChoices,
  options: TargetOptions = {},
): Promise<LassoWeights> {
  const { lambdas, rule } = choices;
  const { segments, parts, precision } = statistics;
  checkAlphas("lassoWeights", lambdas);
  const blocks = blocksOf(segments);
  if (blocks.length < 2) {
    throw new Error(
      "lassoWeights: invalid segments: they come from one block; expected at least 2, one to train, one to choose lambda. Add a run, or cut the run into blocks (contiguousBlocks).",
    );
  }
  const [nTargets, p] = parts[0].yx.shape;
  const weights = emptyWeights(p, nTargets, precision);
  const lambda = new Float64Array(nTargets);
  const cvScores = new Float64Array(nTargets);
  const nNonZero = new Int32Array(nTargets);
  let nUnsettled = 0;

  await eachTargetBlock(
    { caller: "lassoWeights", label: "voxels" },
    { nTargets, valuesPerTarget: 2 ** 13 },
    options,
    (targets) => {
      const errors = blocks.map((heldOut) => {
        const training = partsOf(
          statistics,
          trainingSegments(
            segments,
            blocks.filter((block) => block !== heldOut),
          ),
        );
        const path = lassoPath(training, targets, lambdas, precision);
        nUnsettled += path.nUnsettled;
        return pathErrors(path, partsOf(statistics, testSegments(segments, heldOut)), targets);
      });
      const { chosen, scores } = alphaChoice(errors, lambdas, rule);
      lambda.set(alphasOf(chosen, lambdas), targets.start);
      cvScores.set(scores, targets.start);
      const path = lassoPath(
        partsOf(statistics, trainingSegments(segments, blocks)),
        targets,
        lambdas,
        precision,
      );
      nUnsettled += path.nUnsettled;
      chosen.forEach((at, v) => {
        const target = targets.start + v;
        const b = at < 0 ? new Float64Array(p).fill(Number.NaN) : row(path.codes[at], v);
        weights.intercepts[target] = path.means.y[v];
        b.forEach((value, i) => {
          weights.coefficients.data[i * nTargets + target] = value;
          weights.intercepts[target] -= path.means.x[i] * value;
          if (value !== 0 && !Number.isNaN(value)) nNonZero[target]++;
        });
      });
    },
  );
  const { nAtSmallestAlpha, nAtLargestAlpha } = countGridEnds(lambdas, lambda);
  return {
    ...weights,
    lambda,
    cvScores,
    nNonZero,
    nUnsettled,
    nAtSmallestLambda: nAtSmallestAlpha,
    nAtLargestLambda: nAtLargestAlpha,
  };
}

/** Coefficients for every λ, a matrix [targets × p] each, with the training means. */
interface LassoPath {
  codes: Matrix<Float64Array>[];
  means: { x: Float64Array; y: Float64Array };
  nUnsettled: number;
}

function lassoPath(
  training: readonly RegressionStatistics[],
  targets: TargetRange,
  lambdas: Float64Array,
  precision: "float32" | "float64",
): LassoPath {
  const x = addRegressorSums(training);
  const xMeans = meansOf(x);
  const y = centreTargets(training, targets, x, { x: xMeans });
  const means = { x: xMeans, y: y.yCentre };
  const p = x.xSum.length;
  const gram = centreRegressors(x, means.x);
  for (let at = 0; at < gram.data.length; at++) gram.data[at] /= x.nTrs;
  for (let at = 0; at < y.yx.data.length; at++) {
    const v = Math.floor(at / p);
    y.yx.data[at] *= hasVariance(y.yy[v], y.squares[v], precision) ? 1 / x.nTrs : Number.NaN;
  }
  const codes = new Array<Matrix<Float64Array>>(lambdas.length);
  let current = zeros([y.yy.length, p]);
  let nUnsettled = 0;
  for (let l = lambdas.length - 1; l >= 0; l--) {
    current = matrix(current.data.slice(), current.shape);
    nUnsettled += descendCoordinates(gram, y.yx, current, {
      lambda: lambdas[l],
      settled: SETTLED,
      maxSweeps: MAX_SWEEPS,
    });
    codes[l] = current;
  }
  return { codes, means, nUnsettled };
}

/** Mean squared error on a test set for every λ: [targets × nLambdas]. */
function pathErrors(
  { codes, means }: LassoPath,
  test: readonly RegressionStatistics[],
  targets: TargetRange,
): Matrix<Float64Array> {
  const x = addRegressorSums(test);
  const y = centreTargets(test, targets, x, means);
  const gram = centreRegressors(x, means.x);
  const [nTargets, p] = y.yx.shape;
  const errors = zeros([nTargets, codes.length]);
  codes.forEach((b, l) => {
    const products = linearAlgebra().multiply(b, gram);
    for (let v = 0; v < nTargets; v++) {
      let sum = y.yy[v];
      for (let at = v * p; at < (v + 1) * p; at++)
        sum += b.data[at] * (products.data[at] - 2 * y.yx.data[at]);
      errors.data[v * codes.length + l] = sum / x.nTrs;
    }
  });
  return errors;
}
