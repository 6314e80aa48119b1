import { fromRows, type Matrix } from "../tensor";

/** Where the header says that voxels lie. Source: nifti1.h, "3D image (volume) orientation and location in space". */
export interface NiftiOrientation {
  readonly qformCode: number;
  readonly sformCode: number;
  /** b, c, d of the unit quaternion. */
  readonly quaternion: readonly [b: number, c: number, d: number];
  readonly offset: readonly [x: number, y: number, z: number];
  /** Rows x, y and z of the sform, 4 numbers each. */
  readonly sform: readonly number[];
  /** pixdim[0 … 3]: the handedness of the qform (0 counts as 1), then voxel sizes. */
  readonly pixdim: readonly number[];
  readonly shape: readonly number[];
  /** In which type the header keeps the quaternion. */
  readonly precision: "float32" | "float64";
}

/** Three roundings of the quaternion's type. */
const LEAST_SQUARE = { float32: 3 * 2 ** -23, float64: 3 * 2 ** -52 };

/**
 * The affine [4 × 4] from voxel indices (i, j, k, 1) to millimetres (in the header's unit of space): the sform where its code
 * is not 0, else the qform where its code is not, else voxel sizes with the x axis reversed and the origin in the middle.
 * NaN in the header is passed on. Source: the same choice as nibabel 5.4 (`get_best_affine`).
 */
export function niftiAffine(orientation: NiftiOrientation): Matrix<Float64Array> {
  if (orientation.sformCode !== 0) {
    const { sform } = orientation;
    return fromRows([sform.slice(0, 4), sform.slice(4, 8), sform.slice(8, 12), [0, 0, 0, 1]]);
  }
  return orientation.qformCode !== 0 ? qformAffine(orientation) : baseAffine(orientation);
}

function qformAffine({ quaternion, offset, pixdim, precision }: NiftiOrientation): Matrix<Float64Array> {
  let [b, c, d] = quaternion;
  const square = 1 - (b * b + c * c + d * d);
  let a = Math.sqrt(Math.max(0, square));
  if (square < LEAST_SQUARE[precision]) {
    // A half turn. Rounding may have made b² + c² + d² a little more than 1: of unit length again.
    const norm = Math.hypot(b, c, d);
    [a, b, c, d] = [0, b / norm, c / norm, d / norm];
  }
  const [dx, dy] = [pixdim[1], pixdim[2]];
  const dz = pixdim[3] * (pixdim[0] < 0 ? -1 : 1);
  const [x, y, z] = offset;
  return fromRows([
    [(a * a + b * b - c * c - d * d) * dx, 2 * (b * c - a * d) * dy, 2 * (b * d + a * c) * dz, x],
    [2 * (b * c + a * d) * dx, (a * a + c * c - b * b - d * d) * dy, 2 * (c * d - a * b) * dz, y],
    [2 * (b * d - a * c) * dx, 2 * (c * d + a * b) * dy, (a * a + d * d - b * b - c * c) * dz, z],
    [0, 0, 0, 1],
  ]);
}

function baseAffine({ pixdim, shape }: NiftiOrientation): Matrix<Float64Array> {
  const size = [-pixdim[1], pixdim[2], pixdim[3]];
  // Axes beyond the image's own are one voxel of size 1.
  const extent = [0, 1, 2].map((axis) => (axis < shape.length ? shape[axis] : 1));
  const step = size.map((mm, axis) => (axis < shape.length ? mm : axis === 0 ? -1 : 1));
  return fromRows([
    [step[0], 0, 0, (-step[0] * (extent[0] - 1)) / 2],
    [0, step[1], 0, (-step[1] * (extent[1] - 1)) / 2],
    [0, 0, step[2], (-step[2] * (extent[2] - 1)) / 2],
    [0, 0, 0, 1],
  ]);
}
