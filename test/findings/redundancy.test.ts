import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AtomMaps,
  atomMaps,
  atomMemberTable,
  atomsPerNeuron,
  brainRedundancy,
  layerSpread,
  mapDice,
  measureTable,
  memberJaccard,
  modelRedundancyTable,
  spatialCorrelations,
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

const place = (layer: number, head: number) => ({
  tower: "text",
  kind: "self" as const,
  keysFrom: "text",
  depth: layer + 1,
  head,
});

test("memberJaccard is the share of two atoms' neurons that are in both", () => {
  const { data } = memberJaccard([[0, 1, 2], [2, 3], [], []]);
  assert.deepEqual(Array.from(data.subarray(0, 4)), [1, 1 / 4, 0, 0]);
  assert.equal(data[11], 0, "two empty sets share nothing");
});

test("layerSpread counts layers as if members were even: 1 in one layer, 2 in two halves", () => {
  const places = [place(0, 0), place(0, 1), place(1, 0), place(1, 1)];
  const spread = layerSpread([[0, 1], [0, 1, 2, 3], []], places);
  assert.equal(spread[0], 1);
  assert.ok(Math.abs(spread[1] - 2) < 1e-12);
  assert.ok(Number.isNaN(spread[2]));
  assert.deepEqual(Array.from(atomsPerNeuron([[0, 1], [1]], 4)), [1, 2, 0, 0]);
});

test("mapDice compares the voxels beyond the threshold, whatever their sign", () => {
  const z = fromRows([
    [3, -3, 0, 0],
    [3, 3, 3, 0],
    [0, 0, 0, 0],
  ]);
  const dice = mapDice(z, 2.3);
  assert.equal(dice.data[1], (2 * 2) / 5);
  assert.equal(dice.data[2], 0);
  assert.ok(Number.isNaN(spatialCorrelations(z).data[2]), "a flat map has no r");
});

test("modelRedundancyTable finds neurons that atoms share beyond sharing their heads", () => {
  const places = Array.from({ length: 120 }, (_, j) => place(Math.floor(j / 40), Math.floor(j / 10) % 4));
  const numbers = random(4);
  const draw = () => Array.from({ length: 120 }, (_, j) => j).filter(() => numbers.uniform() < 0.2);
  const apart = Array.from({ length: 8 }, draw);
  const sharing = apart.map((own, k) => (k % 2 === 0 ? own : apart[k - 1].slice(0, 15)));
  const [shared] = modelRedundancyTable(sharing, places, { ...GROUP, nDraws: 99 });
  const [unrelated] = modelRedundancyTable(apart, places, { ...GROUP, nDraws: 99 });
  assert.equal(shared.p, 0.01);
  assert.ok(unrelated.p > 0.05);
  assert.equal(shared.n_subjects, 1);
  assert.equal(shared.n_atoms, 8);
  const table = atomMemberTable(sharing, places);
  assert.equal(table[1].nearest, 0);
  assert.equal(table[1].n_members, Math.min(15, apart[0].length));
});

/** Twelve independent courses; atoms 2j and 2j + 1 share neurons, and in the brain the same voxels when `isLinked`. */
async function pairedAtoms(isLinked: boolean, seed: number) {
  const [nAtoms, nVoxels] = [12, 40];
  const numbers = random(seed);
  const X = slowCourses({ nRuns: 4, nTrs: 60 }, identity(nAtoms), random(90));
  const own = normalMatrix([nAtoms, nVoxels], numbers);
  const weights = zeros([nAtoms, nVoxels]);
  for (let k = 0; k < nAtoms; k++) {
    const like = row(own, isLinked ? k - (k % 2) : k);
    row(weights, k).set(like.map((value) => 0.35 * value));
  }
  const bold = simulatedBold(X, weights, numbers);
  const maps = await atomMaps(encodingOf(X, bold), { ...RIDGE, nDraws: 39, seed: 7 });
  const members = Array.from({ length: nAtoms }, (_, k) =>
    Array.from({ length: 10 }, (_, j) => 8 * k - (k % 2 === 1 ? 5 : 0) + j),
  );
  const all = concatRows(X);
  return { maps, model: { jaccard: memberJaccard(members), courseCorrelation: correlateColumns(all, all) } };
}

test("the link between shared neurons and shared voxels is found where it is planted, and not where it is not", async () => {
  const table = async (isLinked: boolean) => {
    const subjects = await Promise.all([1, 2, 3].map((seed) => pairedAtoms(isLinked, seed)));
    return measureTable(
      subjects.map(({ maps, model }) => brainRedundancy(maps, model, { threshold: 2.3 })),
      GROUP,
    );
  };
  const link = (await table(true))[3];
  assert.equal(link.measure, "link of maps and members given r of courses");
  assert.equal(link.p, 1 / 40);
  assert.ok(link.effect > 0.2 && link.low > link.null_mean);
  assert.equal(link.n_subjects, 3);
  assert.ok((await table(false))[3].p > 0.05);
});

test("a voxel without a fit is left out of maps and draws, and those that stay are named", async () => {
  const numbers = random(3);
  const X = slowCourses({ nRuns: 3, nTrs: 40 }, identity(3), numbers);
  const bold = simulatedBold(X, normalMatrix([3, 5], numbers), numbers);
  for (let t = 0; t < 40; t++) bold[0].data[t * 5 + 2] = Number.NaN;
  const { maps, nullMaps, voxels }: AtomMaps = await atomMaps(encodingOf(X, bold), {
    ...RIDGE,
    nDraws: 2,
    seed: 1,
  });
  assert.deepEqual(Array.from(voxels), [0, 1, 3, 4]);
  assert.deepEqual(maps.shape, [3, 4]);
  assert.ok([maps, ...nullMaps].every((one) => one.data.every(Number.isFinite)));
});

test("measureTable refuses subjects with other draws", () => {
  const one = (nDraws: number) => ({
    measures: [{ name: "a", tail: "greater" as const, scale: "plain" as const, null: "b" }],
    observed: Float64Array.of(1),
    nullValues: matrix(new Float64Array(nDraws), [nDraws, 1]),
  });
  assert.throws(
    () => measureTable([one(3), one(4)], GROUP),
    /^Error: measureTable: mismatched subject 1: 4 draws of a; expected 3 of a\. Measure all subjects alike\.$/,
  );
});
