import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { relative, sep } from "node:path";
import type { Progress } from "../../store";

/** A file that a study was computed from. */
export interface HashedFile {
  /** Below its data or model folder, with forward slashes: the same on every machine. */
  file: string;
  bytes: number;
  sha256: string;
}

/** Hashes files in the order of their paths below `folder`. */
export async function hashFiles(
  folder: string,
  paths: readonly string[],
  options: { onProgress?: Progress; signal?: AbortSignal } = {},
): Promise<HashedFile[]> {
  const files: HashedFile[] = [];
  for (const path of [...paths].sort()) {
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const piece of createReadStream(path, { highWaterMark: 1 << 20, signal: options.signal })) {
      hash.update(piece);
      bytes += piece.length;
    }
    files.push({ file: relative(folder, path).split(sep).join("/"), bytes, sha256: hash.digest("hex") });
    options.onProgress?.(files.length, paths.length, "checksums of inputs");
  }
  return files;
}
