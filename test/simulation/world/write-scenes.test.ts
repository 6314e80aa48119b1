import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  CONCEPTS,
  loadArtwork,
  type TrainingScene,
  trainingScenes,
  vocabulary,
} from "../../../src/simulation";

const ROOT = join(__dirname, "..", "..", "..");
const folder = mkdtempSync(join(tmpdir(), "brainlens-scenes-"));
after(() => rmSync(folder, { recursive: true }));

const write = (...options: string[]) =>
  execFileSync(
    process.execPath,
    ["--require", "tsx/cjs", "--conditions=import", "data/demo/training/write-scenes.ts", ...options],
    { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
  );

function readBytes(name: string): { header: string; bytes: Uint8Array } {
  const file = readFileSync(join(folder, name));
  const start = 10 + file.readUInt16LE(8);
  assert.equal(start % 64, 0);
  return { header: file.toString("latin1", 10, start).trim(), bytes: file.subarray(start) };
}

test("write-scenes writes the stream of its seed: frames, labels, captions, concepts, vocabulary", async () => {
  write("--seed", "5", "--scenes", "12", "--out", folder);
  const stream = trainingScenes(5, await loadArtwork());
  const scenes: TrainingScene[] = Array.from({ length: 12 }, () => stream.next().value);
  const frames = readBytes("frames.npy");
  assert.equal(frames.header, "{'descr': '|u1', 'fortran_order': False, 'shape': (12, 64, 64, 3), }");
  assert.ok(Buffer.concat(scenes.map(({ frame }) => frame.data)).equals(frames.bytes));
  const labels = readBytes("patch-labels.npy");
  assert.equal(labels.header, "{'descr': '|u1', 'fortran_order': False, 'shape': (12, 16), }");
  assert.ok(Buffer.concat(scenes.map(({ patchLabels }) => patchLabels)).equals(labels.bytes));
  const lines = readFileSync(join(folder, "scenes.jsonl"), "utf8").trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    scenes.map(({ caption, isConcrete, negatives, attributes }) => ({
      caption,
      concrete: isConcrete,
      negatives: negatives.map(({ text }) => text),
      kinds: negatives.map(({ kind }) => kind),
      // JSON has no −0.
      attributes: JSON.parse(JSON.stringify(attributes)),
    })),
  );
  assert.deepEqual(
    JSON.parse(readFileSync(join(folder, "concepts.json"), "utf8")),
    CONCEPTS.map(({ id, category }) => ({ id, category })),
  );
  assert.deepEqual(JSON.parse(readFileSync(join(folder, "vocabulary.json"), "utf8")), vocabulary());
});

test("write-scenes says what it needs", () => {
  const said = (...options: string[]) => {
    try {
      write(...options);
      return "";
    } catch (error) {
      return (error as { stderr: string }).stderr;
    }
  };
  assert.match(
    said("--scenes", "3"),
    /write-scenes: missing seed: none; expected a whole number\. Pass --seed N\./,
  );
});
