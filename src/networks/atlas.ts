import type { Label, StreamedRun } from "../fmri";
import {
  type BrainSpace,
  brainSpaceOf,
  type Hemisphere,
  hemisphereOf,
  selectFromSpace,
  spaceDifference,
} from "./brain-space";

/** One network, parcel or region of an atlas. */
export interface AtlasLabel {
  readonly id: number;
  readonly name: string;
  /** "#rrggbb". */
  readonly colour: string;
  /** Where all of its positions are; null where they are in both, or in neither. */
  readonly hemisphere: Hemisphere | null;
}

/** A division of the brain into labelled pieces. */
export interface Atlas {
  readonly name: string;
  /** The id of each position's label; an id that is not in the table stands for no label. */
  readonly labels: Int32Array;
  readonly table: readonly AtlasLabel[];
  readonly space: BrainSpace;
  /** "unverified" where it could not be confirmed. */
  readonly licence: string;
  readonly citation: string;
}

/** What a file does not say about itself. */
export interface AtlasOrigin {
  name: string;
  licence: string;
  citation: string;
  /** Names of labels that stand for no piece of the brain ("???", "Unknown", "Medial_Wall"); [] where there are none. */
  background: readonly string[];
}

/** Makes an atlas of labels as files have them. Throws when two labels share an id, or none is left. */
export function makeAtlas(
  labels: Int32Array,
  entries: readonly Label[],
  space: BrainSpace,
  { name, licence, citation, background }: AtlasOrigin,
): Atlas {
  const kept = entries.filter((entry) => entry.name !== "" && !background.includes(entry.name));
  const twice = kept.find((entry, i) => kept.findIndex(({ key }) => key === entry.key) < i);
  if (twice !== undefined) {
    throw new Error(
      `makeAtlas: ambiguous label of ${name}: ${twice.key} stands for "${twice.name}" and another; expected one name for each number. Correct the table.`,
    );
  }
  if (kept.length === 0) {
    throw new Error(
      `makeAtlas: missing labels of ${name}: none of ${entries.length} is more than background; expected at least one. Check the table.`,
    );
  }
  const sides = hemispheresOf(labels, space);
  const table = kept.map(({ key, name: label, rgba }) => ({
    id: key,
    name: label,
    colour: hexColour(rgba),
    hemisphere: sides.get(key) ?? null,
  }));
  return { name, labels, table, space, licence, citation };
}

function hexColour([red, green, blue]: Label["rgba"]): string {
  const hex = (share: number) =>
    Math.round(255 * Math.min(1, Math.max(0, share)))
      .toString(16)
      .padStart(2, "0");
  return `#${hex(red)}${hex(green)}${hex(blue)}`;
}

/** The hemisphere of each label that lies in one alone, by its structures or, in a volume, by the sign of x. */
function hemispheresOf(labels: Int32Array, { parts, volume }: BrainSpace): Map<number, Hemisphere | null> {
  const sides = new Map<number, Hemisphere | null>();
  const add = (label: number, side: Hemisphere | null) => {
    const before = sides.get(label);
    sides.set(label, before === undefined || before === side ? side : null);
  };
  for (const { structure, offset, nPositions, voxels } of parts) {
    const side = hemisphereOf(structure);
    for (let i = 0; i < nPositions; i++) {
      if (structure === "volume" && voxels !== null && volume !== null) {
        const [a, b, c, d] = volume.affine.data;
        const x = a * voxels[3 * i] + b * voxels[3 * i + 1] + c * voxels[3 * i + 2] + d;
        add(labels[offset + i], x === 0 ? null : x < 0 ? "left" : "right");
      } else add(labels[offset + i], side);
    }
  }
  return sides;
}

/**
 * The atlas at the voxels that a run reads, with the run's places where the atlas knew none. Throws when run and atlas lie in
 * different spaces, and says how they differ.
 */
export function fitAtlas(atlas: Atlas, run: Pick<StreamedRun, "name" | "space" | "voxels">): Atlas {
  const space = brainSpaceOf(run.space);
  const difference = spaceDifference(space, atlas.space);
  if (difference !== null) {
    throw new Error(
      `fitAtlas: mismatched space of run ${run.name}: ${difference} in atlas ${atlas.name}; expected the same. Take an atlas of the run's space, or resample it (wb_command, nilearn).`,
    );
  }
  const labels = run.voxels.map((voxel) => atlas.labels[voxel]);
  return { ...atlas, labels, space: selectFromSpace(space, run.voxels) };
}

/** Throws unless a map has a value for every position of an atlas. */
export function checkMapLength(atlas: Atlas, nValues: number, caller: string): void {
  if (nValues === atlas.space.nPositions) return;
  throw new Error(
    `${caller}: mismatched length of map: ${nValues} values; expected ${atlas.space.nPositions}, the positions of atlas ${atlas.name}. Use fitAtlas with the run that the map is of.`,
  );
}

/** For each position the place of its label in the table, or `table.length` where it has none. */
export function labelPlaces({ labels, table }: Atlas): Uint16Array {
  const places = new Map(table.map(({ id }, place) => [id, place]));
  return Uint16Array.from(labels, (label) => places.get(label) ?? table.length);
}

/** The atlas at some of its structures, in their order; for instance the two cortices. Throws when one is missing. */
export function atlasOfStructures(atlas: Atlas, structures: readonly string[]): Atlas {
  const { parts } = atlas.space;
  const unknown = structures.find((structure) => !parts.some((part) => part.structure === structure));
  if (unknown !== undefined || structures.length === 0) {
    throw new Error(
      `atlasOfStructures: unknown structure of ${atlas.name}: "${unknown ?? ""}"; expected some of ${parts.map(({ structure }) => structure).join(", ")}. Name them as the space does.`,
    );
  }
  const kept = parts.filter(({ structure }) => structures.includes(structure));
  const positions = Int32Array.from(
    kept.flatMap(({ offset, nPositions }) => Array.from({ length: nPositions }, (_, i) => offset + i)),
  );
  const labels = positions.map((position) => atlas.labels[position]);
  return { ...atlas, labels, space: selectFromSpace(atlas.space, positions) };
}
