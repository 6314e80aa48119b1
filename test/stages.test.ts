import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { test } from "node:test";

const BASE = ["tensor", "inference", "store"];
const LINE = [
  ...["stimuli", "activations", "atoms", "alignment", "fmri", "encoding"],
  ...["networks", "simulation", "findings", "figures", "study"],
  // The command line's, a file each: what stages do with files, under a name and with options.
  "commands",
];
const SRC = join(__dirname, "..", "src");

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? sourceFiles(join(folder, entry.name))
      : entry.name.endsWith(".ts")
        ? [join(folder, entry.name)]
        : [],
  );
}

/** Relative imports of a file, as paths below src. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/(?:from|import|require\()\s*"(\.[^"]*)"/g)].map((match) =>
    relative(SRC, resolve(dirname(file), match[1])),
  );
}

const stageOf = (path: string) => path.split(sep)[0];
const files = sourceFiles(SRC).map((file) => ({ file: relative(SRC, file), imports: importsOf(file) }));

test("every folder of src is a stage of the line or a base of it", () => {
  const folders = readdirSync(SRC, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders) assert.ok([...BASE, ...LINE].includes(name), `src/${name} is no stage`);
});

test("a stage imports only its base and earlier stages", () => {
  for (const { file, imports } of files.filter(({ file }) => file.includes(sep))) {
    const stage = stageOf(file);
    for (const target of imports.map(stageOf).filter((target) => target !== stage)) {
      const isAllowed = BASE.includes(stage)
        ? BASE.includes(target)
        : BASE.includes(target) || LINE.indexOf(target) < LINE.indexOf(stage);
      assert.ok(isAllowed, `src/${file} imports ${target}, which is not before ${stage}`);
    }
  }
});

test("one stage enters another through its index alone", () => {
  for (const { file, imports } of files) {
    for (const path of imports.filter((path) => stageOf(path) !== stageOf(file))) {
      assert.equal(path, stageOf(path), `src/${file} imports ${path}; expected the stage's index`);
    }
  }
});

test("every stage has one index file, and none deeper", () => {
  for (const stage of new Set(
    files
      .map(({ file }) => file)
      .filter((f) => f.includes(sep))
      .map(stageOf),
  )) {
    assert.ok(existsSync(join(SRC, stage, "index.ts")), `src/${stage}/index.ts is missing`);
  }
  for (const { file } of files)
    assert.ok(!/[\\/].*[\\/]index\.ts$/.test(file), `src/${file} is an index inside a stage`);
});

test("findings never import one another", () => {
  for (const { file, imports } of files.filter(
    ({ file }) => stageOf(file) === "findings" && !file.endsWith("index.ts"),
  )) {
    const isFinding = (path: string) =>
      /findings[\\/](prediction|redundancy|polarity|architecture)$/.test(path);
    if (isFinding(file.replace(/\.ts$/, ""))) assert.deepEqual(imports.filter(isFinding), [], `src/${file}`);
  }
});
