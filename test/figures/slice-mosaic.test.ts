import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sliceMosaic } from "../../src/figures";
import { fromRows } from "../../src/tensor";
import { attribute } from "./figure-parts";
import { roundedFigure } from "./rounded-figure";
import { ballVolumes, exampleMosaic, LEFTWARDS } from "./slice-mosaic-example";

const OPTIONS = { title: "t", valueTitle: "v", slices: [1], colours: "signed", mask: "none" } as const;

test("sliceMosaic has the committed data and layout", () => {
  const file = join(__dirname, "..", "fixtures", "figures", "slice-mosaic.json");
  assert.deepEqual(roundedFigure(exampleMosaic()), JSON.parse(readFileSync(file, "utf8")));
});

test("the left of the body is on the left, whichever way the voxels run", () => {
  const { image } = ballVolumes();
  const rightwards = fromRows([
    [3, 0, 0, -9],
    [0, -4, 0, 8],
    [0, 0, 5, -10],
    [0, 0, 0, 1],
  ]);
  const ranges = (affine: typeof rightwards) => {
    const { layout } = sliceMosaic({ ...image, header: { ...image.header, affine } }, OPTIONS);
    return [attribute(layout, "xaxis", "range"), attribute(layout, "yaxis", "range")];
  };
  assert.deepEqual(ranges(LEFTWARDS.affine), [
    [18, 0],
    [0, 20],
  ]);
  assert.deepEqual(ranges(rightwards), [
    [0, 18],
    [20, 0],
  ]);
});

test("the outline runs along the edges between voxels inside and outside, and closes at the border", () => {
  const header = { shape: [2, 2, 1], affine: LEFTWARDS.affine };
  const image = { header, values: [1, 2, 3, 4] };
  const line = (inside: number[]) =>
    sliceMosaic(image, { ...OPTIONS, slices: [0], mask: { header, values: inside } }).data[1];
  assert.deepEqual(line([1, 0, 0, 0]).x, [0, 0, null, 0, 3, null, 3, 3, null, 0, 3, null]);
  assert.deepEqual(line([1, 0, 0, 0]).y, [0, 4, null, 0, 0, null, 0, 4, null, 4, 4, null]);
  assert.equal((line([1, 1, 1, 1]).x as unknown[]).length, 8 * 3);
});

test("a signed map is symmetric about 0, a picture of the brain is not; the caption counts gaps and mask", () => {
  const { image, mask } = ballVolumes();
  const signed = sliceMosaic(image, OPTIONS).layout;
  assert.equal(attribute(signed, "coloraxis", "cmin"), -(attribute(signed, "coloraxis", "cmax") as number));
  const grey = sliceMosaic(image, { ...OPTIONS, colours: "grey", mask });
  assert.ok((attribute(grey.layout, "coloraxis", "cmin") as number) > 0);
  assert.match(
    grey.caption,
    /^t: v, 1 axial slice of 6 × 5 voxels, left is left; line: outline of the mask \(\d+ voxels of 120\); 1 voxels without a value\.$/,
  );
});

test("sliceMosaic refuses what it cannot place", () => {
  const { image, mask } = ballVolumes();
  const cases: [draw: () => unknown, message: string][] = [
    [
      () => sliceMosaic(image, { ...OPTIONS, slices: [4] }),
      "sliceMosaic: invalid slice: 4; expected numbers from 0 to 3. Choose slices of the volume.",
    ],
    [
      () => sliceMosaic({ ...image, values: new Float64Array(240) }, OPTIONS),
      "sliceMosaic: invalid shape: 6 × 5 × 4 with 240 values; expected one volume. Pass the mean over TRs or one map.",
    ],
    [
      () =>
        sliceMosaic(image, { ...OPTIONS, mask: { ...mask, header: { ...mask.header, shape: [5, 6, 4] } } }),
      "sliceMosaic: mismatched shape of the mask: 5 × 6 × 4; expected 6 × 5 × 4. Resample it onto the image.",
    ],
    [
      () => sliceMosaic({ ...image, values: new Float64Array(120).fill(Number.NaN) }, OPTIONS),
      "sliceMosaic: missing values: none of 30 in 1 slices is finite; expected at least one. Choose other slices.",
    ],
  ];
  const sagittal = fromRows([
    [0, 0, 3, 0],
    [3, 0, 0, 0],
    [0, 3, 0, 0],
    [0, 0, 0, 1],
  ]);
  cases.push([
    () => sliceMosaic({ ...image, header: { ...image.header, affine: sagittal } }, OPTIONS),
    "sliceMosaic: invalid orientation: voxel axis 0 runs along axis 1 of the body; expected left-right, back-front, foot-head. Reorient the image first, for example with nibabel's as_closest_canonical.",
  ]);
  for (const [draw, message] of cases) assert.throws(draw, { message });
});
