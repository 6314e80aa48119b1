import { createHash } from "node:crypto";
import { accessSync, constants, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { explainWriteError, writeAtomically } from "../store";

/** A folder that a stage's files go to. Each appears whole or not at all, and the one that says what they are last. */
export interface OutputFolder {
  /** Writes a file below the folder. */
  write(name: string, content: Uint8Array | string): void;
  /** Lets `writer` write a file below the folder. */
  writeBy(name: string, writer: (path: string) => void): void;
  /** Says what the folder holds, as JSON, with the SHA-256 of what was written. */
  finish(about: object): void;
}

/**
 * Opens the folder `out`; `summary` is the name of its last file. With the first file that is written those that an earlier call left go, so
 * that old never stands beside new. Throws at once when the folder cannot be made or written to.
 */
export function openOutputFolder(out: string, summary: string): OutputFolder {
  try {
    mkdirSync(out, { recursive: true });
    accessSync(out, constants.W_OK);
  } catch (error) {
    throw explainWriteError("openOutputFolder", join(out, summary), error);
  }
  const files: Record<string, string> = {};
  let isCleared = false;
  const writeBy = (name: string, writer: (path: string) => void) => {
    if (!isCleared) removeEarlier(out, summary);
    isCleared = true;
    const path = join(out, name);
    writer(path);
    files[name] = createHash("sha256").update(readFileSync(path)).digest("hex");
  };
  return {
    writeBy,
    write: (name, content) => writeBy(name, (path) => writeAtomically(path, content)),
    finish: (about) =>
      writeAtomically(join(out, summary), `${JSON.stringify({ ...about, files }, null, 1)}\n`),
  };
}

function removeEarlier(out: string, summary: string): void {
  let names: string[] = [];
  try {
    names = Object.keys(JSON.parse(readFileSync(join(out, summary), "utf8")).files);
  } catch {
    // None, or another program's: nothing is known to be ours.
  }
  rmSync(join(out, summary), { force: true });
  for (const name of names) if (!/[\\/]|^\.\.$/.test(name)) rmSync(join(out, name), { force: true });
}
