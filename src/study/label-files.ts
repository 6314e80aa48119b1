import { type CiftiImage, readCifti, readNifti, type VoxelSpace } from "../fmri";
import {
  type Atlas,
  atlasOfStructures,
  fitAtlas,
  type HcpAtlas,
  hemisphereOf,
  type LabelledMaps,
  labelMaps,
  labelPlaces,
  type OverlapNull,
  randomRotations,
  readCiftiAtlas,
  readColourTable,
  readHcpAtlas,
  readHcpSurfaces,
  readNiftiAtlas,
  readSurfaces,
  spinNull,
  spinVertices,
  surrogateNull,
} from "../networks";
import { type Progress, writeAtomically } from "../store";
import { type Matrix, matrix, selectColumns } from "../tensor";
import { tsvText } from "./tsv-text";

/** Atlases of the HCP's 91,282 grayordinates that go by name. */
export const NAMED_ATLASES = [
  "yeo7",
  "yeo17",
  "cole-anticevic",
  "cole-anticevic-parcels",
  "mmp",
] as const satisfies readonly HcpAtlas[];

/** Which maps `labelFiles` labels by which atlas. A label needs q < `level`; p is from `nRotations` spins and as many surrogates. */
export interface LabelFilesOptions {
  /** .dscalar.nii, .nii or .nii.gz, one map or several. */
  map: string;
  /** One of `NAMED_ATLASES`, or a .dlabel.nii, .nii or .nii.gz file. */
  atlas: string;
  /** Which map of a .dlabel.nii file with several; the names of a volume's labels (FreeSurfer's colour table). */
  atlasMap?: string;
  atlasTable?: string;
  /** Spheres of another mesh than the HCP's 32k: left, right (.surf.gii). */
  spheres?: readonly [left: string, right: string];
  /** Of the parts above and below, in the unit of the maps. */
  threshold: number;
  nRotations: number;
  seed: number;
  level: number;
  out: string;
  onProgress?: Progress;
  onMessage?: (message: string) => void;
  signal?: AbortSignal;
}

interface ReadMaps {
  names: string[];
  /** [nMaps × nPositions]. */
  values: Matrix;
  space: VoxelSpace;
}

/** Names of labels that stand for no piece of the brain. */
const BACKGROUND = ["???", "Unknown", "unknown", "Medial_Wall", "medial_wall"];

/**
 * Labels the positive and the negative part of each map by the network that it shares most with: `out`, a line for each map and sign with
 * network, Dice, normalised overlap, p and q, or "unassigned"; and beside it NAME.overlaps.tsv, every part against every network.
 *
 * p for the cortex is by spins of the sphere, for structures of voxels by surrogates of the same variogram, as many as rotations; structures in
 * which the atlas labels nothing count nowhere. q is over all parts and networks of the call. Throws as `labelMaps`, and when map and
 * atlas are of different spaces.
 */
export async function labelFiles(options: LabelFilesOptions): Promise<LabelledMaps> {
  const { map, threshold, level, out, onProgress, onMessage = () => {}, signal } = options;
  if (!out.endsWith(".tsv")) {
    throw new Error(`labelFiles: invalid name: ${out}; expected one that ends with .tsv. Rename it.`);
  }
  const maps = await readMaps(map);
  const whole = fitAtlas(await readAtlas(options), {
    name: map,
    space: maps.space,
    voxels: Int32Array.from({ length: maps.values.shape[1] }, (_, i) => i),
  });
  const { atlas, positions } = labelledStructures(whole);
  const values =
    positions.length === maps.values.shape[1] ? maps.values : selectColumns(maps.values, positions);
  const nulls = await nullsOf(atlas, options);
  const labelled = await labelMaps(values, atlas, { threshold, level, nulls, onProgress, signal });

  const named = (index: number) => ({ map: index + 1, name: maps.names[index] });
  const rows = labelled.labels.map(({ map: index, sign, network, n_part, dice, p, q }) => {
    const found = labelled.overlaps.find(
      (row) => row.map === index && row.sign === sign && row.network === network,
    );
    return { ...named(index), sign, network, n_part, dice, overlap: found?.overlap ?? Number.NaN, p, q };
  });
  const all = labelled.overlaps.map(({ map: index, ...row }) => ({ ...named(index), ...row }));
  writeAtomically(out.replace(/\.tsv$/, ".overlaps.tsv"), tsvText(all));
  writeAtomically(out, tsvText(rows));
  const nMissing = labelled.nMissing.filter((n) => n > 0).length;
  if (nMissing > 0) onMessage(`${nMissing} maps have positions without a value, which count nowhere`);
  onMessage(`atlas: ${atlas.name}; licence: ${atlas.licence}; please cite: ${atlas.citation}`);
  return labelled;
}

