import { type Matrix, zeros } from "../tensor";

/** Which network each voxel belongs to. */
export interface NetworkLabels {
  names: readonly string[];
  /** Position in `names`, voxel by voxel; any other number (−1, or names.length as `labelPlaces` has it) is no network. */
  ofVoxel: ArrayLike<number>;
}

/** The voxels of each network, in the order of the names. */
export function voxelsByNetwork({ names, ofVoxel }: NetworkLabels): number[][] {
  const voxels = names.map((): number[] => []);
  for (let v = 0; v < ofVoxel.length; v++) voxels[ofVoxel[v]]?.push(v);
  return voxels;
}

/** Mean of each row over the voxels of each network, [nRows × nVoxels] to [nRows × nNetworks]; NaN is left out, and where nothing is left. */
export function meansByNetwork(
  values: Matrix,
  networks: readonly (readonly number[])[],
): Matrix<Float64Array> {
  const [nRows, nVoxels] = values.shape;
  const out = zeros([nRows, networks.length]);
  for (let i = 0; i < nRows; i++) {
    networks.forEach((voxels, g) => {
      let [sum, count] = [0, 0];
      for (const v of voxels) {
        const value = values.data[i * nVoxels + v];
        if (Number.isNaN(value)) continue;
        sum += value;
        count++;
      }
      out.data[i * networks.length + g] = sum / count;
    });
  }
  return out;
}
