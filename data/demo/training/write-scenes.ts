/**
 * Writes a training set of the small world: pictures, captions and false captions.
 *
 *   node --require tsx/cjs --conditions=import data/demo/training/write-scenes.ts --seed 1 --scenes 60000 --out DIR
 *
 * frames.npy       uint8 [scenes, 64, 64, 3]
 * patch-labels.npy uint8 [scenes, 16]: 0 none, else 1 + concept, patches of 16 px row by row
 * scenes.jsonl     one scene a line: caption, concrete (it is about the picture), negatives with their kinds, attributes
 * concepts.json    names and categories, in the order of the labels
 * vocabulary.json  all words of the captions, sorted
 */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  CONCEPTS,
  loadArtwork,
  PATCH_PIXELS,
  type TrainingScene,
  trainingScenes,
  vocabulary,
} from "../../../src/simulation";

const SCENES_AT_ONCE = 500;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { seed: { type: "string" }, scenes: { type: "string" }, out: { type: "string" } },
  });
  const [seed, nScenes] = [wholeNumber("seed", values.seed), wholeNumber("scenes", values.scenes)];
  if (values.out === undefined) {
    throw new Error(
      "write-scenes: missing folder: none; expected --out DIR. Say where the training set goes.",
    );
  }
  mkdirSync(values.out, { recursive: true });
  const path = (name: string) => join(values.out as string, name);
  writeFileSync(
    path("concepts.json"),
    JSON.stringify(CONCEPTS.map(({ id, category }) => ({ id, category }))),
  );
  writeFileSync(path("vocabulary.json"), JSON.stringify(vocabulary()));

  const scenes = trainingScenes(seed, await loadArtwork());
  const outputs = ["frames.npy", "patch-labels.npy", "scenes.jsonl"].map((name) => openSync(path(name), "w"));
  const [frames, labels, lines] = outputs;
  const first = scenes.next().value;
  const { width, height } = first.frame;
  writeSync(frames, npyHeader([nScenes, height, width, 3]));
  writeSync(labels, npyHeader([nScenes, (width / PATCH_PIXELS) * (height / PATCH_PIXELS)]));
  let scene = first;
  for (let done = 0; done < nScenes; ) {
    const batch: TrainingScene[] = [];
    for (; batch.length < Math.min(SCENES_AT_ONCE, nScenes - done); scene = scenes.next().value)
      batch.push(scene);
    writeSync(frames, Buffer.concat(batch.map(({ frame }) => frame.data)));
    writeSync(labels, Buffer.concat(batch.map(({ patchLabels }) => patchLabels)));
    const records = batch.map(({ caption, isConcrete, negatives, attributes }) => ({
      caption,
      concrete: isConcrete,
      negatives: negatives.map(({ text }) => text),
      kinds: negatives.map(({ kind }) => kind),
      attributes,
    }));
    writeSync(lines, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
    done += batch.length;
    if (done % 10_000 < batch.length) console.error(`${done} of ${nScenes} scenes`);
  }
  outputs.forEach(closeSync);
}

/** The head of a .npy file (version 1) of bytes in C order. */
function npyHeader(shape: readonly number[]): Buffer {
  const fields = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`;
  const length = Math.ceil((10 + fields.length + 1) / 64) * 64;
  const head = Buffer.from("\x93NUMPY\x01\x00\x00\x00", "latin1");
  head.writeUInt16LE(length - 10, 8);
  return Buffer.concat([head, Buffer.from(`${fields.padEnd(length - 11)}\n`, "latin1")]);
}

function wholeNumber(name: string, text: string | undefined): number {
  const value = Number(text);
  if (text !== undefined && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(
    `write-scenes: ${text === undefined ? "missing" : "invalid"} ${name}: ${text ?? "none"}; expected a whole number. Pass --${name} N.`,
  );
}

main().catch((error) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
