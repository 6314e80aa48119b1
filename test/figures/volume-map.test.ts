import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { volumeMap } from "../../src/figures";
import { fromRows } from "../../src/tensor";
import { roundedFigure } from "./rounded-figure";
import { ballAtlas, exampleVolume, tinyAtlases } from "./surface-example";

const { atlas, template } = ballAtlas();
const n = atlas.space.nPositions;
const OPTIONS = { threshold: 0, nSlices: 2, template: "none", title: "t", valueTitle: "z" } as const;

test("volumeMap has the committed data and layout", () => {
  const file = join(__dirname, "..", "fixtures", "figures", "volume-map.json");
  assert.deepEqual(roundedFigure(exampleVolume()), JSON.parse(readFileSync(file, "utf8")));
});

test("each value stands at its voxel, what is below the threshold or missing shows the template", () => {
  const values = new Float64Array(n);
  values[7] = 3; // i = 1, j = 1 of the first slice of 6 × 5
  values[8] = -2.5;
  values[9] = Number.NaN;
  const figure = volumeMap(values, atlas, { ...OPTIONS, threshold: 2, template });
  assert.equal(figure.data.length, 2);
  const [below, map] = figure.data as unknown as { z: number[][]; name: string; coloraxis?: string }[];
  assert.deepEqual(
    [below.name, below.coloraxis, map.coloraxis],
    ["template, slice 0", undefined, "coloraxis"],
  );
  assert.equal(below.z[1][1], template.values[7]);
  assert.deepEqual(map.z[1].slice(1, 4), [3, -2.5, Number.NaN]);
  assert.equal(map.z.flat().filter(Number.isFinite).length, 2);
  assert.equal(figure.caption, "t: z, |value| ≥ 2, 1 axial slice, left is left.");
});

test("slices are spread over those that have something to draw", () => {
  const values = new Float64Array(n).fill(Number.NaN).fill(1, 30); // not the first slice of four
  const names = (nSlices: number) =>
    volumeMap(values, atlas, { ...OPTIONS, nSlices }).data.map(({ name }) => name);
  assert.deepEqual(names(2), ["slice 1", "slice 3"]);
  assert.deepEqual(names(9), ["slice 1", "slice 2", "slice 3"]);
});

test("volumeMap names what does not fit", () => {
  const values = new Float64Array(n).fill(1);
  assert.throws(() => volumeMap([1], atlas, OPTIONS), {
    message: `volumeMap: mismatched length of map: 1; expected ${n}, the positions of atlas ball. Use fitAtlas with the run that the map is of.`,
  });
  assert.throws(() => volumeMap(new Float64Array(22), tinyAtlases().networks, OPTIONS), {
    message:
      "volumeMap: missing voxels in atlas halves; expected their places. Use fitAtlas with a run of the same space; surfaces are for surfaceMap.",
  });
  assert.throws(() => volumeMap(values, atlas, { ...OPTIONS, threshold: 2 }), {
    message:
      "volumeMap: missing values: none is finite and at least 2 away from 0; expected one at least. Lower the threshold, or check the map.",
  });
  assert.throws(() => volumeMap(values, atlas, { ...OPTIONS, nSlices: 0 }), {
    message: "volumeMap: invalid nSlices: 0; expected a positive integer. 12 fill two rows.",
  });
  const affine = fromRows([
    [-3, 0, 0, 0],
    [0, 4, 0, -8],
    [0, 0, 5, -10],
    [0, 0, 0, 1],
  ]);
  const moved = { ...template, header: { ...template.header, affine } };
  assert.throws(() => volumeMap(values, atlas, { ...OPTIONS, template: moved }), {
    message:
      "volumeMap: mismatched grid of the template: 6 × 5 × 4; expected 6 × 5 × 4 voxels at the map's places. Resample it onto the data (nilearn's resample_to_img).",
  });
});
