import { createHash } from "node:crypto";
import { type Dirent, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { type Progress, throwIfAborted } from "../store";
import { decodeImage } from "./decode-image";
import type { FrameSource } from "./frames";

const READ = [".png", ".jpg", ".jpeg", ".webp"];
/** Pictures that are not read: one among the frames must not be passed over. */
const UNREAD = [".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".jxl", ".ppm"];

/**
 * Opens a folder of PNG, JPEG or WebP files as frames, in natural order: digits count as numbers, so that frame-2 comes before
 * frame-10. Hidden files and files that are no pictures do not count.
 *
 * Every file is read once for the hash, and again when it is decoded. Throws when there is no such folder, no frame in it, a
 * picture of another format, or two frames of one name.
 */
export async function openFrameFolder(
  folder: string,
  options: { onProgress?: Progress; signal?: AbortSignal } = {},
): Promise<FrameSource> {
  const names = frameFiles(folder);
  const hash = createHash("sha256");
  for (const [i, name] of names.entries()) {
    throwIfAborted(options.signal, "openFrameFolder");
    const digest = createHash("sha256").update(await readFile(join(folder, name)));
    hash.update(`${JSON.stringify(name)} ${digest.digest("hex")}\n`);
    options.onProgress?.(i + 1, names.length, `Reading frames of ${folder}`);
  }
  return {
    source: folder,
    names,
    sha256: hash.digest("hex"),
    async *read(indices, signal) {
      for (const index of indices) {
        throwIfAborted(signal, "openFrameFolder");
        const path = join(folder, names[index]);
        yield await decodeImage(await readFile(path), path);
      }
    },
  };
}

function frameFiles(folder: string): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw new Error(
      `openFrameFolder: missing folder: ${folder}: ${(error as NodeJS.ErrnoException).code}; expected a folder of PNG, JPEG or WebP files. Check the path.`,
      { cause: error },
    );
  }
  const files = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith("."));
  const extension = (name: string) => extname(name).toLowerCase();
  const unread = files.find(({ name }) => UNREAD.includes(extension(name)));
  if (unread !== undefined) {
    throw new Error(
      `openFrameFolder: unknown format of ${join(folder, unread.name)}: ${extension(unread.name)}; expected PNG, JPEG or WebP. Convert it, or move it elsewhere if it is no frame.`,
    );
  }
  const names = files.map(({ name }) => name).filter((name) => READ.includes(extension(name)));
  if (names.length === 0) {
    throw new Error(
      `openFrameFolder: missing frames in ${folder}: ${files.length} files, none a picture; expected PNG, JPEG or WebP files. Check the path.`,
    );
  }
  names.sort(naturalOrder);
  const stem = (name: string) => name.slice(0, -extname(name).length);
  const twin = names.findIndex((name, i) => i > 0 && stem(name) === stem(names[i - 1]));
  if (twin > 0) {
    throw new Error(
      `openFrameFolder: invalid frames in ${folder}: ${names[twin - 1]} and ${names[twin]} have one name; expected one file for a frame. Remove one of them.`,
    );
  }
  return names;
}

/** Compares runs of digits by their value and all else by code units, the same on every machine. */
function naturalOrder(a: string, b: string): number {
  const partsOfB = b.split(/(\d+)/);
  for (const [i, left] of a.split(/(\d+)/).entries()) {
    const right = partsOfB[i];
    if (right === undefined) return 1;
    if (left === right) continue;
    if (i % 2 === 1 && BigInt(left) !== BigInt(right)) return BigInt(left) < BigInt(right) ? -1 : 1;
    if (i % 2 === 0) return left < right ? -1 : 1;
  }
  return a < b ? -1 : 1;
}
