import assert from "node:assert/strict";
import { test } from "node:test";
import { interSubjectCorrelation, zscoreRuns } from "../../src/fmri";
import { column, fromRows, type Matrix, matrix, random } from "../../src/tensor";

/** Float64 rounding of sums over a few values. */
const ROUNDING = 1e-12;

const near = (got: number, expected: number) =>
  assert.ok(Math.abs(got - expected) < ROUNDING, `${got} is not ${expected}`);

function noise(seed: number, nTrs: number, nVoxels: number): Matrix<Float64Array> {
  const { normal } = random(seed);
  return matrix(
    Float64Array.from({ length: nTrs * nVoxels }, () => normal()),
    [nTrs, nVoxels],
  );
}

test("zscoreRuns divides by the population SD, each run for itself", () => {
  const [a, b] = zscoreRuns([
    fromRows([
      [1, 5],
      [3, 9],
    ]),
    matrix(new Float32Array([10, 0, 20, 0, 60, 3]), [3, 2]),
  ]);
  assert.deepEqual([...a.data], [-1, -1, 1, 1]);
  // Mean 30, deviations −20, −10, 30: SD √(1400/3).
  near(b.data[0], -20 / Math.sqrt(1400 / 3));
  near(b.data[4], 30 / Math.sqrt(1400 / 3));
});

test("zscoreRuns leaves every column with mean 0 and SD 1, whatever its gain and offset", () => {
  const bold = noise(1, 50, 3);
  const scaled = matrix(
    bold.data.map((value, i) => value * [1, 1e6, 1e-6][i % 3] + [0, 1e6, 1e-3][i % 3]),
    bold.shape,
  );
  const [plain] = zscoreRuns([bold]);
  const [z] = zscoreRuns([scaled]);
  for (const j of [0, 1, 2]) {
    const values = column(z, j);
    near(values.reduce((sum, value) => sum + value, 0) / 50, 0);
    near(values.reduce((sum, value) => sum + value * value, 0) / 50, 1);
  }
  // The offset costs digits: 1e3 times the SD costs three of sixteen.
  z.data.forEach((value, i) => assert.ok(Math.abs(value - plain.data[i]) < 1e-10));
});

test("zscoreRuns gives NaN for a column that is constant or has a gap, and touches no other", () => {
  const [z] = zscoreRuns([
    fromRows([
      [0.1, NaN, 1],
      [0.1, 2, 3],
      [0.1, 4, 5],
    ]),
  ]);
  assert.deepEqual(column(z, 0), new Float64Array(3).fill(NaN));
  assert.deepEqual(column(z, 1), new Float64Array(3).fill(NaN));
  near(column(z, 2)[2], Math.sqrt(1.5));
});

test("zscoreRuns takes a constant for one though its mean is rounded", () => {
  // The sum of ten 0.1 is 0.9999999999999999.
  const [z] = zscoreRuns([matrix(new Float64Array(10).fill(0.1), [10, 1])]);
  assert.deepEqual(z.data, new Float64Array(10).fill(NaN));
});

test("interSubjectCorrelation correlates each subject with the mean of the others on a fold's test rows", () => {
  const series = [
    [1, 2, 3, 9],
    [1, 3, 2, 5],
    [3, 1, 2, -7],
  ].map((values) => fromRows(values.map((value) => [value])));
  const r = interSubjectCorrelation(series, [[0, 1, 2]]);
  // Subject 0 [1, 2, 3] against [2, 2, 2] (constant); 1: [1, 3, 2] against [2, 1.5, 2.5]; 2: [3, 1, 2] against [1, 2.5, 2.5].
  assert.ok(Number.isNaN(r.data[0]));
  near(r.data[1], -0.5);
  near(r.data[2], -1.5 / Math.sqrt(2 * 1.5));
});

test("interSubjectCorrelation is the plain mean over folds", () => {
  const series = [1, 2, 3, 4].map((seed) => noise(seed, 40, 2));
  const folds = [Array.from({ length: 20 }, (_, t) => t), Array.from({ length: 12 }, (_, t) => 25 + t)];
  const [first, second] = folds.map((rows) => interSubjectCorrelation(series, [rows]));
  const both = interSubjectCorrelation(series, folds);
  both.data.forEach((r, i) => near(r, (first.data[i] + second.data[i]) / 2));
});

test("interSubjectCorrelation of one signal under independent noise is the planted one", () => {
  const nSubjects = 20;
  const nTrs = 20_000;
  const signal = noise(99, nTrs, 1);
  const series = Array.from({ length: nSubjects }, (_, s) => {
    const own = noise(s + 1, nTrs, 1);
    return matrix(
      own.data.map((value, t) => signal.data[t] + value),
      [nTrs, 1],
    );
  });
  const r = interSubjectCorrelation(series, [Array.from({ length: nTrs }, (_, t) => t)]);
  // Signal and noise of variance 1: corr = 1 / √(2 (1 + 1/19)).
  const planted = 1 / Math.sqrt(2 * (1 + 1 / (nSubjects - 1)));
  // The standard error of a correlation from 20,000 TRs is about 0.004; five of them.
  for (const value of r.data) assert.ok(Math.abs(value - planted) < 0.02, `${value}`);
});

test("interSubjectCorrelation leaves a subject with a gap out of the others' mean", () => {
  const whole = [1, 2, 3].map((seed) => noise(seed, 30, 2));
  const gapped = noise(4, 30, 2);
  for (let t = 0; t < 30; t++) gapped.data[2 * t] = NaN;
  const rows = [Array.from({ length: 30 }, (_, t) => t)];
  const r = interSubjectCorrelation([...whole, gapped], rows);
  const without = interSubjectCorrelation(whole, rows);
  for (const s of [0, 1, 2]) near(r.data[2 * s], without.data[2 * s]);
  assert.ok(Number.isNaN(r.data[6]));
  assert.ok(Number.isFinite(r.data[7]));
});

test("interSubjectCorrelation needs two subjects of one shape and a fold", () => {
  const one = noise(1, 4, 2);
  assert.throws(() => interSubjectCorrelation([one], [[0, 1]]), {
    message:
      "interSubjectCorrelation: missing data: 1 subjects, 1 folds; expected at least 2 subjects and 1 fold. Without a second subject there is no inter-subject ceiling.",
  });
  assert.throws(() => interSubjectCorrelation([one, noise(1, 5, 2)], [[0, 1]]), {
    message:
      "interSubjectCorrelation: mismatched shape of subject 1: 5 × 2; expected 4 × 2 as in subject 0. All subjects need the same TRs and voxels.",
  });
});
