import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../store";

/** A folder that a stage's files go to. Each appears whole or not at all, and the one that says what they are last. */
export interface OutputFolder {
  /** Writes a file below the folder. */
  write(name: string, content: Uint8Array | string): void;
  /** Says what the folder holds, as JSON, with the SHA-256 of what was written. */
  finish(about: object): void;
}

/** Opens the folder `out`; `summary` is the name of its last file. An older one goes first, so that it never stands beside new files. */
export function openOutputFolder(out: string, summary: string): OutputFolder {
  const files: Record<string, string> = {};
  rmSync(join(out, summary), { force: true });
  return {
    write(name, content) {
      writeAtomically(join(out, name), content);
      files[name] = createHash("sha256").update(content).digest("hex");
    },
    finish(about) {
      writeAtomically(join(out, summary), `${JSON.stringify({ ...about, files }, null, 1)}\n`);
    },
  };
}
