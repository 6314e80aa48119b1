import { linearAlgebra, type Matrix, matrix, type Real, zeros } from "../tensor";
import { type ProductMemory, productMemory } from "./product-memory";
import { type CentredTraining, type Precision, type RidgeFactor, rotate } from "./ridge-factor";
import {
  centreRegressors,
  centreTargets,
  meansOf,
  type RegressorSums,
  type TargetRange,
  type TargetSums,
} from "./statistics";

/** Eigenvalues of a test set's Gram matrix below this share of the largest are rounding. */
const TEST_RANK = 1e-12;

/** The X side of a test set, in which no training set has a part. */
export interface TestRoot {
  sums: RegressorSums;
  means: Float64Array;
  /** R with R Rᵀ = XᵀX about the test set's own means: [p × rank]. */
  root: Matrix<Float64Array>;
  /** Its pseudo-inverse's transpose: products XᵀY are R times their product with this. [p × rank] */
  inverse: Matrix<Float64Array>;
}

/** Takes a root of a test set's Gram matrix. Its rank is at most the TRs less 1, which saves work where they are few. */
export function rootOf(sums: RegressorSums): TestRoot {
  const means = meansOf(sums);
  const { values, vectors } = linearAlgebra().symmetricEigen(centreRegressors(sums, means));
  const p = means.length;
  const firstKept = values.findIndex((value) => value > TEST_RANK * values[p - 1]);
  const rank = firstKept < 0 ? 0 : p - firstKept;
  const [root, inverse] = [zeros([p, rank]), zeros([p, rank])];
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < rank; j++) {
      const vector = vectors.data[i * p + firstKept + j];
      const scale = Math.sqrt(values[firstKept + j]);
      root.data[i * rank + j] = vector * scale;
      inverse.data[i * rank + j] = vector / scale;
    }
  }
  return { sums, means, root, inverse };
}

/** The Y side of a test set, for some targets, in which no training set has a part either. */
export interface TestTargets {
  /** R⁺ Xᵀ y about the test set's own means: [nTargets × rank]. */
  coordinates: Matrix<Float64Array>;
  means: Float64Array;
  /** Σ (y − ȳ)². */
  centred: Float64Array;
  /** Σ y². */
  squares: Float64Array;
}

/** Takes test targets to the coordinates in which predictions come: in their `memory`, while that of the products is free again. */
export function testTargets(
  { sums, means, inverse }: TestRoot,
  test: readonly TargetSums[],
  targets: TargetRange,
  memory: { products: ProductMemory; coordinates: ProductMemory },
): TestTargets {
  const nTargets = targets.end - targets.start;
  const place = memory.products("float64", [nTargets, means.length]) as Matrix<Float64Array>;
  const { yx, yy, squares, yCentre } = centreTargets(test, targets, sums, { x: means }, place);
  const into = memory.coordinates("float64", [nTargets, inverse.shape[1]]) as Matrix<Float64Array>;
  return {
    coordinates: linearAlgebra().multiply(yx, inverse, { into }),
    means: yCentre,
    centred: yy,
    squares,
  };
}

/** Coordinates of the targets about a training set's means: [nTargets × rank + 1], the last √n (ȳ − centre). */
export function aboutTraining(
  { coordinates, means }: TestTargets,
  yCentre: Float64Array,
  { sums }: TestRoot,
): Matrix<Float64Array> {
  const [nTargets, rank] = coordinates.shape;
  const out = zeros([nTargets, rank + 1]);
  copyColumns(coordinates, out, 0);
  for (let v = 0; v < nTargets; v++) {
    out.data[(v + 1) * (rank + 1) - 1] = Math.sqrt(sums.nTrs) * (means[v] - yCentre[v]);
  }
  return out;
}

/** What takes a training set's products to predictions of a test set. */
export interface TestFactor {
  root: TestRoot;
  /**
   * F with F Fᵀ = Uᵀ XᵀX U of the test set, X about the training centre: [p × rank + 1]. Its first columns are about
   * the test set's own means; the last is √n times the difference of the means.
   */
  turned: Matrix<Float64Array>;
  /**
   * For the evaluated alphas side by side, [p × nEvaluated · (rank + 1)]: what takes Xᵀy of the training set (rotated
   * first where the factor needs it) to the coordinates of a prediction, (XᵀX + α)⁻¹ times the test set's root.
   */
  resolvers: Matrix;
}

