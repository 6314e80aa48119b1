import type { TrRange } from "../alignment";
import { linearAlgebra, type Matrix, matrix, type Real, selectColumns, selectRows, zeros } from "../tensor";

/** Sums over some TRs of the regressors x. */
export interface RegressorSums {
  nTrs: number;
  /** Σ x, column by column. */
  xSum: Float64Array;
  /** XᵀX [nRegressors × nRegressors]; not written to once it is made, as fits are kept by it (`sharedModelsOfX`). */
  xx: Matrix<Float64Array>;
}

/** Sums over the same TRs of the targets y, one entry or row a target: a block of targets is a block of memory. */
export interface TargetSums {
  /** Σ y. */
  ySum: Float64Array;
  /** YᵀX [nTargets × nRegressors]. */
  yx: Matrix<Float64Array>;
  /** Σ y². */
  yy: Float64Array;
}

/**
 * All that linear regression needs to know of some TRs of X [nTrs × nRegressors] and Y [nTrs × nTargets]: sums over
 * the TRs, in float64. Sums over disjoint sets of TRs add up.
 */
export type RegressionStatistics = RegressorSums & TargetSums;

/** Some targets that follow each other: first … end − 1. */
export interface TargetRange {
  readonly start: number;
  readonly end: number;
}

/** Statistics of some targets, in this order, as a copy. */
export function pickTargets(part: RegressionStatistics, targets: readonly number[]): RegressionStatistics {
  return {
    ...part,
    yx: selectRows(part.yx, targets),
    ySum: Float64Array.from(targets, (v) => part.ySum[v]),
    yy: Float64Array.from(targets, (v) => part.yy[v]),
  };
}

/**
 * Accumulates the statistics of one range of TRs. A NaN in Y makes the sums of its target NaN. Throws when X and Y
 * differ in rows.
 */
export function accumulateStatistics(X: Matrix, Y: Matrix, range: TrRange): RegressionStatistics {
  if (X.shape[0] !== Y.shape[0]) {
    throw new Error(
      `accumulateStatistics: mismatched rows: X ${X.shape[0]}, Y ${Y.shape[0]}; expected as many. Bring stimulus and BOLD to the same TRs.`,
    );
  }
  const { multiply } = linearAlgebra();
  const x = float64Rows(X, range);
  const y = float64Rows(Y, range);
  return {
    nTrs: range.end - range.start,
    xSum: columnSums(x, (value) => value),
    ySum: columnSums(y, (value) => value),
    xx: multiply(x, x, { transposeA: true }),
    yx: multiply(y, x, { transposeA: true }),
    yy: columnSums(y, (value) => value * value),
  };
}

function float64Rows(m: Matrix, { start, end }: TrRange): Matrix<Float64Array> {
  const nColumns = m.shape[1];
  const rows = m.data.subarray(start * nColumns, end * nColumns);
  return matrix(rows instanceof Float64Array ? rows : Float64Array.from(rows), [end - start, nColumns]);
}

function columnSums(m: Matrix, term: (value: number) => number): Float64Array {
  const [nRows, nColumns] = m.shape;
  const sums = new Float64Array(nColumns);
  for (let i = 0; i < nRows; i++) {
    for (let j = 0; j < nColumns; j++) sums[j] += term(m.data[i * nColumns + j]);
  }
  return sums;
}

/** The statistics of the union of disjoint sets of TRs. Throws when there is none or when their widths differ. */
export function addStatistics(parts: readonly RegressionStatistics[]): RegressionStatistics {
  checkParts(parts);
  const yx = zeros(parts[0].yx.shape);
  const targets = { start: 0, end: yx.shape[0] };
  addProducts(parts, targets, yx.data);
  return { ...addRegressorSums(parts), ...addTargetSquares(parts, targets), yx };
}

/** Throws when there is no part and when their widths differ. */
export function checkParts(parts: readonly (RegressorSums & Partial<TargetSums>)[]): void {
  if (parts.length === 0) {
    throw new Error(
      "addStatistics: missing statistics: none given; expected at least one. Leave some TRs to train and test on.",
    );
  }
  const [p, nTargets] = [parts[0].xSum.length, parts[0].ySum?.length];
  parts.forEach(({ xSum, ySum }, i) => {
    if (xSum.length === p && ySum?.length === nTargets) return;
    throw new Error(
      `addStatistics: mismatched statistics ${i}: ${xSum.length} regressors, ${ySum?.length ?? "no"} targets; expected ${p} and ${nTargets ?? "none"}. Use the same regressors and targets in every run.`,
    );
  });
}

/** The part of `addStatistics` that concerns X. */
export function addRegressorSums(parts: readonly RegressorSums[]): RegressorSums {
  checkParts(parts);
  const p = parts[0].xSum.length;
  const sum = { nTrs: 0, xSum: new Float64Array(p), xx: zeros([p, p]) };
  for (const { nTrs, xSum, xx } of parts) {
    sum.nTrs += nTrs;
    addTo(sum.xSum, xSum);
    addTo(sum.xx.data, xx.data);
  }
  return sum;
}

/** Σ y and Σ y² over parts of some targets. */
export function addTargetSquares(
  parts: readonly TargetSums[],
  { start, end }: TargetRange,
): { ySum: Float64Array; yy: Float64Array } {
  const sums = { ySum: parts[0].ySum.slice(start, end), yy: parts[0].yy.slice(start, end) };
  for (const { ySum, yy } of parts.slice(1)) {
    addTo(sums.ySum, ySum.subarray(start, end));
    addTo(sums.yy, yy.subarray(start, end));
  }
  return sums;
}