async function readMaps(path: string): Promise<ReadMaps> {
  if (/\.dscalar\.nii$/i.test(path)) {
    const { rows, values, models }: CiftiImage = await readCifti(path);
    if (rows.kind === "scalars") {
      return { names: rows.maps.map(({ name }) => name), values, space: { kind: "grayordinates", models } };
    }
  } else if (/\.nii(\.gz)?$/i.test(path) && !/\.(dtseries|dlabel)\.nii$/i.test(path)) {
    const { header, values } = await readNifti(path);
    const nPositions = header.shape.slice(0, 3).reduce((product, length) => product * length, 1);
    const nMaps = values.length / nPositions;
    return {
      names: Array.from({ length: nMaps }, (_, i) => `map ${i + 1}`),
      values: matrix(values, [nMaps, nPositions]),
      space: { kind: "volume", header },
    };
  }
  throw new Error(
    `labelFiles: unknown format of ${path}; expected maps: .dscalar.nii, .nii or .nii.gz. Write them with brainlens encode, or convert them.`,
  );
}

async function readAtlas({ atlas, atlasMap, atlasTable }: LabelFilesOptions): Promise<Atlas> {
  const named = NAMED_ATLASES.find((name) => name === atlas);
  if (named !== undefined) return readHcpAtlas(named);
  const origin = { name: atlas, licence: "unverified", citation: "unverified", background: BACKGROUND };
  if (/\.dlabel\.nii$/i.test(atlas)) {
    const map = atlasMap ?? (await onlyLabelMap(atlas));
    return readCiftiAtlas(atlas, { ...origin, map });
  }
  if (/\.nii(\.gz)?$/i.test(atlas)) {
    if (atlasTable === undefined) {
      throw new Error(
        `labelFiles: missing names of the labels of ${atlas}: none; expected a colour table, as a volume names none. Pass --atlas-table with lines "number name red green blue".`,
      );
    }
    return readNiftiAtlas(atlas, { ...origin, table: await readColourTable(atlasTable) });
  }
  throw new Error(
    `labelFiles: unknown atlas: ${atlas}; expected one of ${NAMED_ATLASES.join(", ")}, or a .dlabel.nii, .nii or .nii.gz file. Choose one of them.`,
  );
}

async function onlyLabelMap(path: string): Promise<string> {
  const { rows } = await readCifti(path);
  const names = rows.kind === "labels" ? rows.maps.map(({ name }) => name) : [];
  if (names.length === 1) return names[0];
  throw new Error(
    `labelFiles: ambiguous map of ${path}: ${names.length} maps of labels; expected the name of one of ${names.map((name) => `"${name}"`).join(", ")}. Pass --atlas-map.`,
  );
}

/** The atlas at the structures in which it labels something, and where these lie. */
function labelledStructures(atlas: Atlas): { atlas: Atlas; positions: Int32Array } {
  const places = labelPlaces(atlas);
  const kept = atlas.space.parts.filter(({ offset, nPositions }) =>
    places.subarray(offset, offset + nPositions).some((place) => place < atlas.table.length),
  );
  const positions = Int32Array.from(
    kept.flatMap(({ offset, nPositions }) => Array.from({ length: nPositions }, (_, i) => offset + i)),
  );
  if (kept.length === atlas.space.parts.length || kept.length === 0) {
    return { atlas, positions: Int32Array.from({ length: atlas.space.nPositions }, (_, i) => i) };
  }
  return {
    atlas: atlasOfStructures(
      atlas,
      kept.map(({ structure }) => structure),
    ),
    positions,
  };
}

async function nullsOf(atlas: Atlas, options: LabelFilesOptions): Promise<OverlapNull[]> {
  const { nRotations, seed, spheres, onProgress, signal } = options;
  const nulls: OverlapNull[] = [];
  const { parts } = atlas.space;
  if (parts.some(({ surface, structure }) => surface !== null && hemisphereOf(structure) !== null)) {
    const surfaces =
      spheres === undefined
        ? await readHcpSurfaces("sphere")
        : await readSurfaces(
            { left: spheres[0], right: spheres[1] },
            { name: "spheres", shape: "sphere", licence: "unverified", citation: "unverified" },
          );
    const rotations = randomRotations({ nRotations, seed });
    nulls.push(spinNull(await spinVertices(surfaces, rotations, { onProgress, signal })));
  }
  if (parts.some(({ surface }) => surface === null)) {
    nulls.push(surrogateNull({ nDraws: nRotations, seed }));
  }
  return nulls;
}
