import assert from "node:assert/strict";
import { test } from "node:test";
import {
  contiguousBlocks,
  crossValidatedRidge,
  joinFeatures,
  logSpacedAlphas,
  segmentBlocks,
} from "../../src/encoding";
import { groupGain } from "../../src/findings";
import { circularShifts, permutationP, residualShifts, rollRows, shiftNull } from "../../src/inference";
import { type Matrix, matrix, random, zeros } from "../../src/tensor";

const [N_TRS, N_GROUPS, N_SUBJECTS, N_REGRESSORS, N_FEATURES] = [240, 30, 6, 4, 12];

/** Independent series that remember their past, in columns; SD 1. */
function autoregressive(nColumns: number, phi: number, seed: number): Matrix<Float64Array> {
  const numbers = random(seed);
  const out = zeros([N_TRS, nColumns]);
  for (let i = 0; i < out.data.length; i++) {
    const before = i < nColumns ? numbers.normal() : out.data[i - nColumns];
    out.data[i] = phi * before + Math.sqrt(1 - phi * phi) * numbers.normal();
  }
  return out;
}

/** Each column: a random mixture of the baseline's columns, plus noise. */
function mixtures(
  baseline: Matrix,
  nColumns: number,
  signal: number,
  noise: Matrix,
  seed: number,
): Matrix<Float64Array> {
  const numbers = random(seed);
  const weights = Array.from({ length: N_REGRESSORS * nColumns }, () => (signal * numbers.normal()) / 2);
  const data = Float64Array.from(noise.data, (value, i) => {
    const [t, j] = [Math.floor(i / nColumns), i % nColumns];
    let sum = value;
    for (let b = 0; b < N_REGRESSORS; b++)
      sum += baseline.data[t * N_REGRESSORS + b] * weights[b * nColumns + j];
    return sum;
  });
  return matrix(data, [N_TRS, nColumns]);
}

/** BOLD of many groups that the baseline drives alone; features that are mixtures of the baseline with noise of their own. */
async function pValues(
  shifted: (
    features: Matrix<Float64Array>,
    baseline: Matrix<Float64Array>,
  ) => (shift: number) => Matrix<Float64Array>,
) {
  const baseline = autoregressive(N_REGRESSORS, 0.8, 1);
  const features = mixtures(baseline, N_FEATURES, 1, autoregressive(N_FEATURES, 0.8, 2), 3);
  const nTargets = N_GROUPS * N_SUBJECTS;
  const Y = mixtures(baseline, nTargets, 0.5, autoregressive(nTargets, 0.6, 4), 5);
  const segments = segmentBlocks(contiguousBlocks({ nTrs: N_TRS, nBlocks: 4 }), { gapTrs: 8 });
  const alphas = logSpacedAlphas({ from: -1, to: 5, nAlphas: 7 });
  const fit = async (X: Matrix) => {
    const { r } = await crossValidatedRidge({ X, solver: "primal", Y, segments, alphas });
    // Targets lie subject by subject: one row of means over folds a subject, a column a group.
    const means = Float64Array.from({ length: nTargets }, (_, v) => {
      const folds = Array.from({ length: r.shape[0] }, (_, fold) => r.data[fold * nTargets + v]);
      return folds.reduce((sum, value) => sum + value, 0) / folds.length;
    });
    return matrix(means, [N_SUBJECTS, N_GROUPS]);
  };
  const alone = await fit(baseline);
  const gain = async (X: Matrix<Float64Array>) => {
    const joint = joinFeatures({ X: baseline, solver: "primal" }, { X, solver: "primal" }) as { X: Matrix };
    return groupGain(await fit(joint.X), alone);
  };
  const at = shifted(features, baseline);
  const shifts = circularShifts({ nTrs: N_TRS, minShiftTrs: 10 }).filter((_, i) => i % 4 === 0);
  return permutationP(await gain(features), await shiftNull(shifts, (shift) => gain(at(shift))));
}

const nSignificant = (p: Float64Array) => p.filter((value) => value < 0.05).length;

test("features that add nothing to the baseline are called unique no more often than 5 % of the time", async () => {
  // 30 groups at 5 %: more than 5 would be seen in 0.3 % of such sets of independent groups.
  const n = nSignificant(await pValues(residualShifts));
  assert.ok(n <= 5, `${n} of ${N_GROUPS} groups have p < 0.05`);
});

test("shifting features whole, with what they share with the baseline, would call many of them unique", async () => {
  const n = nSignificant(await pValues((features) => (shift) => rollRows(features, shift)));
  assert.ok(n > 5, `${n} of ${N_GROUPS} groups have p < 0.05`);
});

test("residualShifts leaves the baseline's part in place and moves the rest", () => {
  const baseline = autoregressive(2, 0.5, 7);
  const features = autoregressive(3, 0.5, 8);
  const at = residualShifts(features, baseline);
  at(0).data.forEach((value, i) => assert.ok(Math.abs(value - features.data[i]) < 1e-12));
  // What the baseline explains whole cannot be moved.
  const explained = residualShifts(baseline, baseline)(17);
  explained.data.forEach((value, i) => assert.ok(Math.abs(value - baseline.data[i]) < 1e-10));
  assert.notDeepEqual(at(17).data, features.data);
  assert.throws(
    () => residualShifts(features, zeros([5, 2])),
    /residualShifts: mismatched rows: features 240, baseline 5/,
  );
});
