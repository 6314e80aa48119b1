import type { TrRange } from "../alignment";
import { linearAlgebra, type Matrix, matrix, selectColumns, selectRows, zeros } from "../tensor";

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
  return { ...addRegressorSums(parts), ...addTargetSums(parts, { start: 0, end: parts[0].yy.length }) };
}

function checkParts(parts: readonly (RegressorSums & Partial<TargetSums>)[]): void {
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

/** The part of `addStatistics` that concerns Y, for a range of the targets. */
export function addTargetSums(parts: readonly RegressionStatistics[], targets: TargetRange): TargetSums {
  checkParts(parts);
  const p = parts[0].yx.shape[1];
  const { start, end } = targets;
  const sum: TargetSums = {
    ySum: parts[0].ySum.slice(start, end),
    yx: matrix(parts[0].yx.data.slice(start * p, end * p), [end - start, p]),
    yy: parts[0].yy.slice(start, end),
  };
  for (const { ySum, yx, yy } of parts.slice(1)) {
    addTo(sum.ySum, ySum.subarray(start, end));
    addTo(sum.yx.data, yx.data.subarray(start * p, end * p));
    addTo(sum.yy, yy.subarray(start, end));
  }
  return sum;
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

/**
 * YᵀX and Σ y² about the centres a of X and b of Y, in the same way; written over the sums that it is given, which
 * are [nTargets × nRegressors].
 */
export function centreTargets(
  sums: TargetSums,
  { nTrs, xSum }: RegressorSums,
  centre: { x: Float64Array; y: Float64Array },
): void {
  const { ySum, yx, yy } = sums;
  const p = xSum.length;
  for (let v = 0; v < yy.length; v++) {
    const offset = ySum[v] - nTrs * centre.y[v];
    for (let i = 0; i < p; i++) yx.data[v * p + i] -= offset * centre.x[i] + centre.y[v] * xSum[i];
    yy[v] += centre.y[v] * (nTrs * centre.y[v] - 2 * ySum[v]);
  }
}
