import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import {
  type Cleaning,
  cleanBlocks,
  explainableVariance,
  matrixRun,
  readRun,
  type StreamedRun,
  selectVoxels,
  trimRun,
} from "../../src/fmri";
import { fromRows, type Matrix, matrix, random, zeros } from "../../src/tensor";
import { fixturePath } from "./image-fixtures";

const fixture = JSON.parse(fs.readFileSync(fixturePath("cleaning.json"), "utf8"));
const PLAIN: Cleaning = { drift: "none", confounds: "none", scale: "zscore" };

function runOf(bold: Matrix, name = "run-1"): StreamedRun {
  const columnNames = Array.from({ length: bold.shape[1] }, (_, j) => `${j}`);
  return matrixRun(bold, { name, trSec: fixture.trSec, startSec: 10, columnNames });
}

/** What comes of a run, as blocks put together [nTrs × nVoxels], after `readRun` was seen to give the same. */
async function clean(run: StreamedRun, cleaning: Cleaning): Promise<Matrix> {
  const { bold } = await readRun(run, cleaning);
  const nTrs = bold.shape[0];
  for await (const { first, series } of cleanBlocks(run, cleaning)) {
    for (let i = 0; i < series.shape[0]; i++) {
      for (let t = 0; t < nTrs; t++) {
        assert.equal(series.data[i * nTrs + t], bold.data[t * bold.shape[1] + first + i]);
      }
    }
  }
  return bold;
}

function assertClose(m: Matrix, rows: number[][], tolerance: number): void {
  assert.deepEqual(m.shape, [rows.length, rows[0].length]);
  const expected = rows.flat();
  const most = expected.reduce((largest, value, i) => Math.max(largest, Math.abs(value - m.data[i])), 0);
  assert.ok(most <= tolerance, `differs by ${most}`);
}

// Results are float32: half a spacing is 6e-8 of the value, and none is above 4 (100 without scale).
const ROUNDING = 4 * 2 ** -23;

test("cleaning agrees with numpy's least squares: z-score, line, cosines, confounds with a copy, trimmed TRs", async () => {
  const run = runOf(fromRows(fixture.bold));
  const confounds = fromRows(fixture.confounds);
  const drift = { cutoffSec: fixture.cutoffSec };
  assertClose(await clean(run, PLAIN), fixture.zscored, ROUNDING);
  assertClose(await clean(run, { ...PLAIN, drift: "linear", scale: "none" }), fixture.linear, 25 * ROUNDING);
  assertClose(await clean(run, { ...PLAIN, drift }), fixture.cosine, ROUNDING);
  const trimmed = trimRun(run, { start: 4, end: 3 });
  assertClose(await clean(trimmed, { drift, confounds, scale: "zscore" }), fixture.trimmed, ROUNDING);
  const { nRegressors, nRedundant, startSec } = await readRun(trimmed, { drift, confounds, scale: "zscore" });
  assert.deepEqual({ nRegressors, nRedundant, startSec }, { nRegressors: 7, nRedundant: 1, startSec: 18 });
});

test("constant, missing and explained voxels are NaN, counted by kind, and leave the others alone", async () => {
  const bold = fromRows(fixture.bold);
  const [nTrs, nVoxels] = bold.shape;
  const put = (j: number, course: (t: number) => number) => {
    for (let t = 0; t < nTrs; t++) bold.data[t * nVoxels + j] = course(t);
  };
  put(1, () => 812.7);
  put(2, (t) => (t === 50 ? Number.NaN : t));
  put(3, (t) => 3 * t + 500);
  put(4, (t) => (t === 0 ? Infinity : t));
  for (const [drift, constant] of [
    ["none", [1]],
    ["linear", [1, 3]],
  ] as const) {
    const { bold: cleaned, gaps, nMasked } = await readRun(runOf(bold), { ...PLAIN, drift });
    assert.deepEqual(Array.from(gaps.constant), constant);
    assert.deepEqual(Array.from(gaps.missing), [2, 4]);
    assert.equal(nMasked, 0);
    const untouched = await readRun(runOf(fromRows(fixture.bold)), { ...PLAIN, drift });
    for (const j of [0, 5, 6]) {
      for (let t = 0; t < nTrs; t++) {
        assert.ok(Math.abs(cleaned.data[t * nVoxels + j] - untouched.bold.data[t * nVoxels + j]) <= 1e-6);
      }
    }
    assert.ok(Number.isNaN(cleaned.data[1]) && Number.isNaN(cleaned.data[2]));
  }
});

test("selected voxels are those of the whole run, gaps are numbered in the space, the rest is counted as masked", async () => {
  const bold = fromRows(fixture.bold);
  for (let t = 0; t < bold.shape[0]; t++) bold.data[t * 7 + 5] = 3;
  const whole = await readRun(runOf(bold), PLAIN);
  const part = await readRun(selectVoxels(runOf(bold), [5, 2, 0, 2]), PLAIN);
  assert.deepEqual(Array.from(part.voxels), [0, 2, 5]);
  assert.deepEqual([part.nMasked, Array.from(part.gaps.constant)], [4, [5]]);
  part.voxels.forEach((voxel, i) => {
    for (let t = 0; t < bold.shape[0]; t++) {
      assert.ok(Object.is(part.bold.data[3 * t + i], whole.bold.data[7 * t + voxel]));
    }
  });
  assert.throws(() => selectVoxels(runOf(bold, "movie 1"), [7]), {
    message:
      "selectVoxels: invalid voxel 7 for run movie 1; expected numbers from 0 to 6. Make the selection in the run's own space.",
  });
});