/** Prepares a test set for a training set: the squared error of a prediction is then that of its coordinates. */
export function factoriseTest(factor: RidgeFactor, root: TestRoot): TestFactor {
  const turned = turnedRoot(factor, root);
  const { alphas } = factor;
  return {
    root,
    turned,
    resolvers: sideBySide(
      factor,
      turned,
      factor.evaluated().positions.map((a) => alphas[a]),
      productMemory(),
    ),
  };
}

/**
 * The resolvers of some alphas for a test set, side by side: [p × nAlphas · (rank + 1)]. Where the factor needs rotation they are in
 * `memory`, else it is free again.
 */
export function resolversOf(
  factor: RidgeFactor,
  root: TestRoot,
  alphas: ArrayLike<number>,
  memory: ProductMemory,
): Matrix {
  return sideBySide(factor, turnedRoot(factor, root), alphas, memory);
}

function turnedRoot(
  { vectors, xCentre }: RidgeFactor,
  { sums, means, root }: TestRoot,
): Matrix<Float64Array> {
  const [p, rank] = root.shape;
  const scale = Math.sqrt(sums.nTrs);
  const whole = zeros([p, rank + 1]);
  for (let i = 0; i < p; i++) {
    whole.data.set(root.data.subarray(i * rank, (i + 1) * rank), i * (rank + 1));
    whole.data[i * (rank + 1) + rank] = scale * (means[i] - xCentre[i]);
  }
  return linearAlgebra().multiply(vectors, whole, { transposeA: true });
}

/**
 * (XᵀX + α)⁻¹ times the root of a test set for each alpha, in the coordinates that the factor takes targets in and in the width in
 * which they will be multiplied.
 */
function sideBySide(
  { values, vectors, needsRotation, precision }: RidgeFactor,
  turned: Matrix<Float64Array>,
  alphas: ArrayLike<number>,
  memory: ProductMemory,
): Matrix {
  const [p, width] = turned.shape;
  const shrunk = memory(precision, [p, alphas.length * width]);
  for (let i = 0; i < p; i++) {
    for (let a = 0; a < alphas.length; a++) {
      const shrink = 1 / (values[i] + alphas[a]);
      writeScaled(turned.data, i * width, shrink, shrunk.data, (i * alphas.length + a) * width, width);
    }
  }
  if (needsRotation) return shrunk;
  return linearAlgebra().multiply<Float32Array | Float64Array>(inWidth(vectors, precision), shrunk);
}

function writeScaled(
  from: Float64Array,
  fromAt: number,
  scale: number,
  to: Real,
  toAt: number,
  length: number,
): void {
  for (let j = 0; j < length; j++) to[toAt + j] = from[fromAt + j] * scale;
}

/** Training products as the resolvers take them, [nTargets × p], in `memory`. */
export function resolvable(factor: RidgeFactor, training: CentredTraining, memory: ProductMemory): Matrix {
  if (factor.needsRotation) return inWidth(rotate(factor, training, memory), factor.precision);
  const products = memory(factor.precision, [training.yCentre.length, factor.values.length]);
  training.writeProducts(products.data);
  return products;
}

function inWidth(m: Matrix<Float64Array>, precision: Precision): Matrix {
  return precision === "float32" ? matrix(Float32Array.from(m.data), m.shape) : m;
}

export function emptyMatrix(precision: Precision, shape: readonly [number, number]): Matrix {
  const length = shape[0] * shape[1];
  return matrix(precision === "float32" ? new Float32Array(length) : new Float64Array(length), shape);
}

/** Copies all columns to those of `to` from `first` on. */
export function copyColumns(from: Matrix, to: Matrix, first: number): void {
  const [nRows, width] = from.shape;
  for (let i = 0; i < nRows; i++)
    to.data.set(from.data.subarray(i * width, (i + 1) * width), i * to.shape[1] + first);
}
