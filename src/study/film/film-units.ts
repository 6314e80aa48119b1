import type { NetworkLabels } from "../../findings";
import { type Atlas, labelPlaces } from "../../networks";

/** What findings are tested on: parcels or voxels, and the network that each belongs to. */
export interface FilmUnits {
  /** Unit of each voxel; `nUnits` where it has none. */
  ofVoxel: ArrayLike<number>;
  nUnits: number;
  names: string[];
  /** Networks of the units. */
  labels: NetworkLabels;
  /** Networks of the voxels. */
  voxelLabels: NetworkLabels;
}

/** The units of a data set. Parcels are Cole and Anticevic's 360 of the cortex, each of one network; those without a voxel are left out. */
export function filmUnits(
  { networks, parcels }: { networks: Atlas; parcels: Atlas },
  kind: "parcels" | "voxels",
): FilmUnits {
  const networkOf = labelPlaces(networks);
  const voxelLabels = { names: networks.table.map(({ name }) => name), ofVoxel: networkOf };
  if (kind === "voxels") {
    const voxels = Int32Array.from(networkOf, (_, v) => v);
    const names = Array.from(voxels, (v) => `voxel ${v}`);
    return { ofVoxel: voxels, nUnits: voxels.length, names, labels: voxelLabels, voxelLabels };
  }
  const places = labelPlaces(parcels);
  const nAll = parcels.table.length;
  const network = new Int32Array(nAll).fill(-1);
  for (const { surface, offset, nPositions } of parcels.space.parts) {
    if (surface === null) continue;
    for (let v = offset; v < offset + nPositions; v++) {
      if (places[v] < nAll) network[places[v]] = networkOf[v];
    }
  }
  const present = Array.from({ length: nAll }, (_, parcel) => parcel).filter(
    (parcel) => network[parcel] >= 0,
  );
  const unitOf = new Map(present.map((parcel, unit) => [parcel, unit]));
  return {
    ofVoxel: Int32Array.from(places, (parcel) => unitOf.get(parcel) ?? present.length),
    nUnits: present.length,
    names: present.map((parcel) => parcels.table[parcel].name),
    labels: { names: voxelLabels.names, ofVoxel: Int32Array.from(present, (parcel) => network[parcel]) },
    voxelLabels,
  };
}
