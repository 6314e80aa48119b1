import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Writes a file that appears whole or not at all: the bytes go to a temporary file in the same folder, are flushed to the
 * disk, and the file is renamed into place. The folder is made when it is missing. On failure the temporary file is
 * removed, an earlier file at `path` is untouched, and the error says which file it was and what to do.
 */
export function writeAtomically(path: string, content: Uint8Array | string): void {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${process.pid}.${randomUUID()}.tmp`);
  try {
    mkdirSync(folder, { recursive: true });
    const file = openSync(temporary, "wx");
    try {
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    if (existsSync(temporary)) rmSync(temporary);
    throw explainWriteError("writeAtomically", path, error);
  }
}

/** Turns a failed write's system error into one that names the file and the remedy; the system's error is its cause. */
export function explainWriteError(where: string, path: string, error: unknown): Error {
  const folder = dirname(path);
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const explained: Record<string, string> = {
    ENOSPC: `missing disk space for ${path}: the disk is full; expected room in ${folder}. Free some space or choose another folder.`,
    EDQUOT: `missing disk space for ${path}: your quota is used up; expected room in ${folder}. Free some space or choose another folder.`,
    EACCES: `missing permission for ${path}: ${code}; expected a folder that may be written to. Choose another folder or change its permissions.`,
    EPERM: `missing permission for ${path}: ${code}; expected a folder that may be written to. Choose another folder or change its permissions.`,
    EROFS: `missing permission for ${path}: the disk is read-only; expected a folder that may be written to. Choose another folder.`,
  };
  const reason =
    explained[code] ??
    `invalid target ${path}: ${(error as Error).message}; expected a path to a file in a folder that exists or can be made. Choose another path.`;
  return new Error(`${where}: ${reason}`, { cause: error });
}
