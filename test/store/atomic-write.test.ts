import assert from "node:assert/strict";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { writeAtomically } from "../../src/store";

const makeFolder = () => fs.mkdtempSync(join(tmpdir(), "brainlens-"));

test("writeAtomically makes the folder, replaces the file and leaves nothing else", () => {
  const path = join(makeFolder(), "a", "b", "table.csv");
  writeAtomically(path, "first");
  writeAtomically(path, new Uint8Array([104, 105]));
  assert.equal(fs.readFileSync(path, "utf8"), "hi");
  assert.deepEqual(fs.readdirSync(join(path, "..")), ["table.csv"]);
});

test("writeAtomically keeps the earlier file and no temporary one when the disk is full", (t) => {
  const folder = makeFolder();
  const path = join(folder, "scores.npy");
  writeAtomically(path, "earlier");
  t.mock.method(fs, "fsyncSync", () => {
    throw Object.assign(new Error("ENOSPC: no space left on device, fsync"), { code: "ENOSPC" });
  });
  assert.throws(() => writeAtomically(path, "later"), {
    message: `writeAtomically: missing disk space for ${path}: the disk is full; expected room in ${folder}. Free some space or choose another folder.`,
  });
  assert.equal(fs.readFileSync(path, "utf8"), "earlier");
  assert.deepEqual(fs.readdirSync(folder), ["scores.npy"]);
});

test("writeAtomically says which file it was when the folder is a file", () => {
  const folder = makeFolder();
  fs.writeFileSync(join(folder, "results"), "");
  assert.throws(
    () => writeAtomically(join(folder, "results", "r.npy"), ""),
    (error: Error) =>
      error.message.startsWith(`writeAtomically: invalid target ${join(folder, "results", "r.npy")}: `) &&
      error.message.endsWith("Choose another path."),
  );
});
