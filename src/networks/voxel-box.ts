import type { Matrix } from "../tensor";

/** The voxels of one structure inside the smallest box of the grid that holds them. */
export interface VoxelBox {
  /** Lengths of the box along i, j, k. */
  readonly shape: readonly [number, number, number];
  /** Edge lengths of a voxel. */
  readonly voxelSizeMm: readonly [number, number, number];
  /** Where in the box each voxel is: i fastest, [nVoxels]. */
  readonly places: Int32Array;
  /** The voxel at each place of the box, −1 where there is none. */
  readonly voxelAt: Int32Array;
}

/** Puts voxels (i, j, k each, [3 · nVoxels]) into a box. */
export function boxVoxels(voxels: Int32Array, affine: Matrix): VoxelBox {
  const low = [0, 1, 2].map(() => Number.POSITIVE_INFINITY);
  const high = [0, 1, 2].map(() => Number.NEGATIVE_INFINITY);
  voxels.forEach((index, k) => {
    low[k % 3] = Math.min(low[k % 3], index);
    high[k % 3] = Math.max(high[k % 3], index);
  });
  const [nx, ny, nz] = [0, 1, 2].map((axis) => high[axis] - low[axis] + 1);
  const places = Int32Array.from(
    { length: voxels.length / 3 },
    (_, n) => voxels[3 * n] - low[0] + nx * (voxels[3 * n + 1] - low[1] + ny * (voxels[3 * n + 2] - low[2])),
  );
  const voxelAt = new Int32Array(nx * ny * nz).fill(-1);
  places.forEach((place, n) => {
    voxelAt[place] = n;
  });
  const size = (axis: number) => Math.hypot(affine.data[axis], affine.data[4 + axis], affine.data[8 + axis]);
  return { shape: [nx, ny, nz], voxelSizeMm: [size(0), size(1), size(2)], places, voxelAt };
}

/** Weights beyond this many standard deviations are left out. */
const KERNEL_SDS = 3;

/**
 * Makes a smoother of white noise: values at the box's voxels, convolved with a Gaussian of standard deviation `sdMm` within the
 * structure alone, then divided by the root of the sum of squared weights, so that noise of variance 1 keeps it at every voxel, those at
 * the structure's edge too.
 */
export function noiseSmoother(box: VoxelBox, sdMm: number): (noise: Float64Array) => Float64Array {
  const kernels = box.voxelSizeMm.map((sizeMm) => {
    const reach = Math.floor((KERNEL_SDS * sdMm) / sizeMm);
    return Float64Array.from({ length: 2 * reach + 1 }, (_, k) =>
      Math.exp(-0.5 * (((k - reach) * sizeMm) / sdMm) ** 2),
    );
  });
  const inside = Float64Array.from(box.voxelAt, (voxel) => (voxel < 0 ? 0 : 1));
  const squared = kernels.map((kernel) => kernel.map((weight) => weight * weight));
  const variance = convolveBox(inside, box.shape, squared);
  const scale = Float64Array.from(box.places, (place) => 1 / Math.sqrt(variance[place]));
  return (noise) => {
    const values = new Float64Array(box.voxelAt.length);
    for (let n = 0; n < noise.length; n++) values[box.places[n]] = noise[n];
    const smooth = convolveBox(values, box.shape, kernels);
    const out = new Float64Array(noise.length);
    for (let n = 0; n < out.length; n++) out[n] = smooth[box.places[n]] * scale[n];
    return out;
  };
}

/** Convolves a box along i, j and k in turn; beyond it there is nothing. */
function convolveBox(
  values: Float64Array,
  shape: readonly [number, number, number],
  kernels: readonly Float64Array[],
): Float64Array {
  let current = values;
  let stride = 1;
  for (let axis = 0; axis < 3; axis++) {
    const length = shape[axis];
    const kernel = kernels[axis];
    const reach = (kernel.length - 1) / 2;
    const next = new Float64Array(current.length);
    for (let at = 0; at < current.length; at++) {
      const place = Math.floor(at / stride) % length;
      const first = Math.max(-reach, -place);
      const last = Math.min(reach, length - 1 - place);
      let sum = 0;
      for (let step = first; step <= last; step++) sum += kernel[reach + step] * current[at + step * stride];
      next[at] = sum;
    }
    current = next;
    stride *= length;
  }
  return current;
}
