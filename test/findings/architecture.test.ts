import assert from "node:assert/strict";
import { test } from "node:test";
import { accumulateRuns, partitionVariance } from "../../src/encoding";
import {
  type ArchitectureCase,
  architectureContrasts,
  architectureTable,
  modalitySummary,
  modalityTable,
  type SubjectPartition,
  uniqueVarianceNull,
  winnerMap,
} from "../../src/findings";
import { fromRows, matrix, random, row, zeros } from "../../src/tensor";
import {
  encodingOf,
  GROUP,
  identity,
  normalMatrix,
  RIDGE,
  simulatedBold,
  slowCourses,
} from "./planted-brain";

const VISION = { name: "vision", regressors: [0, 1, 2] };
const TEXT = { name: "text", regressors: [3, 4, 5] };
/** Three voxels each: driven by vision, by text, by what both share, by nothing. */
const LABELS = {
  names: ["visual", "language", "both", "none"],
  ofVoxel: Array.from({ length: 12 }, (_, v) => Math.floor(v / 3)),
};
const SHIFTS = Array.from({ length: 39 }, (_, i) => 10 + i);

/** Regressors 2 and 5 are one course seen through both modalities. */
async function plantedSubject(seed: number, isDriven: boolean): Promise<SubjectPartition> {
  const numbers = random(seed);
  const mixing = identity(6);
  mixing.data[2 * 6 + 5] = 3;
  const X = slowCourses({ nRuns: 4, nTrs: 60 }, mixing, random(50));
  const weights = zeros([6, 12]);
  for (let v = 0; isDriven && v < 9; v++) {
    const drivers = [[0, 1], [3, 4], [2]][Math.floor(v / 3)];
    for (const j of drivers) weights.data[j * 12 + v] = 0.6;
  }
  const data = encodingOf(X, simulatedBold(X, weights, numbers));
  const { shared } = await partitionVariance(
    await accumulateRuns(data, { precision: "float64" }),
    [VISION, TEXT],
    RIDGE,
  );
  const choices = { ...RIDGE, shifts: SHIFTS };
  return {
    parts: shared,
    nullOfUnique: {
      vision: await uniqueVarianceNull(data, { unique: VISION, others: TEXT }, choices),
      text: await uniqueVarianceNull(data, { unique: TEXT, others: VISION }, choices),
    },
  };
}

const caseOf = (control: string, subjects: SubjectPartition[]): ArchitectureCase => ({
  ...{ model: "CLIP", stage: "all layers", control, subjects },
});

test("what vision, text and both explain is found where it is planted, and the control has none of it", async () => {
  const trained = await Promise.all([1, 2, 3].map((seed) => plantedSubject(seed, true)));
  const control = await Promise.all([1, 2, 3].map((seed) => plantedSubject(seed, false)));
  const cases = [caseOf("none", trained), caseOf("random weights", control)];
  const rows = architectureTable(cases, LABELS, GROUP);
  const find = (network: string, part: string, name = "none") =>
    rows.find((one) => one.network === network && one.part === part && one.control === name)!;
  assert.ok(find("visual", "unique vision").effect > 0.2 && find("visual", "unique vision").p === 1 / 40);
  assert.ok(find("language", "unique text").effect > 0.2 && find("language", "unique text").p === 1 / 40);
  assert.ok(find("both", "shared").effect > 0.15 && find("both", "shared").low > 0.1);
  assert.ok(Math.abs(find("visual", "unique text").effect) < 0.05);
  assert.ok(find("visual", "unique text").p > 0.05 && find("language", "unique vision").p > 0.05);
  assert.ok(Number.isNaN(find("both", "shared").p), "the shared part has no null but the controls");
  const joint = find("both", "joint");
  const sum = ["unique vision", "unique text", "shared"].reduce(
    (total, part) => total + find("both", part).effect,
    0,
  );
  assert.ok(Math.abs(joint.effect - sum) < 1e-12);
  assert.equal(joint.n_subjects, 3);

  const contrasts = architectureContrasts(cases, [{ of: 0, against: 1 }], LABELS, GROUP);
  const visual = contrasts.find(({ network, part }) => network === "visual" && part === "unique vision")!;
  assert.equal(visual.against, "CLIP, all layers, random weights");
  assert.ok(visual.effect > 0.2 && visual.low > 0.1);
  const nothing = contrasts.find(({ network, part }) => network === "none" && part === "joint")!;
  assert.ok(Math.abs(nothing.effect) < 0.05);
});

