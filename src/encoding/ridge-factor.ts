import { throwIfAborted } from "../store";
import { linearAlgebra, type Matrix, type Real, type SymmetricEigen, zeros } from "../tensor";
import { checkAlphas, checkRounding } from "./alphas";
import { chooseEvaluatedAlphas, type Evaluated } from "./evaluated-alphas";
import { inBatches } from "./in-batches";
import { once } from "./made-once";
import type { ProductMemory } from "./product-memory";
import { hasVariance } from "./scores";
import {
  addProducts,
  addTargetSquares,
  centreRegressors,
  meansOf,
  type RegressorSums,
  type TargetRange,
  type TargetSums,
} from "./statistics";

/** The width of the numbers in which the large products of a fit are computed; sums are float64 in both. */
export type Precision = "float32" | "float64";

/** What a ridge fit needs beside its training statistics: penalties that share one factorisation, centring, width of products. */
export interface RidgeModelChoices {
  /** Positive, ascending. */
  alphas: Float64Array;
  /** Whether X and Y are centred on the means of each training set, or taken as they are. */
  intercept: "fitted" | "none";
  precision: Precision;
}

/** Errors that interpolating between alphas may add to a share of variance: below what the precision loses anyway. */
const TOLERANCE: Record<Precision, number> = { float32: 1e-7, float64: 1e-14 };
/**
 * Where float32 products take targets to predictions in one step, rounding reaches a prediction as a fraction of
 * ε √(largest eigenvalue / α) of BOLD. Above this the targets are rotated in float64 first, which costs twice p² each.
 */
const UNROTATED_ERROR = 5e-5;
const FLOAT32_EPSILON = 2 ** -24;

/** The X side of ridge regression on a training set: (XᵀX + α)⁻¹ = U (w + α)⁻¹ Uᵀ for every α. */
export interface RidgeFactor extends RidgeModelChoices {
  nTrs: number;
  /** Means of X that are subtracted; zeros without an intercept. */
  xCentre: Float64Array;
  /** w, ascending. */
  values: Float64Array;
  /** U in columns, each row times the scale of its regressor. */
  vectors: Matrix<Float64Array>;
  /** The alphas at which errors are computed; found when first asked for, as not every factor needs them. */
  evaluated(): Evaluated;
  /** Whether targets must be rotated in float64 before the float32 products that give the errors of alphas. */
  needsRotation: boolean;
}

/**
 * Factorises XᵀX of a training set, about its means where an intercept is fitted. Throws when the alphas are not positive and
 * ascending, when there are no regressors, or when rounding drowns the smallest alpha.
 */
export function factoriseRidge(training: RegressorSums, choices: RidgeModelChoices): RidgeFactor {
  const { gram, finish } = prepareFactor(training, choices);
  return finish(linearAlgebra().symmetricEigen(gram));
}

/** So many are factorised side by side: enough for the threads that there are, and few to wait for when the signal asks. */
const SIDE_BY_SIDE = 16;

/**
 * The same, side by side on other threads, for regressors times scales, one a regressor. A model is still given, and gives coefficients of,
 * the regressors themselves, since U is scaled instead. Throws as well AbortError when the signal asks.
 */
export async function factoriseScaledRidges(
  training: RegressorSums,
  choices: RidgeModelChoices,
  scales: readonly Float64Array[],
  { signal }: { signal?: AbortSignal },
): Promise<RidgeFactor[]> {
  return await inBatches(scales, SIDE_BY_SIDE, async (each) => {
    throwIfAborted(signal, "factoriseRidge");
    const { gram, finish } = prepareFactor(training, choices, each);
    return finish(await linearAlgebra().background.symmetricEigen(gram, { signal }));
  });
}

