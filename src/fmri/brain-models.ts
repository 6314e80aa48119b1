import { fromRows, type Matrix } from "../tensor";

/** The part of a CIFTI file's grayordinates that lies in one structure. */
export type BrainModel = SurfaceModel | VolumeModel;

/** Grayordinates that are vertices of one surface; they are numbered from `offset` on, in the order of `vertices`. */
export interface SurfaceModel {
  readonly kind: "surface";
  /** As in the file, for instance CIFTI_STRUCTURE_CORTEX_LEFT. */
  readonly structure: string;
  /** The first of its grayordinates. */
  readonly offset: number;
  /** Of the whole surface, the medial wall included. */
  readonly nSurfaceVertices: number;
  /** The vertex of each grayordinate, counted from 0. */
  readonly vertices: Int32Array;
}

/** Grayordinates that are voxels of one structure, numbered from `offset` on; `BrainModels.volume` is the grid of i, j, k. */
export interface VolumeModel {
  readonly kind: "voxels";
  readonly structure: string;
  readonly offset: number;
  /** i, j, k of each grayordinate, counted from 0: [3 · nVoxels]. */
  readonly voxels: Int32Array;
}

/** Where the grayordinates of a CIFTI file are. */
export interface BrainModels {
  readonly nGrayordinates: number;
  readonly models: readonly BrainModel[];
  /** The volume that voxel indices refer to; null where there are surfaces only. */
  readonly volume: {
    readonly shape: readonly [number, number, number];
    readonly affine: Matrix<Float64Array>;
  } | null;
}

export function countGrayordinates(model: BrainModel): number {
  return model.kind === "surface" ? model.vertices.length : model.voxels.length / 3;
}

/**
 * The grayordinates of some structures, ascending: the numbers that `selectVoxels` takes. Structures are named as in the file
 * ("CIFTI_STRUCTURE_THALAMUS_LEFT"). Throws, with the names there are, when one is missing.
 */
export function structureVoxels({ models }: BrainModels, structures: readonly string[]): Int32Array {
  const wanted = structures.map((structure) => {
    const found = models.find((model) => model.structure === structure);
    if (found !== undefined) return found;
    throw new Error(
      `structureVoxels: unknown structure: "${structure}"; expected one of ${models.map((model) => model.structure).join(", ")}. Name it as the file does.`,
    );
  });
  const numbers = wanted.flatMap((model) =>
    Array.from({ length: countGrayordinates(model) }, (_, i) => model.offset + i),
  );
  return Int32Array.from(new Set(numbers)).sort();
}

/** Affines whose entries, in mm, are closer than this are the same: they are written with few digits. */
const SAME_AFFINE_MM = 1e-3;

/** True when two files have the same grayordinates, one by one: vertices of surfaces with as many, voxels of the same grid. */
export function sameGrayordinates(a: BrainModels, b: BrainModels): boolean {
  if (a === b) return true;
  if (a.nGrayordinates !== b.nGrayordinates || a.models.length !== b.models.length) return false;
  return a.models.every((model, m) => {
    const other = b.models[m];
    if (model.structure !== other.structure || model.offset !== other.offset) return false;
    const [mine, theirs] = [indicesOf(model), indicesOf(other)];
    if (model.kind !== other.kind || !mine.every((index, i) => index === theirs[i])) return false;
    return model.kind === "surface" && other.kind === "surface"
      ? model.nSurfaceVertices === other.nSurfaceVertices
      : sameGrid(a.volume, b.volume);
  });
}

function sameGrid(a: BrainModels["volume"], b: BrainModels["volume"]): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.shape.every((size, i) => size === b.shape[i]) &&
    a.affine.data.every((value, i) => Math.abs(value - b.affine.data[i]) < SAME_AFFINE_MM)
  );
}

function indicesOf(model: BrainModel): Int32Array {
  return model.kind === "surface" ? model.vertices : model.voxels;
}

/** The affine of CIFTI's attribute text: 16 numbers in units of 10^exponent m, brought to mm. */
export function affineInMm(numbers: readonly number[], meterExponent: number): Matrix<Float64Array> {
  const factor = 10 ** (meterExponent + 3);
  const scaled = numbers.map((value, i) => (i < 12 ? value * factor : value));
  return fromRows([0, 1, 2, 3].map((i) => scaled.slice(4 * i, 4 * i + 4)));
}