test("architectureTable refuses parts that are not of two spaces", () => {
  const wrong = { parts: zeros([7, 12]), nullOfUnique: "none" as const };
  assert.throws(
    () => architectureTable([caseOf("none", [wrong])], LABELS, GROUP),
    /^Error: architectureTable: invalid parts: \[7 × 12\]; expected 3 rows/,
  );
});

test("winnerMap names the modality that explains more, for one subject by shifts and for a group by sign flips", async () => {
  const { parts, nullOfUnique } = await plantedSubject(5, true);
  if (nullOfUnique === "none") throw new Error("no null was drawn");
  const { vision, text } = nullOfUnique;
  const difference = matrix(
    row(parts, 0).map((value, v) => value - row(parts, 1)[v]) as Float64Array,
    [1, 12],
  );
  const draws = matrix(
    (vision.data as Float64Array).map((value, at) => value - text.data[at]),
    vision.shape,
  );
  const alone = winnerMap(difference, { null: draws, level: 0.1 });
  assert.deepEqual(Array.from(alone.winner).slice(0, 6), [1, 1, 1, -1, -1, -1]);
  assert.ok(
    Array.from(alone.winner)
      .slice(6)
      .filter((one) => one !== 0).length <= 1,
  );
  assert.equal(alone.nSubjects, 1);

  const numbers = random(2);
  const group = matrix(
    normalMatrix([12, 300], numbers).data.map(
      (value, at) => value + (at % 300 < 30 ? 2 : at % 300 < 60 ? -2 : 0),
    ),
    [12, 300],
  );
  const { winner, p } = winnerMap(group, { null: { nSignFlips: 2000, seed: 1 }, level: 0.05 });
  assert.ok(
    winner.subarray(0, 30).every((one) => one === 1) && winner.subarray(30, 60).every((one) => one === -1),
  );
  assert.ok(winner.subarray(60).filter((one) => one !== 0).length <= 8, "about 5 % of 60 + few are false");
  assert.ok(p.every((value) => value >= 1 / 2001));
  assert.throws(
    () => winnerMap(fromRows([[1], [2]]), { null: { nSignFlips: 10, seed: 1 }, level: 0.05 }),
    /^Error: winnerMap: invalid number of subjects: 2; expected at least 5 for sign flips\./,
  );
});

const PLACES = Array.from({ length: 120 }, (_, j) => {
  const tower = j < 80 ? "vision" : "text";
  return {
    tower,
    kind: "self" as const,
    keysFrom: tower,
    depth: 1 + Math.floor((j % 40) / 20),
    head: (Math.floor(j / 5) % 4) + 4 * Math.floor(j / 40),
  };
});

test("the modality index compares shares of towers, not numbers of neurons", () => {
  const all = Array.from({ length: 120 }, (_, j) => j);
  const members = [all.slice(0, 60), all.slice(80), all.filter((j) => j % 2 === 0), []];
  const towers = { vision: ["vision"], text: ["text"] };
  const rows = modalityTable(members, PLACES, towers, { nDraws: 499, seed: 1 });
  assert.deepEqual(
    rows.map(({ index }) => index),
    [1, -1, 0, Number.NaN],
  );
  assert.equal(rows[2].n_members, 60, "twice as many in vision, the same share of both");
  assert.ok(rows[0].p <= 0.02 && rows[1].p <= 0.05 && rows[2].p > 0.5);
  assert.ok(rows[2].low > -0.3 && rows[2].high < 0.3);
  assert.deepEqual(modalitySummary("trained", rows), {
    ...{ condition: "trained", mean_absolute_index: 2 / 3, share_both: 1 / 3, n_atoms: 3 },
  });
  assert.throws(
    () => modalityTable(members, PLACES, { vision: ["image"], text: ["text"] }, { nDraws: 9, seed: 1 }),
    /^Error: modalityTable: missing neurons of vision: none in image; expected some\. Name towers of the joint dictionary: vision, text\.$/,
  );
});