function prepareFactor(training: RegressorSums, choices: RidgeModelChoices, scales?: Float64Array) {
  const { alphas, intercept, precision } = choices;
  checkAlphas("factoriseRidge", alphas);
  const p = training.xSum.length;
  if (p === 0) {
    throw new Error(
      "factoriseRidge: missing regressors: 0 columns; expected at least one. Check which features were dropped.",
    );
  }
  const xCentre = intercept === "fitted" ? meansOf(training) : new Float64Array(p);
  const gram = centreRegressors(training, xCentre);
  if (scales) scaleRows(gram, (i, j) => scales[i] * scales[j]);
  const finish = ({ values, vectors }: SymmetricEigen): RidgeFactor => {
    let squares = 0;
    for (let j = 0; j < p; j++) squares += training.xx.data[j * (p + 1)] * (scales ? scales[j] ** 2 : 1);
    checkRounding("factoriseRidge", {
      squares,
      nRegressors: p,
      smallestEigenvalue: values[0],
      smallestAlpha: alphas[0],
      precision,
    });
    if (scales) scaleRows(vectors, (i) => scales[i]);
    const error = FLOAT32_EPSILON * Math.sqrt(values[p - 1] / alphas[0]);
    const needsRotation = precision === "float32" && error > UNROTATED_ERROR;
    const evaluated = once(() => chooseEvaluatedAlphas(alphas, values, TOLERANCE[precision]));
    return { ...choices, nTrs: training.nTrs, xCentre, values, vectors, evaluated, needsRotation };
  };
  return { gram, finish };
}

/** Multiplies every entry in place by what `scaleOf` says of its row and column. */
function scaleRows({ data, shape }: Matrix<Float64Array>, scaleOf: (i: number, j: number) => number): void {
  const [nRows, nColumns] = shape;
  for (let i = 0; i < nRows; i++) {
    for (let j = 0; j < nColumns; j++) data[i * nColumns + j] *= scaleOf(i, j);
  }
}

/** The Y side on the same training set, for some targets. */
export interface RotatedTargets {
  /** Uᵀ Xᵀ y, a row a target: [nTargets × p]; NaN for a target without variance. */
  projections: Matrix<Float64Array>;
  /** Means of y that are subtracted; zeros without an intercept. */
  yCentre: Float64Array;
}

/** The training targets about the means. */
export interface CentredTraining {
  /** Means of y that are subtracted; zeros without an intercept. */
  yCentre: Float64Array;
  /** Writes YᵀX [nTargets × p] into a place for it; NaN for a target without variance. */
  writeProducts(out: Real): void;
}

/** Takes training targets about the means of the factor. */
export function centreTraining(
  { nTrs, xCentre, intercept, precision }: RidgeFactor,
  training: readonly TargetSums[],
  targets: TargetRange,
): CentredTraining {
  const { ySum, yy } = addTargetSquares(training, targets);
  const yMeans = ySum.map((sum) => sum / nTrs);
  // Σ (y − ȳ) x with x about its centre: the centre of y drops out of the products on the training set itself.
  const u = ySum.map((sum, v) =>
    hasVariance(yy[v] - nTrs * yMeans[v] ** 2, yy[v], precision) ? sum : Number.NaN,
  );
  const shift = { u, a: xCentre, w: new Float64Array(u.length), b: xCentre };
  return {
    yCentre: intercept === "fitted" ? yMeans : new Float64Array(yMeans.length),
    writeProducts: (out) => addProducts(training, targets, out, shift),
  };
}

/** Products of training targets with X, [nTargets × p], in the eigenvectors' coordinates. */
export function rotate(
  { vectors }: RidgeFactor,
  { yCentre, writeProducts }: CentredTraining,
  memory: ProductMemory,
): Matrix<Float64Array> {
  const products = memory("float64", [yCentre.length, vectors.shape[0]]) as Matrix<Float64Array>;
  writeProducts(products.data);
  return linearAlgebra().multiply(products, vectors);
}

/** Coefficients in the eigenvectors' coordinates, b′ = (w + α)⁻¹ Uᵀ Xᵀ y, each target at its alpha: [nTargets × p]. */
export function rotatedCoefficients(
  { values }: RidgeFactor,
  { projections }: RotatedTargets,
  alphas: Float64Array,
): Matrix<Float64Array> {
  const [nTargets, p] = projections.shape;
  const out = zeros([nTargets, p]);
  for (let v = 0; v < nTargets; v++) {
    for (let i = 0; i < p; i++) out.data[v * p + i] = projections.data[v * p + i] / (values[i] + alphas[v]);
  }
  return out;
}
