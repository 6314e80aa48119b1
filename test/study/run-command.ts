import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { decodeNpy, encodeNpy, type Matrix } from "../../src/tensor";

const ROOT = join(__dirname, "..", "..");

/** The command line as a user runs it, from another folder than the checkout's. */
export function brainlens(...args: string[]) {
  const program = join(ROOT, "kernel-setup", "brainlens.cjs");
  return spawnSync(process.execPath, [program, ...args], { cwd: tmpdir(), encoding: "utf8" });
}

/** A folder for the files of a test file, removed at its end. */
export function commandFolder(name: string) {
  const folder = mkdtempSync(join(tmpdir(), `brainlens-${name}-`));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const at = (...parts: string[]) => join(folder, ...parts);
  return {
    at,
    write(path: string, content: string | Uint8Array) {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), content);
      return at(path);
    },
    writeNpy(path: string, m: Matrix) {
      return this.write(path, encodeNpy(m));
    },
    readNpy: (path: string): Matrix => decodeNpy(readFileSync(at(path)), path),
    readJson: (path: string) => JSON.parse(readFileSync(at(path), "utf8")),
    /** The cells of a tab-separated table, its header first. */
    readTsv: (path: string) =>
      readFileSync(at(path), "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => line.split("\t")),
    /** Every file below, as text that is equal where its bytes are. */
    bytesBelow: (path: string): Record<string, string> =>
      Object.fromEntries(
        readdirSync(at(path), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
          .sort()
          .map((file) => [file.slice(at(path).length), readFileSync(file, "base64")]),
      ),
  };
}
