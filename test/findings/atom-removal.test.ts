import assert from "node:assert/strict";
import { test } from "node:test";
import { accumulateRuns } from "../../src/encoding";
import {
  atomWorth,
  matchRedundantAtoms,
  measureTable,
  redundantLoss,
  removalCurves,
  removalMeasures,
  removalOrder,
} from "../../src/findings";
import { concatRows, correlateColumns, fromRows, matrix, random, row, zeros } from "../../src/tensor";
import {
  encodingOf,
  GROUP,
  identity,
  normalMatrix,
  RIDGE,
  simulatedBold,
  slowCourses,
} from "./planted-brain";

const similarity = fromRows([
  [1, 0.9, 0.1, 0],
  [0.9, 1, 0.3, 0],
  [0.1, 0.3, 1, 0.2],
  [0, 0, 0.2, 1],
]);

test("removalOrder takes the more central of the most similar atoms first, or the loneliest", () => {
  assert.deepEqual(removalOrder(similarity, "redundant"), [1, 2, 0, 3]);
  assert.equal(removalOrder(similarity, "unique")[0], 3);
});

/** Twelve atoms that drive voxels equally; 8 to 11 nearly repeat 0 to 3 when `copies`, else all are on their own. */
async function twelveAtoms(copies: boolean, seed: number) {
  const numbers = random(seed);
  const mixing = identity(12);
  if (copies) {
    for (const k of [0, 1, 2, 3]) {
      mixing.data[k * 12 + k + 8] = 3;
      mixing.data[(k + 8) * 12 + k + 8] = 0.7;
    }
  }
  const X = slowCourses({ nRuns: 4, nTrs: 60 }, mixing, random(80));
  const weights = matrix(
    normalMatrix([12, 20], numbers).data.map((value) => 0.3 * Math.sign(value)),
    [12, 20],
  );
  // Only originals drive; either of the two stands for what both carry.
  if (copies) for (const k of [8, 9, 10, 11]) row(weights, k).fill(0);
  const bold = simulatedBold(X, weights, numbers);
  const all = concatRows(X);
  const alike = correlateColumns(all, all);
  return {
    statistics: await accumulateRuns(encodingOf(X, bold), { precision: "float64" }),
    similarity: matrix(alike.data.map(Math.abs), alike.shape),
  };
}

const VOXELS = Array.from({ length: 20 }, (_, v) => v);

test("prediction outlasts the loss of redundant atoms and not that of unique ones", async () => {
  const curves = await Promise.all(
    [1, 2].map(async (seed) => {
      const { statistics, similarity: alike } = await twelveAtoms(true, seed);
      const choices = { similarity: alike, nKept: [11, 10, 9, 8], voxels: VOXELS, nOrders: 20, seed: 4 };
      return removalCurves(statistics, RIDGE, choices);
    }),
  );
  assert.deepEqual(curves[0].nKept, [11, 10, 9, 8]);
  assert.deepEqual(curves[0].random.shape, [40, 4]);
  const rows = measureTable(curves.map(removalMeasures), GROUP);
  for (const { measure, effect, p } of rows) {
    assert.ok(effect > 0.01 && p <= 0.05, `${measure}: ${effect}, p ${p}`);
  }
});

test("curves start from one fit and agree where the same atoms are left", async () => {
  const { statistics, similarity: alike } = await twelveAtoms(false, 3);
  const choices = { similarity: alike, nKept: [12, 4], voxels: VOXELS, nOrders: 3, seed: 4 };
  const { redundantFirst, uniqueFirst, random: orders } = await removalCurves(statistics, RIDGE, choices);
  assert.equal(redundantFirst[0], uniqueFirst[0]);
  assert.ok([0, 1, 2, 3, 4, 5].every((i) => row(orders, i)[0] === redundantFirst[0]));
});

test("leaving out a unique atom costs more than a redundant one that predicts as much alone", async () => {
  const subjects = await Promise.all([1, 2, 3].map((seed) => twelveAtoms(true, seed)));
  const worths = await Promise.all(subjects.map(({ statistics }) => atomWorth(statistics, RIDGE, VOXELS)));
  const matches = matchRedundantAtoms(subjects[0].similarity, worths, { redundantFrom: 0.9, uniqueTo: 0.5 });
  assert.equal(matches.length, 4);
  assert.ok(matches.every(({ redundant }) => ![4, 5, 6, 7].includes(redundant)));
  assert.ok(matches.every(({ unique }) => [4, 5, 6, 7].includes(unique)));
  const [loss] = measureTable(
    worths.map((worth) => redundantLoss(worth, matches, { nDraws: 199, seed: 1 })),
    GROUP,
  );
  assert.ok(loss.effect > 0.01, `${loss.effect}`);
  assert.ok(loss.p < 0.15, "four matches have 16 labellings, of which this is the rarest");
  assert.ok(loss.low > 0);
});

test("without redundant atoms there is nothing to match, and the row says so", () => {
  const matches = matchRedundantAtoms(similarity, [{ alone: Float64Array.of(1, 1, 1, 1) }], {
    redundantFrom: 0.95,
    uniqueTo: 0.5,
  });
  assert.deepEqual(matches, []);
  const worth = { alone: new Float64Array(4), loss: new Float64Array(4) };
  const [row0] = measureTable([redundantLoss(worth, matches, { nDraws: 19, seed: 1 })], GROUP);
  assert.ok(Number.isNaN(row0.effect) && Number.isNaN(row0.p) && row0.n_subjects === 0);
});

test("removalCurves refuses to keep more atoms than there are", async () => {
  const { statistics } = await twelveAtoms(false, 3);
  const choices = { similarity: zeros([12, 12]), nKept: [13], voxels: VOXELS, nOrders: 1, seed: 4 };
  await assert.rejects(
    removalCurves(statistics, RIDGE, choices),
    /^Error: removalCurves: invalid numbers of atoms: 13 kept of 12, similarity of 12; expected 1 to 12, and a similarity of all\. Pass the atoms that are fitted\.$/,
  );
});
