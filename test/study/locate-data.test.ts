import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { fetchSource } from "../../src/study/fetch-source";
import { dataFolders, locateAlice, locateMiniLm } from "../../src/study/locate-data";
import { sources } from "../../src/study/sources";

const ROOT = resolve(__dirname, "..", "..");

function withEnvironment<T>(value: string | undefined, work: () => T): T {
  const kept = process.env.BRAINLENS_DATA;
  try {
    if (value === undefined) delete process.env.BRAINLENS_DATA;
    else process.env.BRAINLENS_DATA = value;
    return work();
  } finally {
    if (kept === undefined) delete process.env.BRAINLENS_DATA;
    else process.env.BRAINLENS_DATA = kept;
  }
}

function makeFile(...parts: string[]): void {
  const path = join(...parts);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "");
}

test("dataFolders lists BRAINLENS_DATA, or the checkout's own folder without it", () => {
  const value = ["/a", "", "b"].join(delimiter);
  assert.deepEqual(
    withEnvironment(value, () => dataFolders()),
    [resolve("/a"), resolve("b")],
  );
  for (const none of [undefined, ""]) {
    assert.deepEqual(
      withEnvironment(none, () => dataFolders()),
      [join(ROOT, "data", "downloads")],
    );
  }
});

test("locateAlice and locateMiniLm take the first folder that holds the data, in either layout", () => {
  const [empty, flat, nested] = [1, 2, 3].map(() => mkdtempSync(join(tmpdir(), "brainlens-")));
  makeFile(flat, "alice", "data", "10mm", "s18-timecourses.txt");
  makeFile(flat, "all-MiniLM-L6-v2", "onnx", "model.onnx");
  makeFile(nested, "data", "alice", "data", "10mm", "s18-timecourses.txt");
  makeFile(nested, "models", "all-MiniLM-L6-v2", "onnx", "model.onnx");
  assert.equal(locateAlice([empty, flat, nested]), join(flat, "alice"));
  assert.equal(locateAlice([empty, nested, flat]), join(nested, "data", "alice"));
  assert.equal(locateMiniLm([empty, flat, nested]), join(flat, "all-MiniLM-L6-v2"));
  assert.equal(locateMiniLm([empty, nested, flat]), join(nested, "models", "all-MiniLM-L6-v2"));
});

test("locateAlice and locateMiniLm say where they looked and how to fetch", () => {
  const folder = mkdtempSync(join(tmpdir(), "brainlens-"));
  mkdirSync(join(folder, "alice"));
  assert.throws(() => locateAlice([folder]), {
    message: `locateAlice: missing alice: no ${join("data", "10mm")} in ${join(folder, "alice")}, ${join(folder, "data", "alice")}; expected it in one of them. Fetch it with "npm run data -- alice", or set BRAINLENS_DATA to the folder that holds alice.`,
  });
  assert.throws(() => locateMiniLm([folder]), {
    message: `locateMiniLm: missing minilm: no ${join("onnx", "model.onnx")} in ${join(folder, "all-MiniLM-L6-v2")}, ${join(folder, "models", "all-MiniLM-L6-v2")}; expected it in one of them. Fetch it with "npm run data -- minilm", or set BRAINLENS_DATA to the folder that holds all-MiniLM-L6-v2.`,
  });
});

test("every source has well-formed files, and each stands in data/README.md with its licence", () => {
  const readme = readFileSync(join(ROOT, "data", "README.md"), "utf8");
  for (const [name, source] of Object.entries(sources)) {
    assert.equal(source.name, name);
    assert.ok(source.files.length > 0);
    assert.equal(new Set(source.files.map(({ path }) => path)).size, source.files.length);
    for (const { url, bytes, sha256 } of source.files) {
      assert.match(url, /^(https:\/\/|unverified$)/);
      assert.match(sha256, /^([0-9a-f]{64}|unverified)$/);
      assert.ok(bytes === null || bytes > 0);
    }
    for (const text of [`npm run data -- ${name}`, source.licence, source.homepage, source.verified]) {
      assert.ok(readme.includes(text), `data/README.md lacks "${text}" of ${name}`);
    }
  }
});

const folders = [...dataFolders(), resolve(ROOT, "..", "shared")];
const alice = folders
  .flatMap((folder) => [join(folder, "alice"), join(folder, "data", "alice")])
  .find((folder) => existsSync(join(folder, "data", "10mm")));

test("the Alice files have the recorded hashes", {
  skip: !alice && "the Alice data set is not here",
}, async () => {
  const fetched = await fetchSource(sources.alice, { folder: dirname(alice as string) });
  assert.deepEqual(fetched, { folder: alice, nFetched: 0, nPresent: sources.alice.files.length });
});
