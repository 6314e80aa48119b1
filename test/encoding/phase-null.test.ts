import assert from "node:assert/strict";
import { test } from "node:test";
import {
  accumulateRuns,
  boldMatrix,
  type EncodingData,
  type EncodingStatistics,
  logSpacedAlphas,
  nestedRidge,
  phaseNull,
} from "../../src/encoding";
import { permutationP, randomisePhases } from "../../src/inference";
import { type Matrix, matrix, random, row, selectRows, zeros } from "../../src/tensor";
import { asRuns, madeData, RUNS } from "./made-data";

const float64 = { precision: "float64" } as const;

test("a drawn experiment has the statistics of BOLD whose phases were randomised, made without it", async () => {
  const { X, Y } = madeData(4, 6);
  const data = asRuns(X, Y);
  const drawn: EncodingStatistics[] = [];
  const { values, nDraws, seed } = await phaseNull(
    data,
    { nDraws: 2, seed: 11 },
    (statistics) => {
      drawn.push(statistics);
      return Float64Array.of(drawn.length);
    },
    float64,
  );
  assert.deepEqual([Array.from(values.data), nDraws, seed], [[1, 2], 2, 11]);
  const numbers = random(11);
  for (const statistics of drawn) {
    let start = 0;
    const bold = RUNS.map((nTrs, run) => {
      const rows = selectRows(
        Y,
        Array.from({ length: nTrs }, (_, t) => start + t),
      );
      start += nTrs;
      return boldMatrix(`run ${run + 1}`, randomisePhases(rows, numbers));
    });
    const expected = await accumulateRuns({ ...data, bold }, float64);
    statistics.parts.forEach((part, s) => {
      const reference = expected.parts[s];
      // boldMatrix narrows to float32, which rounds the drawn BOLD at 6e-8.
      assertClose(part.yx.data, reference.yx.data, 1e-5);
      assertClose(part.yy, reference.yy, 1e-5);
      assert.deepEqual(part.xx, reference.xx);
    });
  }
  await assert.rejects(
    phaseNull(data, { nDraws: 0, seed: 1 }, () => new Float64Array(1)),
    {
      message: "phaseNull: invalid nDraws: 0; expected a positive integer. 1,000 are usual.",
    },
  );
});

test("unrelated autocorrelated BOLD is called in 5 % of voxels against its own phases, and far more often against shuffled TRs", async () => {
  const [nTrs, nRuns, nVoxels, nDraws] = [120, 4, 240, 59];
  const numbers = random(5);
  const runs = (nColumns: number) =>
    Array.from({ length: nRuns }, () => autocorrelated([nTrs, nColumns], 0.9, numbers));
  const [features, bold] = [runs(3), runs(nVoxels)];
  const data = experiment(features, bold);
  const choices = {
    alphas: logSpacedAlphas({ from: 0, to: 4, nAlphas: 5 }),
    intercept: "fitted",
    rule: "best",
  } as const;
  const statistic = async (statistics: EncodingStatistics) =>
    meanRow((await nestedRidge(statistics, choices)).r);
  const observed = await statistic(await accumulateRuns(data));

  const phases = await phaseNull(data, { nDraws, seed: 2 }, statistic);
  const shuffled = zeros([nDraws, nVoxels]);
  for (let draw = 0; draw < nDraws; draw++) {
    const order = numbers.shuffle(Array.from({ length: nTrs }, (_, t) => t));
    const drawn = experiment(
      features,
      bold.map((run) => selectRows(run, order)),
    );
    row(shuffled, draw).set(await statistic(await accumulateRuns(drawn)));
  }
  const share = (nullValues: Matrix) =>
    permutationP(observed, nullValues).filter((p) => p <= 0.05).length / nVoxels;
  // Binomial SD over 240 voxels at 5 %: 1.4 %; the features are one sample for all of them.
  assert.ok(share(phases.values) <= 0.095, `phases: ${share(phases.values)}`);
  assert.ok(share(phases.values) >= 0.01, `phases: ${share(phases.values)}`);
  assert.ok(share(shuffled) >= 0.15, `shuffled: ${share(shuffled)}`);
});

function experiment(features: Matrix[], bold: Matrix[]): EncodingData {
  const length = features[0].shape[0];
  return {
    features,
    bold: bold.map((run, i) => boldMatrix(`run ${i + 1}`, run)),
    segments: features.map((_, block) => ({
      start: block * length,
      end: (block + 1) * length,
      block,
      beside: null,
    })),
  };
}

/** Columns with y_t = ρ y_(t−1) + noise, of variance 1. */
function autocorrelated(
  shape: [number, number],
  rho: number,
  numbers: ReturnType<typeof random>,
): Matrix<Float32Array> {
  const [n, nColumns] = shape;
  const out = matrix(new Float32Array(n * nColumns), shape);
  for (let at = 0; at < out.data.length; at++) {
    const before = at < nColumns ? numbers.normal() : out.data[at - nColumns];
    out.data[at] = rho * before + Math.sqrt(1 - rho ** 2) * numbers.normal();
  }
  return out;
}

function meanRow(m: Matrix): Float64Array {
  const means = new Float64Array(m.shape[1]);
  for (let i = 0; i < m.shape[0]; i++)
    row(m, i).forEach((value: number, v: number) => (means[v] += value / m.shape[0]));
  return means;
}

function assertClose(got: Float64Array, expected: Float64Array, tolerance: number): void {
  const largest = Math.max(...Array.from(expected, Math.abs));
  got.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) <= tolerance * largest));
}
