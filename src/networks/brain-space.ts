import { countGrayordinates, type VoxelSpace } from "../fmri";
import type { Matrix } from "../tensor";

/** The positions of a map that lie in one structure: `nPositions` of them from `offset` on. */
export interface BrainPart {
  /** CIFTI's name, for instance CIFTI_STRUCTURE_CORTEX_LEFT; "volume" where a file names no structures. */
  readonly structure: string;
  readonly offset: number;
  readonly nPositions: number;
  /** For a cortical sheet: of how many vertices, and the vertex of each position, counted from 0. */
  readonly surface: { readonly nVertices: number; readonly vertices: Int32Array } | null;
  /** i, j, k of each position, [3 · nPositions]; null on a surface, and where they are not known. */
  readonly voxels: Int32Array | null;
}

/** What the positions of maps and atlases are: grayordinates, vertices of two hemispheres, or voxels. */
export interface BrainSpace {
  readonly nPositions: number;
  /** One after the other, from the first position to the last. */
  readonly parts: readonly BrainPart[];
  /** The grid that voxels are counted in; null where there are none, or none that are known. */
  readonly volume: {
    readonly shape: readonly [number, number, number];
    readonly affine: Matrix<Float64Array>;
  } | null;
}

export type Hemisphere = "left" | "right";

/** CIFTI's names of the two cortices. */
export const CORTEX = { left: "CIFTI_STRUCTURE_CORTEX_LEFT", right: "CIFTI_STRUCTURE_CORTEX_RIGHT" } as const;

/** The hemisphere that a structure's name ends with; null for the brain stem, volumes and the like. */
export function hemisphereOf(structure: string): Hemisphere | null {
  if (structure.endsWith("_LEFT")) return "left";
  return structure.endsWith("_RIGHT") ? "right" : null;
}

/**
 * The space of a run's or a file's voxels; with `voxels` (ascending, as in `StreamedRun`) of a selection of them.
 * Throws for tables of regions, which have no place.
 */
export function brainSpaceOf(space: VoxelSpace, voxels?: Int32Array): BrainSpace {
  const whole = wholeSpace(space);
  return voxels === undefined ? whole : selectFromSpace(whole, voxels);
}

function wholeSpace(space: VoxelSpace): BrainSpace {
  if (space.kind === "columns") {
    throw new Error(
      `brainSpaceOf: invalid space: a table of ${space.names.length} regions; expected a volume or grayordinates. Read the data from images.`,
    );
  }
  if (space.kind === "volume") {
    const [nx, ny, nz] = [0, 1, 2].map((axis) => space.header.shape[axis] ?? 1);
    const nPositions = nx * ny * nz;
    const voxels = new Int32Array(3 * nPositions);
    for (let n = 0; n < nPositions; n++) {
      voxels[3 * n] = n % nx;
      voxels[3 * n + 1] = Math.floor(n / nx) % ny;
      voxels[3 * n + 2] = Math.floor(n / (nx * ny));
    }
    return {
      nPositions,
      parts: [{ structure: "volume", offset: 0, nPositions, surface: null, voxels }],
      volume: { shape: [nx, ny, nz], affine: space.header.affine },
    };
  }
  const { nGrayordinates, models, volume } = space.models;
  const parts = models.map((model) => ({
    structure: model.structure,
    offset: model.offset,
    nPositions: countGrayordinates(model),
    surface:
      model.kind === "surface" ? { nVertices: model.nSurfaceVertices, vertices: model.vertices } : null,
    voxels: model.kind === "voxels" ? model.voxels : null,
  }));
  return { nPositions: nGrayordinates, parts, volume };
}

/** The space of some positions, ascending; structures of which none is left are gone. */
export function selectFromSpace(space: BrainSpace, positions: Int32Array): BrainSpace {
  const odd = positions.findIndex(
    (position, i) =>
      !(position >= 0 && position < space.nPositions) || (i > 0 && position <= positions[i - 1]),
  );
  if (odd >= 0) {
    throw new Error(
      `selectFromSpace: invalid position ${odd}: ${positions[odd]}; expected ascending numbers from 0 to ${space.nPositions - 1}. Pass the voxels of a run in the same space.`,
    );
  }
  const parts: BrainPart[] = [];
  let offset = 0;
  let at = 0;
  for (const part of space.parts) {
    const start = at;
    while (at < positions.length && positions[at] < part.offset + part.nPositions) at++;
    if (at === start) continue;
    const own = positions.subarray(start, at).map((position) => position - part.offset);
    const { surface, voxels } = part;
    parts.push({
      structure: part.structure,
      offset,
      nPositions: own.length,
      surface: surface && {
        nVertices: surface.nVertices,
        vertices: own.map((i) => surface.vertices[i]),
      },
      voxels:
        voxels &&
        Int32Array.from({ length: 3 * own.length }, (_, k) => voxels[3 * own[Math.floor(k / 3)] + (k % 3)]),
    });
    offset += own.length;
  }
  return { nPositions: positions.length, parts, volume: space.volume };
}

/**
 * What differs between two spaces, in words, or null where nothing does. Voxels are compared where both know them.
 */
export function spaceDifference(a: BrainSpace, b: BrainSpace): string | null {
  if (a.nPositions !== b.nPositions) return `${a.nPositions} positions against ${b.nPositions}`;
  if (a.parts.length !== b.parts.length) return `${a.parts.length} structures against ${b.parts.length}`;
  for (const [i, part] of a.parts.entries()) {
    const other = b.parts[i];
    if (part.structure !== other.structure || part.nPositions !== other.nPositions) {
      return `${part.nPositions} positions in ${part.structure} against ${other.nPositions} in ${other.structure}`;
    }
    if (part.surface?.nVertices !== other.surface?.nVertices) {
      return `${part.structure} of ${part.surface?.nVertices ?? "no"} vertices against ${other.surface?.nVertices ?? "none"}`;
    }
    const areSame = (x: Int32Array, y: Int32Array) => x.every((index, k) => index === y[k]);
    if (part.surface && other.surface && !areSame(part.surface.vertices, other.surface.vertices)) {
      return `other vertices in ${part.structure}`;
    }
    if (part.voxels && other.voxels && !areSame(part.voxels, other.voxels)) {
      return `other voxels in ${part.structure}`;
    }
  }
  return null;
}
