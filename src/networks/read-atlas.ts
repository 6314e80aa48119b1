import { readFile } from "node:fs/promises";
import { type Label, readAnnotation, readCifti, readGifti, readNifti } from "../fmri";
import { type Atlas, type AtlasOrigin, makeAtlas } from "./atlas";
import { type BrainSpace, brainSpaceOf, CORTEX } from "./brain-space";

/** The two files of an atlas on surfaces. */
export interface HemisphereFiles {
  left: string;
  right: string;
}

/** Reads one map of a CIFTI label file (.dlabel.nii). Throws as `readCifti`, and when it has no such map. */
export async function readCiftiAtlas(path: string, origin: AtlasOrigin & { map: string }): Promise<Atlas> {
  const { rows, models, values } = await readCifti(path);
  const maps = rows.kind === "labels" ? rows.maps : [];
  const index = maps.findIndex((map) => map.name === origin.map);
  if (index < 0) {
    const known = maps.map((map) => `"${map.name}"`).join(", ") || "none: it is no .dlabel file";
    throw new Error(
      `readCiftiAtlas: unknown map of ${path}: "${origin.map}"; expected one of ${known}. Name it as the file does.`,
    );
  }
  const n = models.nGrayordinates;
  const labels = Int32Array.from(values.data.subarray(index * n, (index + 1) * n));
  return makeAtlas(labels, maps[index].labels, brainSpaceOf({ kind: "grayordinates", models }), origin);
}

/**
 * Reads GIFTI label files (.label.gii) of both hemispheres; positions are the vertices of the left, then of the right. An
 * id stands for the same name on both sides. Throws as `readGifti`, and for files without one array of labels.
 */
export async function readGiftiAtlas(files: HemisphereFiles, origin: AtlasOrigin): Promise<Atlas> {
  const read = async (path: string) => {
    const { arrays, labels } = await readGifti(path);
    const found = arrays.filter(({ intent }) => intent === "NIFTI_INTENT_LABEL");
    if (found.length !== 1) {
      throw new Error(
        `readGiftiAtlas: invalid label file ${path}: ${found.length} arrays of labels; expected one. Pass a .label.gii file with one map.`,
      );
    }
    return { keys: Int32Array.from(found[0].values), labels };
  };
  const [left, right] = await Promise.all([read(files.left), read(files.right)]);
  const rightOnly = right.labels.filter((label) => !left.labels.some((other) => sameLabel(label, other)));
  return surfaceAtlas(left.keys, right.keys, [...left.labels, ...rightOnly], origin);
}

/**
 * Reads FreeSurfer annotations (.annot) of both hemispheres; positions are the vertices of the left, then of the right.
 * A region that is named on both sides keeps one id there; the ids of the right that mean another on the left are moved beyond them.
 */
export async function readAnnotAtlas(files: HemisphereFiles, origin: AtlasOrigin): Promise<Atlas> {
  const [left, right] = await Promise.all([readAnnotation(files.left), readAnnotation(files.right)]);
  const labels = [...left.labels];
  let next = Math.max(...left.labels.map(({ key }) => key), ...right.labels.map(({ key }) => key)) + 1;
  const ids = new Map<number, number>();
  for (const label of right.labels) {
    const same = left.labels.find(({ name }) => name === label.name);
    const isFree = !left.labels.some(({ key }) => key === label.key);
    const id = same?.key ?? (isFree ? label.key : next++);
    ids.set(label.key, id);
    if (same === undefined) labels.push({ ...label, key: id });
  }
  const rightKeys = right.regions.map((key) => ids.get(key) ?? -1);
  return surfaceAtlas(left.regions, rightKeys, labels, origin);
}

/**
 * Reads a label volume (.nii, .nii.gz); positions are the voxels in the file's order. NIfTI names no labels: `table` does (`readColourTable`).
 * Throws as `readNifti`, and for values that are no whole numbers.
 */
export async function readNiftiAtlas(
  path: string,
  origin: AtlasOrigin & { table: readonly Label[] },
): Promise<Atlas> {
  const { header, values } = await readNifti(path);
  const space = brainSpaceOf({ kind: "volume", header });
  const odd = values.findIndex((value) => !Number.isInteger(value));
  if (odd >= 0 || values.length !== space.nPositions) {
    const got = odd >= 0 ? `${values[odd]} at voxel ${odd}` : `${values.length / space.nPositions} volumes`;
    throw new Error(
      `readNiftiAtlas: invalid labels of ${path}: ${got}; expected one volume of whole numbers. Probability maps are no labels: take the most probable first.`,
    );
  }
  return makeAtlas(Int32Array.from(values), origin.table, space, origin);
}

/** Reads a FreeSurfer colour table: lines "number name red green blue alpha", 0 to 255; # starts a comment. */
export async function readColourTable(path: string): Promise<Label[]> {
  const lines = (await readFile(path, "utf8")).split(/\r?\n/);
  return lines.flatMap((line, i) => {
    const words = line.replace(/#.*/, "").trim().split(/\s+/);
    if (words[0] === "") return [];
    const [key, red, green, blue] = [words[0], ...words.slice(2, 5)].map(Number);
    if (words.length < 5 || ![key, red, green, blue].every(Number.isInteger)) {
      throw new Error(
        `readColourTable: invalid line ${i + 1} of ${path}: "${line.slice(0, 80)}"; expected number, name, red, green, blue. Correct the line.`,
      );
    }
    return [{ key, name: words[1], rgba: [red / 255, green / 255, blue / 255, 1] as const }];
  });
}

function sameLabel(a: Label, b: Label): boolean {
  return a.key === b.key && a.name === b.name;
}

function surfaceAtlas(left: Int32Array, right: Int32Array, labels: Label[], origin: AtlasOrigin): Atlas {
  const keys = new Int32Array(left.length + right.length);
  keys.set(left);
  keys.set(right, left.length);
  return makeAtlas(keys, labels, hemisphereSpace(left.length, right.length), origin);
}

/** All vertices of two hemispheres, the left ones first. */
export function hemisphereSpace(nLeft: number, nRight: number): BrainSpace {
  const part = (structure: string, offset: number, nVertices: number) => ({
    structure,
    offset,
    nPositions: nVertices,
    surface: { nVertices, vertices: Int32Array.from({ length: nVertices }, (_, i) => i) },
    voxels: null,
  });
  return {
    nPositions: nLeft + nRight,
    parts: [part(CORTEX.left, 0, nLeft), part(CORTEX.right, nLeft, nRight)],
    volume: null,
  };
}
