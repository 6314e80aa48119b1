import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { readTextGrid, trOfOnset, wordsOf } from "../../src/stimuli";
import { dataFolders } from "../../src/study/locate-data";

const FILE = join("stimulus", "DownTheRabbitHoleFinal_exp120_pad_1.TextGrid");
const folders = [...dataFolders(), resolve(__dirname, "..", "..", "..", "shared")];
const path = folders
  .flatMap((folder) => [join(folder, "alice", FILE), join(folder, "data", "alice", FILE)])
  .find((file) => existsSync(file));
const skip = !path && "the Alice stimulus is not here";

test("the published Alice chapter has 2,127 words in 361 of its 362 TRs", { skip }, () => {
  const words = wordsOf(readTextGrid(readFileSync(path!), path!), { tier: "word", silence: ["sp"] });
  assert.equal(words.length, 2127);
  assert.deepEqual(
    words.slice(0, 3).map(({ text }) => text),
    ["Alice", "was", "beginning"],
  );
  assert.ok(words.every(({ text }) => text === text.trim() && text !== ""));
  const trs = new Set(trOfOnset(words, { trSec: 2, startSec: 20, nTrs: 362 }));
  assert.equal(trs.size, 361);
  assert.ok(!trs.has(279), "the silent TR is row 279");
});
