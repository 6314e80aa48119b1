import { type Atlas, type CorticalSurfaces, type Hemisphere, hemisphereOf, labelPlaces } from "../networks";

/** What is drawn of one hemisphere. */
export interface SurfaceSide {
  /** The place in the networks' table of each vertex; `nNetworks` for none, `nNetworks + 1` where there is no value. */
  groups: Uint16Array;
  /** Of each vertex; 0 where there is none. */
  values: Float64Array;
  /** The parcel of each vertex; "" where there is none. */
  parcels: string[];
}

/** Lays a map's positions on the vertices of both cortices. Throws, as `surfaceMap`, when lengths or meshes differ. */
export function sidesOf(
  values: ArrayLike<number>,
  networks: Atlas,
  surfaces: CorticalSurfaces,
  parcels: Atlas | "none",
): Record<Hemisphere, SurfaceSide> {
  const { nPositions, parts } = networks.space;
  for (const [noun, length] of [
    ["map", values.length],
    ["parcels", parcels === "none" ? nPositions : parcels.space.nPositions],
  ] as const) {
    if (length === nPositions) continue;
    throw new Error(
      `surfaceMap: mismatched length of ${noun}: ${length}; expected ${nPositions}, the positions of atlas ${networks.name}. Bring both into one space with fitAtlas.`,
    );
  }
  const places = labelPlaces(networks);
  const names = parcels === "none" ? null : new Map(parcels.table.map(({ id, name }) => [id, name]));
  const side = (hemisphere: Hemisphere): SurfaceSide => {
    const nVertices = surfaces[hemisphere].vertices.shape[0];
    const part = parts.find(
      ({ structure, surface }) => surface !== null && hemisphereOf(structure) === hemisphere,
    );
    const vertices = part?.surface?.vertices;
    if (part === undefined || vertices === undefined) {
      throw new Error(
        `surfaceMap: missing ${hemisphere} cortex in atlas ${networks.name}; expected vertices of both. Volumes are for volumeMap.`,
      );
    }
    if (part.surface?.nVertices !== nVertices) {
      throw new Error(
        `surfaceMap: mismatched mesh: ${surfaces.name} has ${nVertices} vertices on the ${hemisphere}; expected ${part.surface?.nVertices} as the data. Read surfaces of the data's mesh.`,
      );
    }
    const out: SurfaceSide = {
      groups: new Uint16Array(nVertices).fill(networks.table.length + 1),
      values: new Float64Array(nVertices),
      parcels: new Array<string>(nVertices).fill(""),
    };
    vertices.forEach((vertex, i) => {
      const position = part.offset + i;
      if (!Number.isFinite(values[position])) return;
      out.groups[vertex] = places[position];
      out.values[vertex] = values[position];
      if (parcels !== "none") out.parcels[vertex] = names?.get(parcels.labels[position]) ?? "";
    });
    return out;
  };
  return { left: side("left"), right: side("right") };
}
