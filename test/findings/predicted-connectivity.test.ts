import assert from "node:assert/strict";
import { test } from "node:test";
import { runBlocks, segmentBlocks } from "../../src/encoding";
import { connectivityMeasures, measureTable, predictedConnectivity } from "../../src/findings";
import {
  concatColumns,
  concatRows,
  linearAlgebra,
  type Matrix,
  matrix,
  random,
  zeros,
} from "../../src/tensor";
import { GROUP, identity, mostFalse, normalMatrix, RIDGE, slowCourses } from "./planted-brain";

const N_NETWORKS = 6;
const N_ATOMS = 4;

/** Subjects whose networks share noise in the same way; what they share with the features is `gain` times as large. */
function brains(seed: number, { nSubjects, gain }: { nSubjects: number; gain: number }) {
  const numbers = random(seed);
  const runs = { nRuns: 4, nTrs: 60 };
  const X = concatRows(slowCourses(runs, identity(N_ATOMS), numbers));
  const shared = normalMatrix([N_NETWORKS, N_NETWORKS], numbers);
  const weights = normalMatrix([N_ATOMS, N_NETWORKS], numbers);
  const signal = linearAlgebra().multiply(X, weights);
  const subjects: Matrix[] = Array.from({ length: nSubjects }, () => {
    const noise = concatRows(slowCourses(runs, shared, numbers));
    return matrix(
      noise.data.map((value, at) => value + gain * signal.data[at]),
      noise.shape,
    );
  });
  const { nRuns, nTrs } = runs;
  const ranges = Array.from({ length: nRuns }, (_, r) => ({ start: r * nTrs, end: (r + 1) * nTrs }));
  return { X, Y: concatColumns(subjects), segments: segmentBlocks(runBlocks(ranges), { gapTrs: 0 }) };
}

async function row(seed: number, how: { nSubjects: number; gain: number; nDraws: number }) {
  const { nDraws, ...brain } = how;
  const each = await predictedConnectivity(brains(seed, brain), N_NETWORKS, { ...RIDGE, nDraws, seed });
  return measureTable(each.map(connectivityMeasures), GROUP)[0];
}

test("predictions of brains that share courses with the features are connected as BOLD is", async () => {
  const { effect, p, n_subjects } = await row(3, { nSubjects: 3, gain: 1, nDraws: 59 });
  assert.ok(effect > 0.5 && p === 1 / 60 && n_subjects === 3);
});

test("connected noise alone connects predictions as well, and is not taken for a finding", async () => {
  const effects: number[] = [];
  let nFalse = 0;
  const n = 60;
  for (let seed = 100; seed < 100 + n; seed++) {
    const { effect, p } = await row(seed, { nSubjects: 1, gain: 0, nDraws: 39 });
    effects.push(effect);
    if (p <= 0.05) nFalse++;
  }
  const mean = effects.reduce((sum, value) => sum + value, 0) / n;
  assert.ok(
    mean > 0.2,
    `${mean}: what a null that shifts predictions against each other would call an effect`,
  );
  assert.ok(nFalse <= mostFalse(n), `${nFalse} of ${n}`);
});

test("predictedConnectivity needs three networks", async () => {
  const { X, segments } = brains(1, { nSubjects: 1, gain: 0 });
  const data = { X, Y: zeros([X.shape[0], 2]), segments };
  await assert.rejects(
    predictedConnectivity(data, 2, { ...RIDGE, nDraws: 3, seed: 1 }),
    /^Error: connectivityAgreement: mismatched networks: 2 and 2; expected the same number, three at least/,
  );
});
