import type { TrRange } from "../alignment";
import { linearAlgebra, type Matrix, matrix, selectColumns, selectRows, zeros } from "../tensor";

/**
 * All that ridge regression needs to know of some TRs of X [nTrs × nRegressors] and Y [nTrs × nTargets]: sums over
 * the TRs, in float64. Sums over disjoint sets of TRs add up.
 */
export interface RegressionStatistics {
  nTrs: number;
  /** Σ x and Σ y, column by column. */
  xSum: Float64Array;
  ySum: Float64Array;
  /** XᵀX [nRegressors × nRegressors] and XᵀY [nRegressors × nTargets]. */
  xx: Matrix<Float64Array>;
  xy: Matrix<Float64Array>;
  /** Σ y², target by target. */
  yy: Float64Array;
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
    xy: multiply(x, y, { transposeA: true }),
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
  if (parts.length === 0) {
    throw new Error(
      "addStatistics: missing statistics: none given; expected at least one. Leave some TRs to train and test on.",
    );
  }
  const shape = parts[0].xy.shape;
  const sum: RegressionStatistics = {
    nTrs: 0,
    xSum: new Float64Array(shape[0]),
    ySum: new Float64Array(shape[1]),
    xx: zeros([shape[0], shape[0]]),
    xy: zeros(shape),
    yy: new Float64Array(shape[1]),
  };
  parts.forEach((part, i) => {
    if (part.xy.shape[0] !== shape[0] || part.xy.shape[1] !== shape[1]) {
      throw new Error(
        `addStatistics: mismatched statistics ${i}: ${part.xy.shape[0]} regressors, ${part.xy.shape[1]} targets; expected ${shape[0]} and ${shape[1]}. Use the same regressors and targets in every run.`,
      );
    }
    sum.nTrs += part.nTrs;
    addTo(sum.xSum, part.xSum);
    addTo(sum.ySum, part.ySum);
    addTo(sum.xx.data, part.xx.data);
    addTo(sum.xy.data, part.xy.data);
    addTo(sum.yy, part.yy);
  });
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
  const { xSum, xx, xy } = statistics;
  return {
    ...statistics,
    xSum: Float64Array.from(regressors, (j) => xSum[j]),
    xx: selectColumns(selectRows(xx, regressors), regressors),
    xy: selectRows(xy, regressors),
  };
}

/** Sums of products about two centres, which are subtracted from X and from Y. */
export interface CentredStatistics {
  nTrs: number;
  xx: Matrix<Float64Array>;
  xy: Matrix<Float64Array>;
  yy: Float64Array;
}

/**
 * Moves statistics to other centres, a for X and b for Y, without the data:
 *   Σ (x − a)(y − b)ᵀ = Σ x yᵀ − Σx bᵀ − a Σyᵀ + n a bᵀ, and likewise for xx and yy.
 * Its error is about ε times the uncentred sums: callers compare what is left with that (`hasVariance`).
 */
export function centreStatistics(
  statistics: RegressionStatistics,
  centre: { x: Float64Array; y: Float64Array },
): CentredStatistics {
  const { nTrs, xSum, ySum, xx, xy, yy } = statistics;
  return {
    nTrs,
    xx: centreProducts(nTrs, xx, xSum, centre.x, xSum, centre.x),
    xy: centreProducts(nTrs, xy, xSum, centre.x, ySum, centre.y),
    yy: yy.map((sum, j) => sum - 2 * ySum[j] * centre.y[j] + nTrs * centre.y[j] ** 2),
  };
}

function centreProducts(
  nTrs: number,
  products: Matrix<Float64Array>,
  leftSum: Float64Array,
  left: Float64Array,
  rightSum: Float64Array,
  right: Float64Array,
): Matrix<Float64Array> {
  const [nRows, nColumns] = products.shape;
  const out = zeros(products.shape);
  for (let i = 0; i < nRows; i++) {
    for (let j = 0; j < nColumns; j++) {
      const at = i * nColumns + j;
      out.data[at] =
        products.data[at] - leftSum[i] * right[j] - left[i] * rightSum[j] + nTrs * left[i] * right[j];
    }
  }
  return out;
}

/** The means of X and Y over the TRs of the statistics. */
export function meansOf({ nTrs, xSum, ySum }: RegressionStatistics): { x: Float64Array; y: Float64Array } {
  return { x: xSum.map((sum) => sum / nTrs), y: ySum.map((sum) => sum / nTrs) };
}
