// One way of reading a file in a process of its own, so that its peak memory is its own: run-fmri.ts FILE RUNS FOLDER WAY. Prints JSON.
import fs from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { type Cleaning, cleanBlocks, openRun, readRun } from "../../src/fmri";
import { encodeNpy, matrix } from "../../src/tensor";

const [file, nRuns, folder, way] = process.argv.slice(2);
const STEP = 997;
const PLAIN: Cleaning = { drift: "none", confounds: "none", scale: "zscore" };
const picked: Float32Array[] = [];

/** The run in memory, [nTrs × nVoxels]. */
async function whole(): Promise<void> {
  const { bold } = await readRun(await openRun(file, { trSec: null }), PLAIN);
  const [nTrs, nVoxels] = bold.shape;
  for (let voxel = 0; voxel < nVoxels; voxel += STEP) {
    picked[voxel / STEP] = Float32Array.from({ length: nTrs }, (_, t) => bold.data[t * nVoxels + voxel]);
  }
}

/** Block by block, as a solver takes it. */
async function streamed(cleaning: Cleaning): Promise<void> {
  for await (const { first, series } of cleanBlocks(await openRun(file, { trSec: 1 }), cleaning)) {
    const [n, nTrs] = series.shape;
    for (let voxel = Math.ceil(first / STEP) * STEP; voxel < first + n; voxel += STEP) {
      picked[voxel / STEP] = series.data.slice((voxel - first) * nTrs, (voxel - first + 1) * nTrs);
    }
  }
}

const WAYS: Record<string, () => Promise<unknown>> = {
  whole,
  streamed: () => streamed(PLAIN),
  "streamed-drift": () => streamed({ ...PLAIN, drift: { cutoffSec: 128 } }),
  gunzip: async () => gunzipSync(fs.readFileSync(file)),
  "read-only": async () => {
    const opened = fs.openSync(file, "r");
    const buffer = Buffer.alloc(2 ** 22);
    while (fs.readSync(opened, buffer) > 0);
    fs.closeSync(opened);
  },
};

async function run(): Promise<void> {
  const [runsSec, cpuSec]: [number[], number[]] = [[], []];
  for (let i = 0; i <= Number(nRuns); i++) {
    const [startedMs, startedCpu] = [performance.now(), process.cpuUsage()];
    await WAYS[way]();
    const { user, system } = process.cpuUsage(startedCpu);
    // The first is to warm up, unless it is the only one.
    if (i === 0 && Number(nRuns) > 0) continue;
    runsSec.push((performance.now() - startedMs) / 1000);
    cpuSec.push((user + system) / 1e6);
  }
  if (picked.length > 0) {
    const nTrs = picked[0].length;
    const rows = matrix(new Float32Array(picked.length * nTrs), [picked.length, nTrs]);
    picked.forEach((series, i) => rows.data.set(series, i * nTrs));
    fs.writeFileSync(path.join(folder, "ours.npy"), encodeNpy(rows));
  }
  console.log(JSON.stringify({ runsSec, cpuSec, peakBytes: process.resourceUsage().maxRSS * 1024 }));
}

run().catch((error: Error) => {
  console.error(error.stack);
  process.exitCode = 1;
});
