import assert from "node:assert/strict";
import { test } from "node:test";
import { accumulateStatistics, addStatistics, fitPrimal, selectRegressors } from "../../src/encoding";
import { fromRows, type Matrix, matrix, random, selectColumns } from "../../src/tensor";

const X = randomMatrix(1, [30, 4]);
const Y = randomMatrix(2, [30, 3]);
const all = { start: 0, end: 30 };
const alphas = Float64Array.of(0.1, 1, 10);

test("statistics are the sums that they are called", () => {
  const statistics = accumulateStatistics(
    fromRows([
      [1, 2],
      [3, 4],
    ]),
    fromRows([[5], [6]]),
    { start: 0, end: 2 },
  );
  assert.deepEqual(statistics, {
    nTrs: 2,
    xSum: Float64Array.of(4, 6),
    ySum: Float64Array.of(11),
    xx: fromRows([
      [10, 14],
      [14, 20],
    ]),
    xy: fromRows([[23], [34]]),
    yy: Float64Array.of(61),
  });
});

test("statistics of parts add up to those of the whole", () => {
  const parts = [
    { start: 0, end: 7 },
    { start: 7, end: 8 },
    { start: 8, end: 30 },
  ].map((range) => accumulateStatistics(X, Y, range));
  assertClose(addStatistics(parts), accumulateStatistics(X, Y, all));
});

test("a subset of the statistics is the statistics of the subset", () => {
  const subset = selectRegressors(accumulateStatistics(X, Y, all), [3, 1]);
  assertClose(subset, accumulateStatistics(selectColumns(X, [3, 1]), Y, all));
});

test("float32 data give the statistics of the same numbers in float64", () => {
  const narrow = matrix(Float32Array.from(X.data), X.shape);
  const wide = matrix(Float64Array.from(narrow.data), X.shape);
  assert.deepEqual(accumulateStatistics(narrow, Y, all), accumulateStatistics(wide, Y, all));
});

test("a NaN stays with its target", () => {
  const holed = matrix(Y.data.slice(), Y.shape);
  holed.data[4 * 3 + 1] = Number.NaN;
  const statistics = accumulateStatistics(X, holed, all);
  statistics.xy.data.forEach((value, i) => {
    assert.equal(Number.isNaN(value), i % 3 === 1);
  });
  const { r } = fitPrimal(statistics, alphas).scores(statistics, Int32Array.of(0, 0, 0));
  assert.deepEqual(Array.from(r, Number.isNaN), [false, true, false]);
});

test("statistics refuse data that do not belong together", () => {
  assert.throws(() => accumulateStatistics(X, randomMatrix(3, [29, 1]), all), {
    message:
      "accumulateStatistics: mismatched rows: X 30, Y 29; expected as many. Bring stimulus and BOLD to the same TRs.",
  });
  const other = accumulateStatistics(X, randomMatrix(3, [30, 2]), all);
  assert.throws(() => addStatistics([accumulateStatistics(X, Y, all), other]), {
    message:
      "addStatistics: mismatched statistics 1: 4 regressors, 2 targets; expected 4 and 3. Use the same regressors and targets in every run.",
  });
  assert.throws(() => addStatistics([]), /addStatistics: missing statistics/);
});

test("fitPrimal bears a moderate mean of X and y, and reports one that drowns them instead of returning noise", () => {
  const expected = fitPrimal(accumulateStatistics(X, Y, all), alphas).weights(Int32Array.of(0, 1, 2));
  const moved = (m: Matrix<Float64Array>, offset: number) =>
    matrix(
      m.data.map((value) => value + offset),
      m.shape,
    );
  const bearable = accumulateStatistics(moved(X, 100), moved(Y, 100), all);
  fitPrimal(bearable, alphas)
    .weights(Int32Array.of(0, 1, 2))
    .coefficients.data.forEach((value, i) => {
      assert.ok(Math.abs(value - expected.coefficients.data[i]) < 1e-5);
    });
  assert.throws(
    () => fitPrimal(accumulateStatistics(moved(X, 1e7), Y, all), alphas),
    /^Error: fitPrimal: invalid scale of features: rounding of their sum of squares 1\.2e\+16 is 2\.7e\+0 beside a smallest penalised eigenvalue of \d\.\de[+-]\d; expected at most 1e-5 of it\. Centre and z-score the features, or drop the smallest alphas\.$/,
  );
  const { r } = fitPrimal(accumulateStatistics(X, moved(Y, 1e9), all), alphas).scores(
    accumulateStatistics(X, moved(Y, 1e9), all),
    Int32Array.of(0, 0, 0),
  );
  assert.ok(r.every(Number.isNaN));
});

test("fitPrimal reports regressors so unlike in scale that the smallest alpha means nothing", () => {
  const illConditioned = matrix(X.data.slice(), X.shape);
  // Two columns that differ by 1e-9 of their size: the small eigenvalue is lost in XᵀX.
  for (let t = 0; t < 30; t++) {
    illConditioned.data[t * 4] *= 1e8;
    illConditioned.data[t * 4 + 1] = illConditioned.data[t * 4] * (1 + 1e-9 * X.data[t * 4 + 1]);
  }
  assert.throws(
    () => fitPrimal(accumulateStatistics(illConditioned, Y, all), alphas),
    /invalid scale of features/,
  );
});

test("fitPrimal refuses alphas that are not positive and ascending, and no regressors", () => {
  const statistics = accumulateStatistics(X, Y, all);
  assert.throws(() => fitPrimal(statistics, Float64Array.of(0, 1)), {
    message:
      "fitPrimal: invalid alphas: 0 at position 0; expected positive numbers in ascending order. Make them with logSpacedAlphas.",
  });
  assert.throws(() => fitPrimal(statistics, Float64Array.of(2, 1)), /invalid alphas: 1 at position 1/);
  assert.throws(() => fitPrimal(selectRegressors(statistics, []), alphas), /missing regressors/);
});

type Statistics = ReturnType<typeof accumulateStatistics>;

function assertClose(got: Statistics, expected: Statistics): void {
  const numbers = ({ nTrs, xSum, ySum, xx, xy, yy }: Statistics) => [
    nTrs,
    ...xSum,
    ...ySum,
    ...xx.data,
    ...xy.data,
    ...yy,
  ];
  const expectedNumbers = numbers(expected);
  assert.deepEqual(got.xy.shape, expected.xy.shape);
  // The same sums of 30 numbers of order 1, in another order.
  numbers(got).forEach((value, i) => {
    assert.ok(Math.abs(value - expectedNumbers[i]) < 1e-12);
  });
}

function randomMatrix(seed: number, shape: [number, number]): Matrix<Float64Array> {
  const draw = random(seed);
  return matrix(
    Float64Array.from({ length: shape[0] * shape[1] }, () => draw.normal()),
    shape,
  );
}
