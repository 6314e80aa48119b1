import { type Figure, sliceMosaic } from "../../src/figures";
import { niftiHeaderOf } from "../../src/fmri";
import { fromRows } from "../../src/tensor";

const SHAPE = [6, 5, 4];
const [NX, NY, NZ] = SHAPE;

/** A grid whose first axis runs to the left, as scanners often have it. */
export const LEFTWARDS = niftiHeaderOf(
  fromRows([
    [-3, 0, 0, 9],
    [0, 4, 0, -8],
    [0, 0, 5, -10],
    [0, 0, 0, 1],
  ]),
);

/** A ball that is brighter on one side, its mask, and one voxel without a value. */
export function ballVolumes() {
  const values = Float64Array.from({ length: NX * NY * NZ }, (_, v) => {
    const [i, j, k] = [v % NX, Math.floor(v / NX) % NY, Math.floor(v / (NX * NY))];
    return 1000 - 60 * ((i - 2.5) ** 2 + (j - 2) ** 2 + (k - 1.5) ** 2) + 10 * i;
  });
  const header = { shape: SHAPE, affine: LEFTWARDS.affine };
  const mask = { header, values: values.map((value) => (value > 800 ? 1 : 0)) };
  values[NX * NY + 8] = Number.NaN;
  return { image: { header, values }, mask };
}

export function exampleMosaic(): Figure {
  const { image, mask } = ballVolumes();
  return sliceMosaic(image, {
    title: "A ball",
    valueTitle: "brightness",
    slices: [1, 2],
    colours: "grey",
    mask,
  });
}
