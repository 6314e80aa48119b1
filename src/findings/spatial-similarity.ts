import { dice } from "../networks";
import { correlateColumns, type Matrix, row, transpose, zeros } from "../tensor";

/** Pearson's r between the maps of atoms over voxels: [nAtoms × nVoxels] gives [nAtoms × nAtoms]. A flat map is NaN. */
export function spatialCorrelations(maps: Matrix): Matrix<Float64Array> {
  const byVoxel = transpose(maps);
  return correlateColumns(byVoxel, byVoxel);
}

/** Dice's coefficient between the sets of voxels with |z| > threshold of every two atoms, [nAtoms × nAtoms]; 0 where both are empty. */
export function mapDice(z: Matrix, threshold: number): Matrix<Float64Array> {
  const [nAtoms, nVoxels] = z.shape;
  const inside = Uint8Array.from(z.data, (value) => (Math.abs(value) > threshold ? 1 : 0));
  const sizes = Array.from({ length: nAtoms }, (_, k) =>
    inside.subarray(k * nVoxels, (k + 1) * nVoxels).reduce((sum, one) => sum + one, 0),
  );
  const out = zeros([nAtoms, nAtoms]);
  for (let k = 0; k < nAtoms; k++) {
    for (let m = k; m < nAtoms; m++) {
      let both = 0;
      for (let v = 0; v < nVoxels; v++) both += inside[k * nVoxels + v] & inside[m * nVoxels + v];
      const value = sizes[k] + sizes[m] === 0 ? 0 : dice(both, sizes[k], sizes[m]);
      out.data[k * nAtoms + m] = value;
      out.data[m * nAtoms + k] = value;
    }
  }
  return out;
}

/** How many atoms have |z| > threshold in each voxel, [nVoxels]. */
export function atomsPerVoxel(z: Matrix, threshold: number): Int32Array {
  const counts = new Int32Array(z.shape[1]);
  for (let k = 0; k < z.shape[0]; k++) {
    row(z, k).forEach((value, v) => {
      if (Math.abs(value) > threshold) counts[v]++;
    });
  }
  return counts;
}