test("cleaning says which run, column and TR it cannot use", async () => {
  const run = runOf(fromRows(fixture.bold), "movie 1");
  const confounds = fromRows(fixture.confounds);
  confounds.data[0] = Number.NaN;
  const cleaning = { ...PLAIN, confounds };
  await assert.rejects(readRun(run, cleaning), {
    message:
      "cleanRun: missing value of run movie 1 in confound column 0, TR 0: NaN; expected a number. Trim that TR, fill the value, or leave the confound out.",
  });
  assert.equal((await readRun(trimRun(run, { start: 1, end: 0 }), cleaning)).bold.shape[0], 89);
  await assert.rejects(readRun(run, { ...PLAIN, confounds: zeros([80, 2]) }), {
    message:
      "cleanRun: mismatched confounds of run movie 1: 80 rows; expected 90, one for each TR of the file before trimming. Check that they belong to this run.",
  });
  await assert.rejects(readRun(run, { ...PLAIN, drift: { cutoffSec: 4 } }), {
    message:
      "cleanRun: invalid number of regressors for run movie 1: 89 beside the mean in 90 TRs; expected fewer, or nothing is left of the BOLD. Choose fewer confounds or a longer cutoff.",
  });
  await assert.rejects(readRun({ ...run, trSec: null }, { ...PLAIN, drift: { cutoffSec: 60 } }), {
    message:
      "cleanRun: missing TR of run movie 1: its file does not say; expected seconds, since a cutoff of 60 s is asked for. Pass trSec when you open the run.",
  });
  await assert.rejects(readRun(run, PLAIN, { budgetBytes: 2000 }), {
    message:
      "readRun: invalid size of run movie 1: 90 TRs × 7 voxels are 2520 bytes; expected at most the budget of 2000. Stream it with cleanBlocks, select voxels, or raise budgetBytes.",
  });
  assert.throws(() => trimRun(run, { start: 50, end: 40 }), {
    message:
      "trimRun: missing TRs of run movie 1: none of 90 is left after 50 and 40; expected at least one. Drop fewer.",
  });
  assert.throws(() => matrixRun(zeros([0, 3]), { name: "x", trSec: 1, startSec: 0, columnNames: [] }), {
    message:
      "matrixRun: invalid shape of run x: 0 TRs × 3 voxels; expected at least one of each. Check where the run comes from.",
  });
});

test("explainableVariance agrees with the published formula, and counts what has none", () => {
  const repeats = (fixture.repeats as number[][][]).map(fromRows);
  const plain = explainableVariance(repeats, { correction: "none" });
  const corrected = explainableVariance(repeats, { correction: "small-sample" });
  plain.values.forEach((value, j) => assert.ok(Math.abs(value - fixture.ev[j]) < 1e-12));
  corrected.values.forEach((value, j) => assert.ok(Math.abs(value - fixture.evCorrected[j]) < 1e-12));
  const gaps = repeats.map((m, i) => {
    const data = Float64Array.from(m.data);
    if (i === 2) data[0] = Number.NaN;
    for (let t = 0; t < m.shape[0]; t++) data[t * m.shape[1] + 1] = 4;
    return matrix(data, m.shape);
  });
  const found = explainableVariance(gaps, { correction: "none" });
  assert.deepEqual([found.nMissing, found.nConstant], [1, 1]);
  assert.deepEqual(Array.from(found.values, Number.isNaN), [true, true, false]);
});

test("explainableVariance of simulated repeats is the planted share, within its interval", () => {
  const draws = random(11);
  const [nTrs, nVoxels, nRepeats] = [83, 400, 8];
  for (const planted of [0, 0.1, 0.4]) {
    const signal = Float64Array.from({ length: nTrs * nVoxels }, () => Math.sqrt(planted) * draws.normal());
    const repeats = Array.from({ length: nRepeats }, () =>
      matrix(
        signal.map((value) => value + Math.sqrt(1 - planted) * draws.normal()),
        [nTrs, nVoxels],
      ),
    );
    const { values } = explainableVariance(repeats, { correction: "small-sample" });
    const mean = values.reduce((sum, value) => sum + value / nVoxels, 0);
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / (nVoxels - 1), 0));
    // Four standard errors: the seed is fixed, one in 16,000 would fail by chance. The ratio of two variances has a bias of
    // order 1/nTrs on top, because a finite signal's variance is not the planted one.
    assert.ok(
      Math.abs(mean - planted) < (4 * sd) / Math.sqrt(nVoxels) + planted / nTrs,
      `${mean} for ${planted}`,
    );
    const raw = explainableVariance(repeats, { correction: "none" }).values;
    const rawMean = raw.reduce((sum, value) => sum + value / nVoxels, 0);
    assert.ok(rawMean > planted + (0.8 * (1 - planted)) / nRepeats);
  }
});

test("explainableVariance wants two repeats of one shape", () => {
  assert.throws(() => explainableVariance([zeros([5, 2])], { correction: "none" }), {
    message:
      "explainableVariance: missing repeats: 1 of 5 TRs; expected at least 2 of at least 2 TRs. Where a stimulus was shown once, use interSubjectCorrelation.",
  });
  assert.throws(() => explainableVariance([zeros([5, 2]), zeros([4, 2])], { correction: "none" }), {
    message:
      "explainableVariance: mismatched shape of repeat 1: 4 × 2; expected 5 × 2 as in repeat 0. Cut the repeats to the same TRs and voxels.",
  });
});
