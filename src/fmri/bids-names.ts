import { type Dirent, readdirSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";

/** The parts of a BIDS file name: `sub-01_task-rest_bold.nii.gz` has { sub: "01", task: "rest" }. */
export type BidsEntities = Readonly<Record<string, string>>;

/** Folders are not followed deeper: sub-*, ses-*, func. Links to folders are not followed at all. */
const MOST_DEPTH = 4;

/** Files of a suffix from the top folder down to the image's that apply to it: all their entities are the image's. */
export function inherited(image: string, entities: BidsEntities, top: string, suffix: string): string[] {
  const folders: string[] = [];
  const inside = relative(top, dirname(image));
  if (inside.startsWith("..")) return [];
  const parts = inside === "" ? [] : inside.split(sep);
  for (let depth = 0; depth <= parts.length; depth++) folders.push(join(top, ...parts.slice(0, depth)));
  return folders.flatMap((folder) =>
    sortedEntries(folder)
      .filter((entry) => entry.isFile() && (entry.name === suffix || entry.name.endsWith(`_${suffix}`)))
      .map((entry) => join(folder, entry.name))
      .filter((path) => Object.entries(entitiesOf(path)).every(([key, value]) => entities[key] === value))
      .sort((a, b) => Object.keys(entitiesOf(a)).length - Object.keys(entitiesOf(b)).length),
  );
}

/** The entities of a file's name: parts of the form key-value between underscores. */
export function entitiesOf(path: string): BidsEntities {
  const parts = basename(path)
    .split("_")
    .flatMap((part) => {
      const match = /^([a-zA-Z]+)-([a-zA-Z0-9+]+)$/.exec(part);
      return match === null ? [] : [[match[1], match[2]] as const];
    });
  return Object.fromEntries(parts);
}

export function filesBelow(folder: string, depth: number): string[] {
  return sortedEntries(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return depth < MOST_DEPTH ? filesBelow(path, depth + 1) : [];
    return entry.isFile() || entry.isSymbolicLink() ? [path] : [];
  });
}

export function sortedEntries(folder: string): Dirent[] {
  return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
}
