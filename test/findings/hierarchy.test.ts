import assert from "node:assert/strict";
import { test } from "node:test";
import { hierarchyTable, preferredLayers } from "../../src/findings";
import { randomRotations, spinVertices } from "../../src/networks";
import { fromRows, random, row } from "../../src/tensor";
import { smoothSphereMaps, sphereAtlas } from "../networks/smooth-maps";
import { GROUP, mostFalse } from "./planted-brain";

test("the preferred layer is the best of the smoothed ones, not the luckiest alone", () => {
  const r = fromRows([
    [0.1, 0.3, 0.02, Number.NaN],
    [0.2, 0.0, 0.01, 0.5],
    [0.3, 0.1, 0.02, 0.5],
    [0.32, 0.2, 0.01, 0.5],
    [0.2, 0.24, 0.02, 0.5],
  ]);
  const { depth, r: best } = preferredLayers(r, { depths: [1, 2, 3, 4, 5], leastR: 0.05 });
  assert.deepEqual(Array.from(depth), [4, 5, Number.NaN, Number.NaN]);
  assert.ok(Math.abs(best[0] - (0.3 + 2 * 0.32 + 0.2) / 4) < 1e-12);
  assert.throws(
    () => preferredLayers(r, { depths: [1, 2], leastR: 0 }),
    /^Error: preferredLayers: mismatched depths: 2; expected 5, one a row of r\. Name the depth of every layer that was fitted\.$/,
  );
});

const WORLD = sphereAtlas(642);
const SPACE = WORLD.atlas.space;
const smooth = (nMaps: number, seed: number, sharpness: number) =>
  smoothSphereMaps(WORLD, { nMaps, nBumps: 40, sharpness, seed });

test("layers that follow the hierarchy are found in each subject and over them, and unrelated ones are not", async () => {
  const spins = await spinVertices(WORLD.spheres, randomRotations({ nRotations: 199, seed: 1 }));
  const hierarchy = row(smooth(1, 3, 8), 0);
  const numbers = random(8);
  const following = () => Array.from(hierarchy, (value) => Math.round(6 + 2 * value + 2 * numbers.normal()));
  const cases = [
    { name: "planted", subjects: [following(), following(), following()] },
    { name: "one subject", subjects: [following()] },
    { name: "unrelated", subjects: [row(smooth(1, 6, 8), 0)] },
  ];
  const [planted, alone, unrelated] = hierarchyTable(cases, { hierarchy, space: SPACE, spins }, GROUP);
  assert.ok(planted.effect > 0.4 && planted.p <= 0.01 && planted.low > 0.4);
  assert.ok(alone.p <= 0.01 && alone.n_subjects === 1 && Number.isNaN(alone.low));
  assert.ok(unrelated.p > 0.05);
  assert.equal(planted.n_voxels, SPACE.nPositions);
});

test("the spin test of a hierarchy calls 5 % of 200 unrelated smooth layer maps significant", async () => {
  const spins = await spinVertices(WORLD.spheres, randomRotations({ nRotations: 99, seed: 2 }));
  const maps = smooth(200, 30, 4);
  const cases = Array.from({ length: 200 }, (_, i) => ({ name: `${i}`, subjects: [row(maps, i)] }));
  const gradients = smooth(4, 31, 2);
  const nFalse = [0, 1, 2, 3]
    .flatMap((g) =>
      hierarchyTable(
        cases.slice(50 * g, 50 * g + 50),
        { hierarchy: row(gradients, g), space: SPACE, spins },
        { ...GROUP, nBootstraps: 1, nSignFlips: 1 },
      ),
    )
    .filter(({ p }) => p <= 0.05).length;
  assert.ok(nFalse <= mostFalse(200), `${nFalse} of 200`);
});

test("hierarchyTable needs a cortex and its own spheres", async () => {
  const spins = await spinVertices(WORLD.spheres, randomRotations({ nRotations: 2, seed: 1 }));
  const hierarchy = row(smooth(1, 3, 2), 0);
  const volume = { ...SPACE, parts: SPACE.parts.map((part) => ({ ...part, surface: null })) };
  assert.throws(
    () => hierarchyTable([], { hierarchy, space: volume, spins }, GROUP),
    /^Error: hierarchyTable: missing cortex: no part of the space is a cortical surface; expected one\./,
  );
  const other = { ...spins, left: { ...spins.left, nVertices: 10 } };
  assert.throws(
    () => hierarchyTable([], { hierarchy, space: SPACE, spins: other }, GROUP),
    /^Error: hierarchyTable: mismatched mesh of CIFTI_STRUCTURE_CORTEX_LEFT: spheres of 10 vertices; expected 642\./,
  );
});
