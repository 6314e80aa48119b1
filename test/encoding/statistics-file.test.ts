import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { accumulateRuns, readStatistics, saveStatistics, statisticsKey } from "../../src/encoding";
import { decodeNpy } from "../../src/tensor";
import { madeRuns } from "./made-data";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "brainlens-statistics-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

test("saved statistics come back as they were, and numpy can read them", async () => {
  const data = madeRuns(5, 7);
  const statistics = await accumulateRuns(data);
  await saveStatistics(folder, statistics);
  assert.deepEqual(readStatistics(folder, statisticsKey(data, "float32")), statistics);
  const file = fs.readdirSync(folder).find((name) => /^segment-2-.*-yx\.npy$/.test(name))!;
  assert.deepEqual(decodeNpy(fs.readFileSync(path.join(folder, file)), file), statistics.parts[2].yx);
});

test("statistics of other data or another version, damaged or missing ones are refused", async () => {
  const statistics = await accumulateRuns(madeRuns(5, 7));
  const refuses = (message: RegExp) =>
    assert.throws(() => readStatistics(folder, statistics.key), { message });
  refuses(
    /^readStatistics: missing statistics in .*: no statistics\.json; expected saved statistics\. Accumulate them again \(accumulateRuns\)\.$/,
  );
  await saveStatistics(folder, { ...statistics, key: "0123456789abcdef" });
  refuses(
    /^readStatistics: mismatched data of statistics in .*: key 0123456789ab; expected [0-9a-f]{12}, of these features and runs\./,
  );
  await saveStatistics(folder, statistics);
  const manifest = path.join(folder, "statistics.json");
  const text = fs.readFileSync(manifest, "utf8");
  fs.writeFileSync(manifest, text.replace('"version": 1', '"version": 0'));
  refuses(/^readStatistics: mismatched version of statistics in .*: 0; expected 1\. Accumulate them again/);
  fs.writeFileSync(manifest, text);
  const file = path.join(folder, fs.readdirSync(folder).find((name) => name.endsWith("-yy.npy"))!);
  const bytes = fs.readFileSync(file);
  fs.writeFileSync(file, bytes.fill(1, bytes.length - 1));
  refuses(
    /^readStatistics: damaged statistics in .*: segment-\d-.*-yy\.npy; expected SHA-256 [0-9a-f]{12}\./,
  );
});

test("a stop while saving leaves what was saved before whole; finishing replaces it and leaves nothing over", async () => {
  const [first, second] = await Promise.all([accumulateRuns(madeRuns(5, 7)), accumulateRuns(madeRuns(6, 7))]);
  await saveStatistics(folder, first);
  const nFiles = fs.readdirSync(folder).length;
  // Every moment between two writes is tried: the first check of the signal, the second, …
  for (let nChecks = 0; nChecks < 8; nChecks++) {
    await assert.rejects(saveStatistics(folder, second, { signal: abortedAfter(nChecks) }), {
      name: "AbortError",
    });
    assert.deepEqual(readStatistics(folder, first.key), first);
  }
  await saveStatistics(folder, second);
  assert.deepEqual(readStatistics(folder, second.key), second);
  assert.equal(fs.readdirSync(folder).length, nFiles);
});

/** A signal that says it is aborted from the nth time it is asked. */
function abortedAfter(n: number): AbortSignal {
  let nAsked = 0;
  return {
    get aborted() {
      return nAsked++ >= n;
    },
  } as AbortSignal;
}
