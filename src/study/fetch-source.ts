import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, realpathSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { explainWriteError, type Progress, throwIfAborted, withLock } from "../store";
import { downloadFile } from "./download-file";
import type { Source, SourceFile } from "./sources";

/** What fetching a source came to. */
export interface FetchedSource {
  /** The folder with the source's files. */
  folder: string;
  nFetched: number;
  /** Files that were there already, with the right hash. */
  nPresent: number;
}

/**
 * Brings a source's files into FOLDER/<its folder>: files that are there are checked and kept, the others are downloaded, resumed
 * where an earlier download stopped, checked by SHA-256 while they stream, and appear under their names only when whole.
 *
 * `onProgress` gets megabytes over all files. Throws before any network when a missing file's address or hash is
 * unverified (with where to put it by hand), when a path would leave the folder, and when a file that is there has
 * another hash; afterwards when the server cannot be reached or answers with something else.
 */
export async function fetchSource(
  source: Source,
  options: {
    folder: string;
    onProgress?: Progress;
    onMessage?: (message: string) => void;
    signal?: AbortSignal;
  },
): Promise<FetchedSource> {
  const { signal, onProgress } = options;
  // Data folders may be laid out by kind; a source that is there already is completed where it is.
  const places = ["", "data", "models"].map((kind) => join(options.folder, kind, source.folder));
  const root = places.find((place) => existsSync(place)) ?? places[0];
  for (const file of source.files) refuseOutsidePath(file.path);
  const missing = await listMissing(source.files, root, signal);
  refuseUnverified(source, missing, root);
  const nPresent = source.files.length - missing.length;
  // Nothing is written where nothing is missing: the folder may be a read-only one.
  if (missing.length === 0) return { folder: root, nFetched: 0, nPresent };

  makeFolder(options.folder);
  return await withLock(
    join(options.folder, `.${source.folder}.lock`),
    async () => {
      // Another process may have fetched some of them while this one waited.
      const wanted = await listMissing(missing, root, signal);
      const totalMb = megabytes(wanted.reduce((sum, { bytes }) => sum + (bytes ?? Number.NaN), 0));
      const label = `fetching ${source.name}, MB`;
      let doneBytes = 0;
      for (const file of wanted) {
        const path = join(root, file.path);
        makeFolder(dirname(path));
        refuseLinkedPath(path, root);
        doneBytes += await downloadFile(file, path, {
          signal,
          onBytes: (received) => {
            const doneMb = megabytes(doneBytes + received);
            // The last call is the one below, when all is checked.
            if (!(doneMb >= totalMb)) onProgress?.(doneMb, totalMb, label);
          },
        });
      }
      onProgress?.(megabytes(doneBytes), megabytes(doneBytes), label);
      return { folder: root, nFetched: wanted.length, nPresent: source.files.length - wanted.length };
    },
    { signal, onWait: options.onMessage ?? console.warn },
  );
}

/** The files that are not there. One that is there with another hash throws. */
async function listMissing(
  files: readonly SourceFile[],
  root: string,
  signal?: AbortSignal,
): Promise<SourceFile[]> {
  const missing: SourceFile[] = [];
  for (const file of files) {
    throwIfAborted(signal, "fetchSource");
    const path = join(root, file.path);
    if (!existsSync(path)) {
      missing.push(file);
      continue;
    }
    const got = await hashFile(path);
    const isOther = file.otherSha256?.includes(got) ?? false;
    if (file.sha256 !== "unverified" && got !== file.sha256 && !isOther) {
      throw new Error(
        `fetchSource: mismatched SHA-256 of ${path}: ${got}; expected ${file.sha256}. Delete or move the file and fetch it again.`,
      );
    }
  }
  return missing;
}

function refuseUnverified(source: Source, missing: readonly SourceFile[], root: string): void {
  const unknown = missing.filter(({ url, sha256 }) => url === "unverified" || sha256 === "unverified");
  if (unknown.length === 0) return;
  const noun = unknown[0].url === "unverified" ? "address" : "hash";
  throw new Error(
    `fetchSource: unverified ${noun} of ${source.name}: ${unknown.length} of ${source.files.length} files are missing in ${root}, the first is ${unknown[0].path}; expected a verified address and hash for each. Get them from ${source.homepage} and ${source.byHand}, below ${root}; then run this again to check them.`,
  );
}

function refuseOutsidePath(path: string): void {
  const parts = path.split("/");
  const isInside = parts.every(
    (part) => part !== "" && part !== "." && part !== ".." && !/[\\:\0]/.test(part),
  );
  if (isInside) return;
  throw new Error(
    `fetchSource: invalid path of a file: "${path}"; expected a relative path below the source's folder. Correct the table of sources.`,
  );
}

function refuseLinkedPath(path: string, root: string): void {
  const folder = realpathSync(dirname(path));
  if (`${folder}${sep}`.startsWith(`${realpathSync(root)}${sep}`)) return;
  throw new Error(
    `fetchSource: invalid folder for ${path}: it is a link to ${folder}; expected a folder below ${root}. Remove the link.`,
  );
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw explainWriteError("fetchSource", folder, error);
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e5) / 10;
}
