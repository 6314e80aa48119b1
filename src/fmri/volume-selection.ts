import type { NiftiImage } from "./nifti-image";
import type { StreamedRun } from "./streamed-run";

/** Two affines that differ by less than this (mm) put every voxel in the same place: headers are float32. */
const AFFINE_TOLERANCE_MM = 1e-3;

/**
 * The voxels of a run at which a mask is not 0: numbers for `selectVoxels`. `source` names the mask in messages. Throws when
 * run and mask differ in shape or affine, when the mask holds a NaN, and when it is 0 throughout.
 */
export function maskVoxels(run: StreamedRun, mask: NiftiImage, source: string): Int32Array {
  const values = volumeOf(run, mask, { caller: "maskVoxels", source });
  return found(
    Int32Array.from(values.keys()).filter((voxel) => values[voxel] !== 0),
    `maskVoxels: missing voxels: ${source} is 0 throughout; expected a mask with values other than 0. Pass another mask.`,
  );
}

/**
 * The voxels of a run whose label in an atlas volume is one of `labels`: numbers for `selectVoxels`. Throws as `maskVoxels`,
 * and when no voxel has one of the labels.
 */
export function labelVoxels(
  run: StreamedRun,
  atlas: NiftiImage,
  labels: readonly number[],
  source: string,
): Int32Array {
  const values = volumeOf(run, atlas, { caller: "labelVoxels", source });
  const wanted = new Set(labels);
  return found(
    Int32Array.from(values.keys()).filter((voxel) => wanted.has(values[voxel])),
    `labelVoxels: missing voxels: none of ${source} has label ${labels.join(", ")}; expected at least one. Look the numbers up in the atlas' table.`,
  );
}

function found(voxels: Int32Array, message: string): Int32Array {
  if (voxels.length === 0) throw new Error(message);
  return voxels;
}

/** The values of an image that lies on the run's own voxels. */
function volumeOf(
  run: StreamedRun,
  image: NiftiImage,
  { caller, source }: { caller: string; source: string },
): Float64Array {
  if (run.space.kind !== "volume") {
    throw new Error(
      `${caller}: mismatched space of run ${run.name}: ${run.space.kind}; expected a volume, as ${source} is one. Select grayordinates by structure or by a label file.`,
    );
  }
  const { header } = run.space;
  const shape = header.shape.slice(0, 3);
  const theirs = image.header.shape;
  const isSame =
    shape.every((length, axis) => length === theirs[axis]) && theirs.slice(3).every((n) => n === 1);
  if (!isSame) {
    throw new Error(
      `${caller}: mismatched shape of ${source}: ${theirs.join(" × ")}; expected ${shape.join(" × ")} as in run ${run.name}. Resample one onto the other first.`,
    );
  }
  const furthest = header.affine.data.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - image.header.affine.data[i])),
    0,
  );
  if (!(furthest < AFFINE_TOLERANCE_MM)) {
    throw new Error(
      `${caller}: mismatched affine of ${source}: it differs by ${furthest} from that of run ${run.name}; expected less than ${AFFINE_TOLERANCE_MM} mm. Resample one onto the other first.`,
    );
  }
  const gap = image.values.findIndex(Number.isNaN);
  if (gap >= 0) {
    throw new Error(
      `${caller}: missing value at voxel ${gap} of ${source}: NaN; expected numbers. Write 0 outside the mask.`,
    );
  }
  return image.values;
}
