import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type BranchScores,
  predictionByNetwork,
  predictionContrasts,
  type VoxelScores,
} from "../../src/findings";
import { fromRows, random } from "../../src/tensor";
import { GROUP, mostFalse } from "./planted-brain";

const LABELS = { names: ["visual", "language"], ofVoxel: [0, 0, 1, 1, -1] };
const NONE = { q: "none", nullByNetwork: "none", atomLabels: "none" } as const;

const subject = (r: number[]): VoxelScores => ({ r, r2: r.map((value) => value ** 2), ...NONE });

test("a row holds what its network's voxels have, and voxels outside all networks count nowhere", () => {
  const label = (map: number, network: string) => ({
    ...{ map, sign: "positive" as const, network, n_part: 3, dice: 0.5, p: 0.01, q: 0.02 },
  });
  const one: VoxelScores = {
    ...subject([0.2, 0.4, 0.1, Number.NaN, 0.9]),
    q: [0.01, 0.2, 0.04, Number.NaN, 0.01],
    nullByNetwork: fromRows([
      [0.1, 0.2],
      [0, -0.1],
      [0.05, 0],
    ]),
    atomLabels: [label(0, "visual"), label(1, "visual"), label(1, "visual"), label(2, "unassigned")],
  };
  const explainable = [[0.16, 0.04, 0.25, 0.25, 1]];
  const [visual, language] = predictionByNetwork(
    [{ model: "CLIP", branch: "vision", subjects: [one] }],
    { labels: LABELS, explainable, level: 0.05 },
    GROUP,
  );
  assert.ok(Math.abs(visual.effect - Math.tanh((Math.atanh(0.2) + Math.atanh(0.4)) / 2)) < 1e-12);
  assert.equal(visual.p, 1 / 4);
  assert.equal(language.p, 2 / 4);
  assert.equal(language.q, 2 / 4);
  assert.ok(Math.abs(visual.share_of_ceiling - 0.2 / 0.4) < 1e-12, "the voxel with EV 0.04 has no ceiling");
  assert.equal(visual.share_significant, 1 / 2);
  assert.equal(language.share_significant, 1, "a voxel without a score is not counted");
  assert.equal(visual.n_atoms, 2);
  assert.equal(language.n_atoms, 0);
  assert.ok(Math.abs(visual.r2 - (0.04 + 0.16) / 2) < 1e-12);
  assert.equal(visual.n_subjects, 1);
  assert.ok(Number.isNaN(visual.low));
});

function group(level: number, seed: number): BranchScores["subjects"] {
  const numbers = random(seed);
  return Array.from({ length: 12 }, () =>
    subject(Array.from({ length: 5 }, () => level + 0.05 * numbers.normal())),
  );
}

test("a model that predicts better is found over subjects, and one that does not is not", () => {
  const branches = [
    { model: "CLIP", branch: "vision", subjects: group(0.3, 1) },
    { model: "ViT", branch: "vision", subjects: group(0.2, 2) },
    { model: "random CLIP", branch: "vision", subjects: group(0.3, 3) },
  ];
  const named = (model: string) => ({ model, branch: "vision" });
  const rows = predictionContrasts(
    branches,
    [
      { of: named("CLIP"), against: named("ViT") },
      { of: named("CLIP"), against: named("random CLIP") },
    ],
    LABELS,
    { ...GROUP, nSignFlips: 1999 },
  );
  assert.deepEqual(
    rows.map(({ against }) => against),
    ["ViT, vision", "ViT, vision", "random CLIP, vision", "random CLIP, vision"],
  );
  assert.ok(rows.slice(0, 2).every(({ effect, low, q }) => effect > 0.05 && low > 0 && q < 0.05));
  assert.ok(rows.slice(2).every(({ q }) => q > 0.05));
  assert.throws(
    () => predictionContrasts(branches, [{ of: named("METER"), against: named("ViT") }], LABELS, GROUP),
    /^Error: predictionContrasts: unknown branch: METER, vision; expected one of CLIP, vision; ViT, vision; random CLIP, vision\. Score it first\.$/,
  );
});

test("two models that predict alike differ significantly in 5 % of 400 studies", () => {
  let nFalse = 0;
  for (let i = 0; i < 400; i++) {
    const branches = [0, 1].map((j) => ({
      model: `${j}`,
      branch: "all",
      subjects: group(0.2, 1000 + 2 * i + j),
    }));
    const pair = { of: { model: "0", branch: "all" }, against: { model: "1", branch: "all" } };
    const [row] = predictionContrasts(branches, [pair], LABELS, { nBootstraps: 1, nSignFlips: 199, seed: i });
    if (row.p_subjects <= 0.05) nFalse++;
  }
  assert.ok(nFalse <= mostFalse(400), `${nFalse} of 400`);
});
