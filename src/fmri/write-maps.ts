import { type Matrix, matrix } from "../tensor";
import { writeCifti } from "./cifti-writer";
import { writeNifti } from "./nifti-writer";
import type { VoxelSpace } from "./streamed-run";

/**
 * Writes maps of a run's voxels as a file that other tools open, in the space of the run: a float32 NIfTI image (.nii, .nii.gz; a map
 * of its own in the fourth dimension) for volumes, CIFTI-2 scalars (.dscalar.nii) for grayordinates.
 *
 * `maps` [nMaps × nVoxels], a value for each of `voxels` (numbers of the space, as in the run); `names` one a map (NIfTI keeps none);
 * `outside` is written where there is no value: NaN says "not computed", 0 is what many viewers expect. NaN in a map is
 * written as it is. Throws for tables of regions, which have no space.
 */
export function writeMaps(
  path: string,
  content: {
    maps: Matrix;
    names: readonly string[];
    space: VoxelSpace;
    voxels: Int32Array;
    outside: number;
  },
): void {
  const { maps, names, space, voxels, outside } = content;
  const [nMaps, nVoxels] = maps.shape;
  if (nVoxels !== voxels.length || nMaps !== names.length || nMaps === 0) {
    throw new Error(
      `writeMaps: mismatched maps for ${path}: ${nMaps} × ${nVoxels} with ${names.length} names and ${voxels.length} voxels; expected a name for each map and a value for each voxel. Pass the run's own voxels.`,
    );
  }
  if (space.kind === "columns") {
    throw new Error(
      `writeMaps: invalid space for ${path}: a table of ${space.names.length} regions; expected a volume or grayordinates. Write the values as a table.`,
    );
  }
  const nSpaceVoxels =
    space.kind === "volume"
      ? space.header.shape.slice(0, 3).reduce((product, length) => product * length, 1)
      : space.models.nGrayordinates;
  const full = new Float32Array(nMaps * nSpaceVoxels).fill(outside);
  for (let map = 0; map < nMaps; map++) {
    for (let i = 0; i < nVoxels; i++) full[map * nSpaceVoxels + voxels[i]] = maps.data[map * nVoxels + i];
  }
  if (space.kind === "grayordinates") {
    const rows = { kind: "scalars" as const, maps: names.map((name) => ({ name, metadata: {} })) };
    writeCifti(path, { rows, models: space.models, values: matrix(full, [nMaps, nSpaceVoxels]) });
  } else {
    const shape = [...space.header.shape.slice(0, 3), ...(nMaps > 1 ? [nMaps] : [])];
    writeNifti(path, { header: space.header, shape, values: full, datatype: "float32" });
  }
}
