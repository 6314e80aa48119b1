import assert from "node:assert/strict";
import { test } from "node:test";
import {
  accumulateStatistics,
  addStatistics,
  type EncodingStatistics,
  nestedRidge,
  ridgeWeights,
  selectRegressors,
} from "../../src/encoding";
import { fromRows, type Matrix, matrix, random, selectColumns } from "../../src/tensor";

const X = randomMatrix(1, [30, 4]);
const Y = randomMatrix(2, [30, 3]);
const all = { start: 0, end: 30 };
const alphas = Float64Array.of(0.1, 1, 10);
const choices = { intercept: "fitted", rule: "best" } as const;

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
    yx: fromRows([[23, 34]]),
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

test("a NaN stays with its target", async () => {
  const holed = matrix(Y.data.slice(), Y.shape);
  holed.data[4 * 3 + 1] = Number.NaN;
  accumulateStatistics(X, holed, all).yx.data.forEach((value, i) => {
    assert.equal(Number.isNaN(value), Math.floor(i / 4) === 1);
  });
  const { r, nMissingTargets } = await nestedRidge(inThree(X, holed), { alphas, ...choices });
  assert.deepEqual(Array.from(r.data.subarray(0, 3), Number.isNaN), [false, true, false]);
  assert.equal(nMissingTargets, 1);
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

test("fits bear a moderate mean of X and y, and report one that drowns them instead of returning noise", async () => {
  const expected = await ridgeWeights(inThree(X, Y), { alphas, ...choices });
  const moved = (m: Matrix<Float64Array>, offset: number) =>
    matrix(
      m.data.map((value) => value + offset),
      m.shape,
    );
  const bearable = await ridgeWeights(inThree(moved(X, 100), moved(Y, 100)), { alphas, ...choices });
  bearable.coefficients.data.forEach((value: number, i: number) => {
    assert.ok(Math.abs(value - expected.coefficients.data[i]) < 1e-5);
  });
  await assert.rejects(
    ridgeWeights(inThree(moved(X, 1e7), Y), { alphas, ...choices }),
    /^Error: factoriseRidge: invalid scale of features: rounding of their sum of squares \d\.\de\+1\d is \d\.\de[+-]\d beside a smallest penalised eigenvalue of \d\.\de[+-]\d; expected at most 1e-5 of it\. Centre and z-score the features, or drop the smallest alphas\.$/,
  );
  const { r, nConstantTargets } = await nestedRidge(inThree(X, moved(Y, 1e9)), { alphas, ...choices });
  assert.ok(r.data.every(Number.isNaN));
  assert.equal(nConstantTargets, 3);
});

test("fits report regressors so unlike in scale that the smallest alpha means nothing", async () => {
  const illConditioned = matrix(X.data.slice(), X.shape);
  // Two columns that differ by 1e-9 of their size: the small eigenvalue is lost in XᵀX.
  for (let t = 0; t < 30; t++) {
    illConditioned.data[t * 4] *= 1e8;
    illConditioned.data[t * 4 + 1] = illConditioned.data[t * 4] * (1 + 1e-9 * X.data[t * 4 + 1]);
  }
  await assert.rejects(
    ridgeWeights(inThree(illConditioned, Y), { alphas, ...choices }),
    /invalid scale of features/,
  );
});

test("statistics of float32 products ask for better conditioned features than float64", async () => {
  const unlike = matrix(
    X.data.map((value, at) => value * (at % 4 === 0 ? 1000 : 1)),
    X.shape,
  );
  const statistics = inThree(unlike, Y);
  await ridgeWeights(statistics, { alphas, ...choices });
  await assert.rejects(
    ridgeWeights({ ...statistics, precision: "float32" }, { alphas, ...choices }),
    /^Error: factoriseRidge: invalid scale of features for float32: a smallest penalised eigenvalue of \S+ beside a mean of \S+; expected at least 3\.6e-5 of it\. Accumulate the statistics in float64, or drop the smallest alphas\.$/,
  );
});

test("fits refuse alphas that are not positive and ascending, no regressors, and one run only", async () => {
  const statistics = inThree(X, Y);
  await assert.rejects(ridgeWeights(statistics, { ...choices, alphas: Float64Array.of(0, 1) }), {
    message:
      "ridgeWeights: invalid alphas: 0 at position 0; expected positive numbers in ascending order. Make them with logSpacedAlphas.",
  });
  await assert.rejects(
    nestedRidge(statistics, { ...choices, alphas: Float64Array.of(2, 1) }),
    /nestedRidge: invalid alphas: 1 at position 1/,
  );
  const none = { ...statistics, parts: statistics.parts.map((part) => selectRegressors(part, [])) };
  await assert.rejects(ridgeWeights(none, { ...choices, alphas }), {
    message:
      "factoriseRidge: missing regressors: 0 columns; expected at least one. Check which features were dropped.",
  });
  const one = { ...statistics, parts: [statistics.parts[0]], segments: [statistics.segments[0]] };
  await assert.rejects(ridgeWeights(one, { ...choices, alphas }), {
    message:
      "ridgeWeights: invalid segments: they come from one block; expected at least 2, one to train, one to choose alpha. Add a run, or cut the run into blocks (contiguousBlocks).",
  });
  await assert.rejects(
    nestedRidge(one, { ...choices, alphas }),
    /they come from 1 blocks; expected at least 3/,
  );
});

/** Statistics of 30 TRs in three blocks. */
function inThree(x: Matrix, y: Matrix): EncodingStatistics {
  const segments = [0, 1, 2].map((block) => ({
    start: 10 * block,
    end: 10 * block + 10,
    block,
    beside: null,
  }));
  const parts = segments.map((segment) => accumulateStatistics(x, y, segment));
  return { segments, parts, precision: "float64", key: "test" };
}

type Statistics = ReturnType<typeof accumulateStatistics>;

function assertClose(got: Statistics, expected: Statistics): void {
  const numbers = ({ nTrs, xSum, ySum, xx, yx, yy }: Statistics) => [
    nTrs,
    ...xSum,
    ...ySum,
    ...xx.data,
    ...yx.data,
    ...yy,
  ];
  const expectedNumbers = numbers(expected);
  assert.deepEqual(got.yx.shape, expected.yx.shape);
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
