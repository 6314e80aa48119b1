import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type FeatureScores,
  groupCorrelation,
  predictionTable,
  subjectScores,
  uniqueContributionTable,
} from "../../src/findings";
import { fromRows, matrix } from "../../src/tensor";

const OPTIONS = { nBootstraps: 500, nSignFlips: 999, seed: 5 };

function scores(r: number[][]): FeatureScores {
  return {
    r: fromRows(r),
    r2: fromRows(r.map((values) => values.map((value) => value ** 2))),
    rGroupMean: [0.5, 0.1],
    shiftNull: fromRows([
      [0.01, 0.3],
      [-0.02, -0.1],
      [0.05, 0.4],
    ]),
    rRandom: fromRows([
      [0.1, 0.0],
      [0.2, 0.04],
    ]),
    gainNull: fromRows([
      [0.01, 0.06],
      [0.02, -0.1],
      [0.06, 0.1],
    ]),
    joint: { r: fromRows(r.map((values) => values.map((value) => value + 0.05))), r2: fromRows(r) },
  };
}

const evidence = {
  roiNames: ["LATL", "LIFG"],
  features: {
    atoms: scores([
      [0.2, 0.1],
      [0.3, -0.1],
      [0.25, 0.02],
    ]),
    neurons: scores([
      [0.1, 0.1],
      [0.1, 0.1],
      [0.1, 0.1],
    ]),
  },
  baseline: {
    r: fromRows([
      [0.2, 0.1],
      [0.3, -0.1],
      [0.25, 0.02],
    ]),
    r2: fromRows([
      [0, 0],
      [0, 0],
      [0, 0],
    ]),
  },
  ceiling: fromRows([
    [0.4, 0.1],
    [0.4, 0.1],
    [0.4, 0.1],
  ]),
};

test("predictionTable has a row for each set of features and region, in order", () => {
  const table = predictionTable(evidence, OPTIONS);
  const names = table.map((line) => `${line.features} ${line.roi}`);
  assert.deepEqual(names, ["atoms LATL", "atoms LIFG", "neurons LATL", "neurons LIFG"]);
});

test("predictionTable averages subjects through Fisher's z and brackets the mean", () => {
  const [atoms] = predictionTable(evidence, OPTIONS);
  const expected = Math.tanh((Math.atanh(0.2) + Math.atanh(0.3) + Math.atanh(0.25)) / 3);
  assert.ok(Math.abs(atoms.r - expected) < 1e-15);
  assert.ok(atoms.r_low < atoms.r && atoms.r < atoms.r_high);
  assert.ok(
    atoms.r_low >= 0.2 - 1e-12 && atoms.r_high <= 0.3 + 1e-12,
    "a mean of resamples stays among the values",
  );
  assert.ok(Math.abs(atoms.ceiling - 0.4) < 1e-15);
  assert.equal(atoms.n_subjects, 3);
});

test("predictionTable counts shifts that reach the observed r, and corrects over regions within a set of features", () => {
  const [latl, lifg] = predictionTable(evidence, OPTIONS);
  assert.equal(latl.p_shift, 1 / 4); // 0 of 3 shifts reach 0.25
  assert.equal(lifg.p_shift, 3 / 4); // 2 of 3 reach 0.007
  assert.equal(latl.q_shift, 2 / 4);
  assert.equal(lifg.q_shift, 3 / 4);
});

test("predictionTable reports what features add to the baseline as a mean over subjects of differences", () => {
  const [latl] = predictionTable(evidence, OPTIONS);
  assert.ok(Math.abs(latl.delta_r - 0.05) < 1e-15);
  assert.ok(Math.abs(latl.delta_r2 - 0.25) < 1e-15);
  assert.ok(Math.abs(latl.r_random - 0.15) < 1e-15);
});

test("a region that is missing in one subject is averaged over the others and counted", () => {
  const gap = {
    ...evidence,
    features: {
      atoms: scores([
        [Number.NaN, 0.1],
        [0.3, -0.1],
        [0.3, 0.02],
      ]),
    },
  };
  const [latl] = predictionTable(gap, OPTIONS);
  assert.equal(latl.n_subjects, 2);
  assert.ok(Math.abs(latl.r - 0.3) < 1e-12);
  assert.ok(Math.abs(latl.delta_r - 0.075) < 1e-12, "the difference is taken where both are there");
});

test("a region that every subject lacks is NaN throughout and stops nothing", () => {
  const nothing = {
    ...evidence,
    features: {
      atoms: scores([
        [Number.NaN, 0.1],
        [Number.NaN, -0.1],
        [Number.NaN, 0.02],
      ]),
    },
  };
  const [latl, lifg] = predictionTable(nothing, OPTIONS);
  for (const value of [latl.r, latl.p_shift, latl.q_shift, latl.p_sign_flip]) assert.ok(Number.isNaN(value));
  assert.equal(latl.n_subjects, 0);
  assert.equal(lifg.q_shift, lifg.p_shift, "one test is left to correct for");
});

test("predictionTable is the same for the same seed", () => {
  assert.deepEqual(predictionTable(evidence, OPTIONS), predictionTable(evidence, OPTIONS));
});

test("uniqueContributionTable brackets the gain over the baseline and asks how often shifts gain as much", () => {
  const [latl, lifg] = uniqueContributionTable(evidence, OPTIONS);
  const [row] = predictionTable(evidence, OPTIONS);
  assert.equal(latl.delta_r, row.delta_r);
  assert.equal(latl.delta_r2, row.delta_r2);
  assert.equal(latl.r_baseline, row.r_baseline);
  // Every subject gains 0.05 here: so does every resample.
  for (const bound of [latl.delta_r_low, latl.delta_r_high]) assert.ok(Math.abs(bound - 0.05) < 1e-12);
  assert.equal(latl.p_shift, 2 / 4); // one of 3 shifts gains 0.06
  assert.equal(lifg.p_shift, 3 / 4); // two do
  assert.equal(lifg.q_shift, 3 / 4);
});

test("groupCorrelation and subjectScores keep regions and subjects apart", () => {
  assert.deepEqual(
    [...groupCorrelation(matrix(Float64Array.of(0.5, -0.5), [1, 2]))].map((x) => +x.toFixed(12)),
    [0.5, -0.5],
  );
  const points = subjectScores({ atoms: evidence.features.atoms }, evidence.roiNames, ["s18", "s22", "s23"]);
  assert.equal(points.length, 6);
  assert.deepEqual(points[3], { features: "atoms", roi: "LIFG", subject: "s22", r: -0.1, r2: (-0.1) ** 2 });
});
