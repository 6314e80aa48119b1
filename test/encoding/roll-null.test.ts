import assert from "node:assert/strict";
import { test } from "node:test";
import {
  accumulateRuns,
  boldMatrix,
  type EncodingStatistics,
  logSpacedAlphas,
  nestedRidge,
  rollNull,
  rollP,
  runBlocks,
  segmentBlocks,
  selectBlocks,
} from "../../src/encoding";
import { permutationP, rollRows } from "../../src/inference";
import { type Matrix, matrix, random } from "../../src/tensor";

const RUNS = [70, 64, 66, 71];
const ridge = {
  alphas: logSpacedAlphas({ from: 0, to: 4, nAlphas: 5 }),
  intercept: "fitted",
  rule: "best",
} as const;

/** Slow courses (AR 0.7) in four runs; the first `nDriven` targets follow the first two features. */
function experiment(seed: number, { nTargets, nDriven }: { nTargets: number; nDriven: number }) {
  const numbers = random(seed);
  const slow = (nTrs: number, nColumns: number): Matrix<Float64Array> => {
    const m = matrix(new Float64Array(nTrs * nColumns), [nTrs, nColumns]);
    for (let at = 0; at < m.data.length; at++) {
      m.data[at] = (at >= nColumns ? 0.7 * m.data[at - nColumns] : 0) + numbers.normal();
    }
    return m;
  };
  const features = RUNS.map((nTrs) => slow(nTrs, 5));
  const bold = RUNS.map((nTrs, run) => {
    const Y = slow(nTrs, nTargets);
    for (let t = 0; t < nTrs; t++) {
      for (let v = 0; v < nDriven; v++) {
        Y.data[t * nTargets + v] += features[run].data[5 * t] - features[run].data[5 * t + 1];
      }
    }
    return Y;
  });
  let start = 0;
  const ranges = RUNS.map((nTrs) => {
    start += nTrs;
    return { start: start - nTrs, end: start };
  });
  return { features, bold, segments: segmentBlocks(runBlocks(ranges), { gapTrs: 0 }) };
}

const sources = (bold: readonly Matrix[]) => bold.map((Y, run) => boldMatrix(`run ${run + 1}`, Y));

async function meanR(statistics: EncodingStatistics): Promise<Float64Array> {
  const { r } = await nestedRidge(statistics, ridge);
  const [nFolds, nTargets] = r.shape;
  const out = new Float64Array(nTargets);
  r.data.forEach((value, at) => (out[at % nTargets] += value / nFolds));
  return out;
}

test("a draw is the whole fit on features that were rolled within each run", async () => {
  const { features, bold, segments } = experiment(1, { nTargets: 6, nDriven: 3 });
  const data = { features, bold: sources(bold), segments };
  const { values } = await rollNull(data, { nDraws: 2, seed: 5, minShiftTrs: 10 }, meanR);
  const numbers = random(5);
  for (let draw = 0; draw < 2; draw++) {
    const rolled = features.map((X, run) => rollRows(X, 10 + numbers.integer(RUNS[run] - 19)));
    const expected = await meanR(await accumulateRuns({ ...data, features: rolled }));
    // Products are float32.
    expected.forEach((r, v) => assert.ok(Math.abs(values.data[draw * 6 + v] - r) < 1e-4));
  }
});

test("driven targets are found; 5 % of unrelated ones have p < 0.05", async () => {
  let [nFalse, nTested] = [0, 0];
  for (let seed = 1; seed <= 10; seed++) {
    const { features, bold, segments } = experiment(seed, { nTargets: 40, nDriven: 8 });
    const data = { features, bold: sources(bold), segments };
    const observed = await meanR(await accumulateRuns(data));
    const { values } = await rollNull(data, { nDraws: 200, seed, minShiftTrs: 10 }, meanR);
    const p = permutationP(observed, values);
    assert.ok(p.subarray(0, 8).every((value) => value < 0.05));
    nFalse += p.subarray(8).filter((value) => value < 0.05).length;
    nTested += 32;
  }
  // The 32 targets of an experiment share its features, so that their errors go together: 5 % give or take 3.5.
  assert.ok(nFalse / nTested > 0.015 && nFalse / nTested < 0.085, `${nFalse} of ${nTested}`);
});

test("rollP is the p of the whole null without keeping it, and NaN where a value is", async () => {
  const { features, bold, segments } = experiment(2, { nTargets: 6, nDriven: 2 });
  for (let t = 0; t < RUNS[1]; t++) bold[1].data[6 * t + 5] = Number.NaN;
  const data = { features, bold: sources(bold), segments };
  const choices = { nDraws: 12, seed: 5, minShiftTrs: 10 };
  const observed = await meanR(await accumulateRuns(data));
  const p = await rollP(data, choices, observed, meanR);
  assert.deepEqual(p, permutationP(observed, (await rollNull(data, choices, meanR)).values));
  assert.ok(p[0] === 1 / 13 && Number.isNaN(p[5]));
  await assert.rejects(
    rollP(data, choices, observed.subarray(1), meanR),
    /^Error: rollP: mismatched length of observed: 5; expected 6, the values of the statistic/,
  );
});

test("rollNull needs room to shift, and shifts enough to tell draws apart", async () => {
  const { features, bold, segments } = experiment(1, { nTargets: 2, nDriven: 0 });
  const data = { features, bold: sources(bold), segments };
  const drawn = (minShiftTrs: number) => rollNull(data, { nDraws: 1, seed: 1, minShiftTrs }, meanR);
  await assert.rejects(drawn(40), /^Error: circularShifts: invalid minShiftTrs: 40 of 70 TRs/);
  await assert.rejects(drawn(19), {
    message:
      "rollNull: too few shifts: 33 of a segment's 70 TRs are at least 19 either way; expected half of them or more. Allow shorter shifts (minShiftTrs, --min-shift), up to 18 TRs here.",
  });
  await assert.rejects(drawn(17), /31 of a segment's 64 TRs .* up to 16 TRs here/);
  await drawn(16);
});

test("fits that share the products of X have what fits of copies have, whatever else differs", async () => {
  const { features, bold, segments } = experiment(5, { nTargets: 3, nDriven: 1 });
  const all = await accumulateRuns({ features, bold: sources(bold), segments }, { precision: "float64" });
  const copied = (statistics: EncodingStatistics): EncodingStatistics => structuredClone(statistics);
  const alphas = logSpacedAlphas({ from: 1, to: 3, nAlphas: 3 });
  const others = { ...all, parts: all.parts.map((part) => ({ ...part, yx: scaled(part.yx) })) };
  for (const statistics of [all, others, selectBlocks(all, [0, 1, 2]), selectBlocks(all, [0, 1, 3]), all]) {
    for (const choices of [ridge, { ...ridge, alphas }, { ...ridge, intercept: "none" } as const, ridge]) {
      const [shared, own] = [
        await nestedRidge(statistics, choices),
        await nestedRidge(copied(statistics), choices),
      ];
      assert.deepEqual(shared.r.data, own.r.data);
      assert.deepEqual(shared.alpha.data, own.alpha.data);
    }
  }
});

function scaled({ data, shape }: Matrix<Float64Array>): Matrix<Float64Array> {
  return matrix(
    data.map((value) => 0.5 * value),
    shape,
  );
}
