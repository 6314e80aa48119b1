import { readFile } from "node:fs/promises";
import type { Label } from "./label-table";

/** A FreeSurfer annotation: which region each vertex of a surface is in. */
export interface Annotation {
  /** For each vertex the key of its label, which is its place in the table; −1 where its colour is none of the table's. */
  readonly regions: Int32Array;
  readonly labels: readonly Label[];
}

/** The version mark of a table whose entries carry numbers. */
const TABLE_VERSION = -2;
const MOST_NAME_BYTES = 2 ** 16;

/**
 * Reads a FreeSurfer .annot file: vertices with the code of their region's colour (red + 256 green + 65,536 blue), then
 * the table of colours. Keys equal nibabel's `read_annot`. In the file the fourth number is transparency; alpha is 1 − it/255.
 * Throws, naming the file, when it ends early, has no table, or counts what cannot be.
 */
export async function readAnnotation(path: string): Promise<Annotation> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `readAnnotation: missing file: ${path} (${error.code}); expected an .annot file. Check the path.`,
      {
        cause: error,
      },
    );
  });
  let at = 0;
  const int = (noun: string): number => {
    if (at + 4 > bytes.length)
      throw fail(noun, `the file ends at byte ${bytes.length}`, `at least ${at + 4} bytes`);
    at += 4;
    return bytes.readInt32BE(at - 4);
  };
  const count = (noun: string, bytesEach: number): number => {
    const n = int(noun);
    // Nothing is taken for entries that the rest of the file cannot hold.
    if (n < 0 || n * bytesEach > bytes.length - at)
      throw fail(noun, `${n}`, `what ${bytes.length - at} bytes can hold`);
    return n;
  };
  const name = (noun: string): string => {
    const length = count(noun, 1);
    if (length > MOST_NAME_BYTES) throw fail(noun, `${length} bytes`, `at most ${MOST_NAME_BYTES}`);
    at += length;
    return bytes.toString("utf8", at - length, at).replace(/\0.*$/s, "");
  };
  const fail = (noun: string, got: string, expected: string) =>
    new Error(
      `readAnnotation: invalid ${noun} of ${path}: ${got}; expected ${expected}. Copy the file again, or write it anew with FreeSurfer.`,
    );

  const nVertices = count("number of vertices", 8);
  const codes = new Int32Array(nVertices);
  for (let i = 0; i < nVertices; i++) {
    const vertex = int("vertex");
    const code = int("colour");
    if (vertex < 0 || vertex >= nVertices) throw fail("vertex", `${vertex}`, `0 to ${nVertices - 1}`);
    codes[vertex] = code;
  }
  if (int("mark of a colour table") !== 1) throw fail("colour table", "none", "one after the vertices");
  const version = int("version of the table");
  const isNumbered = version < 0;
  if (isNumbered && version !== TABLE_VERSION)
    throw fail("version of the table", `${version}`, `${TABLE_VERSION}`);
  // A numbered table says how many places it has, then names its origin, then how many entries follow.
  const nPlaces = isNumbered ? int("number of places") : version;
  name("name of the table's origin");
  const nEntries = isNumbered ? count("number of entries", 24) : version;
  if (nEntries * 20 > bytes.length - at)
    throw fail("number of entries", `${nEntries}`, `what the file can hold`);
  const labels: Label[] = [];
  const placeOfCode = new Map<number, number>();
  for (let i = 0; i < nEntries; i++) {
    const key = isNumbered ? int("number of a region") : i;
    if (key < 0 || key >= nPlaces) throw fail("number of a region", `${key}`, `0 to ${nPlaces - 1}`);
    const text = name("name of a region");
    const [red, green, blue, transparency] = [0, 1, 2, 3].map(() => int("colour of a region"));
    placeOfCode.set(red + green * 2 ** 8 + blue * 2 ** 16, key);
    labels.push({ key, name: text, rgba: [red / 255, green / 255, blue / 255, 1 - transparency / 255] });
  }
  return { regions: codes.map((code) => placeOfCode.get(code) ?? -1), labels };
}
