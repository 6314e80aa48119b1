import { type Atlas, labelPlaces } from "./atlas";
import { type BrainPart, hemisphereOf } from "./brain-space";
import { countOverlaps } from "./overlap";
import type { OverlapNull } from "./overlap-null";
import type { Spins, SpunHemisphere } from "./spins";

/**
 * The spin test's null for the cortex: maps stay, networks are turned. Draw r asks for every position which label lies at the place
 * to which rotation r carries it.
 *
 * The medial wall is left out of both sides: positions that a rotation carries onto it count neither in the map nor in a network,
 * and the wall's own vertices are no positions. A whole cortex with labels on its medial wall (vertices that no data have) is
 * cut to the positions of the data first. Throws, in `prepare`, when the spins are of another mesh than the atlas.
 */
export function spinNull(spins: Spins): OverlapNull {
  return {
    nDraws: spins.nRotations,
    covers: isCortex,
    prepare({ parts, atlas }) {
      const leftOut = atlas.table.length + 1;
      const hemispheres = atlas.space.parts.filter(isCortex).map((part) => turnable(part, spins, atlas));
      const within = new Uint8Array(atlas.space.nPositions);
      for (const { part } of hemispheres) within.fill(1, part.offset, part.offset + part.nPositions);
      const ownParts = parts.map((part) => ({
        ...part,
        members: part.members.filter((position) => within[position] === 1),
        missing: part.missing.filter((position) => within[position] === 1),
      }));
      const places = new Uint16Array(atlas.space.nPositions).fill(leftOut);
      return (draw, counts) => {
        for (const { part, spun, placeOfVertex } of hemispheres) {
          const start = draw * spun.nVertices;
          const vertices = part.surface?.vertices ?? new Int32Array(0);
          for (let i = 0; i < vertices.length; i++) {
            places[part.offset + i] = placeOfVertex[spun.vertices[start + vertices[i]]];
          }
        }
        countOverlaps(ownParts, places, counts);
      };
    },
  };
}

function isCortex({ structure, surface }: BrainPart): boolean {
  return surface !== null && hemisphereOf(structure) !== null;
}

/** A hemisphere with the place of the label at each of its vertices, the medial wall's being left out. */
function turnable(part: BrainPart, spins: Spins, atlas: Atlas) {
  const spun: SpunHemisphere = spins[hemisphereOf(part.structure) ?? "left"];
  const surface = part.surface ?? { nVertices: 0, vertices: new Int32Array(0) };
  if (spun.nVertices !== surface.nVertices) {
    throw new Error(
      `spinNull: mismatched mesh of ${part.structure}: spheres of ${spun.nVertices} vertices; expected ${surface.nVertices} as in atlas ${atlas.name}. Spin the spheres of the data's own mesh.`,
    );
  }
  const placeOfVertex = new Uint16Array(surface.nVertices).fill(atlas.table.length + 1);
  const places = labelPlaces(atlas);
  surface.vertices.forEach((vertex, i) => {
    placeOfVertex[vertex] = places[part.offset + i];
  });
  return { part, spun, placeOfVertex };
}