/** What is taken off YᵀX so that it is about other centres: u_v a_i + w_v b_i of target v and regressor i. */
export interface ProductShift {
  u: Float64Array;
  a: Float64Array;
  w: Float64Array;
  b: Float64Array;
}

/**
 * YᵀX over parts of some targets, less a shift: [nTargets × nRegressors], into `out`, which may be float32. Each row is finished before
 * the next and takes two parts at a time, as fetching and storing takes longer than adding.
 */
export function addProducts(
  parts: readonly TargetSums[],
  { start, end }: TargetRange,
  out: Real,
  shift?: ProductShift,
): void {
  const p = parts[0].yx.shape[1];
  const products = parts.map(({ yx }) => yx.data);
  const nothing = new Float64Array(p);
  const sum = new Float64Array(p);
  const { u, a, w, b } = shift ?? { u: [], a: nothing, w: [], b: nothing };
  for (let v = start; v < end; v++) {
    const at = v * p;
    let [first, firstAt, k] = [products[0], at, 1];
    for (; k + 2 < products.length; k += 2) {
      addRows(sum, 0, first, firstAt, products[k], at, products[k + 1], at, 0, nothing, 0, nothing);
      [first, firstAt] = [sum, 0];
    }
    const [second, secondAt] = k < products.length ? [products[k], at] : [nothing, 0];
    const [third, thirdAt] = k + 1 < products.length ? [products[k + 1], at] : [nothing, 0];
    const into = (v - start) * p;
    const [ofTarget, alsoOfTarget] = shift ? [u[v - start], w[v - start]] : [0, 0];
    addRows(out, into, first, firstAt, second, secondAt, third, thirdAt, ofTarget, a, alsoOfTarget, b);
  }
}

/** One row of three arrays, each from a place of its own, less ua + wb: numbers and arrays alone, which V8 makes fast code of. */
function addRows(
  out: Real,
  outAt: number,
  first: Float64Array,
  firstAt: number,
  second: Float64Array,
  secondAt: number,
  third: Float64Array,
  thirdAt: number,
  u: number,
  a: Float64Array,
  w: number,
  b: Float64Array,
): void {
  for (let i = 0; i < a.length; i++)
    out[outAt + i] = first[firstAt + i] + second[secondAt + i] + third[thirdAt + i] - (u * a[i] + w * b[i]);
}

function addTo(sum: Float64Array, part: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += part[i];
}

/** The statistics of some of the regressors, in the order given: what accumulating those columns alone would give. */
export function selectRegressors(
  statistics: RegressionStatistics,
  regressors: ArrayLike<number>,
): RegressionStatistics {
  const { xSum, xx, yx } = statistics;
  return {
    ...statistics,
    xSum: Float64Array.from(regressors, (j) => xSum[j]),
    xx: selectColumns(selectRows(xx, regressors), regressors),
    yx: selectColumns(yx, regressors),
  };
}

/** The means of X over the TRs of the statistics. */
export function meansOf({ nTrs, xSum }: RegressorSums): Float64Array {
  return xSum.map((sum) => sum / nTrs);
}

/**
 * XᵀX about a centre a, from the sums about 0: Σ (x − a)(x − a)ᵀ = Σ xxᵀ − Σx aᵀ − a Σxᵀ + n a aᵀ. Its error is about
 * ε times the uncentred sums: callers compare what is left with that (`hasVariance`, `checkRounding`).
 */
export function centreRegressors(
  { nTrs, xSum, xx }: RegressorSums,
  centre: Float64Array,
): Matrix<Float64Array> {
  const p = xSum.length;
  const out = zeros(xx.shape);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) {
      const at = i * p + j;
      out.data[at] = xx.data[at] - xSum[i] * centre[j] - centre[i] * xSum[j] + nTrs * centre[i] * centre[j];
    }
  }
  return out;
}

/** Sums of some targets about centres. */
export interface CentredTargets {
  /** About the centres of X and y: YᵀX [nTargets × nRegressors], and Σ y². */
  yx: Matrix<Float64Array>;
  yy: Float64Array;
  /** Σ y² about 0. */
  squares: Float64Array;
  /** The centres of y. */
  yCentre: Float64Array;
}

/**
 * The same of some targets over parts whose regressors have the sums `x`: YᵀX and Σ y² about centres of X and y; without one for y, its
 * own means. `yx` may be given a place.
 */
export function centreTargets(
  parts: readonly TargetSums[],
  targets: TargetRange,
  { nTrs, xSum }: RegressorSums,
  centre: { x: Float64Array; y?: Float64Array },
  place?: Matrix<Float64Array>,
): CentredTargets {
  const { ySum, yy } = addTargetSquares(parts, targets);
  const yCentre = centre.y ?? ySum.map((sum) => sum / nTrs);
  const yx = place ?? zeros([targets.end - targets.start, xSum.length]);
  const u = ySum.map((sum, v) => sum - nTrs * yCentre[v]);
  addProducts(parts, targets, yx.data, { u, a: centre.x, w: yCentre, b: xSum });
  const centred = yy.map((square, v) => square + yCentre[v] * (nTrs * yCentre[v] - 2 * ySum[v]));
  return { yx, yy: centred, squares: yy, yCentre };
}
