import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DEFAULT_BUDGET_BYTES } from "../../src/fmri";
import { decodeNpy, linearAlgebra } from "../../src/tensor";
import { N_GRAYORDINATES, writeDenseSeries, writeVolumeSeries } from "./fmri-files";
import { runReference } from "./reference-python";
import { describeTiming, timingOf } from "./timing";

/** What a process says of its runs. */
interface Measured {
  runsSec: number[];
  cpuSec: number[];
  peakBytes: number;
  version?: string;
}

const ROOT = path.join(__dirname, "..", "..");
/** The programs take turns, so that a busy machine slows all of them. */
const N_TURNS = 3;
const N_RUNS = 2;

export const fmriCases: Record<string, () => Promise<string[]>> = {
  /** 64 × 64 × 40 voxels × 300 TRs of int16 in a .nii.gz to standardised float32. */
  "fmri-nifti": () =>
    withFolder(async (folder) => {
      const file = path.join(folder, "bold.nii.gz");
      const bytes = writeVolumeSeries(file, [64, 64, 40, 300]);
      return [
        `${megabytes(bytes)}, ${megabytes(fs.statSync(file).size)} compressed`,
        ...compare(file, folder, ["gunzip", "whole", "streamed"]),
      ];
    }),
  /** 91,282 grayordinates × 900 TRs of float32 in a .dtseries.nii to standardised float32. */
  "fmri-cifti": () =>
    withFolder(async (folder) => {
      const file = path.join(folder, "bold.dtseries.nii");
      writeDenseSeries(file, 900);
      return [
        megabytes(fs.statSync(file).size),
        ...compare(file, folder, ["read-only", "streamed", "whole"]),
      ];
    }),
  /** Peak memory of streaming 91,282 grayordinates × 3,655 TRs with 128 s drift taken out. */
  "fmri-memory": () =>
    withFolder(async (folder) => {
      const file = path.join(folder, "bold.dtseries.nii");
      writeDenseSeries(file, 3655);
      const { runsSec, peakBytes } = measure(file, 0, folder, "streamed-drift");
      const share = (100 * peakBytes) / DEFAULT_BUDGET_BYTES;
      return [
        `${megabytes(fs.statSync(file).size)}, ${N_GRAYORDINATES} × 3655; ${linearAlgebra().name}`,
        `z-scored without drift in ${runsSec[0].toFixed(1)} s, peak memory of the process ${megabytes(peakBytes)}: ${share.toFixed(0)} % of the budget of ${megabytes(DEFAULT_BUDGET_BYTES)}`,
      ];
    }),
};

function compare(file: string, folder: string, ways: string[]): string[] {
  const names = [...ways.map((way) => `brainlens, ${way}`), "plain", "tuned"];
  const measured = new Map<string, Measured[]>(names.map((name) => [name, []]));
  for (let turn = 0; turn < N_TURNS; turn++) {
    for (const way of ways) measured.get(`brainlens, ${way}`)?.push(measure(file, N_RUNS, folder, way));
    for (const variant of ["plain", "tuned"]) {
      const printed = runReference("reference_fmri.py", [file, `${N_RUNS}`, folder, variant]);
      measured.get(variant)?.push(JSON.parse(printed));
    }
  }
  const medians = new Map<string, number>();
  const lines = names.map((name) => {
    const all = measured.get(name) ?? [];
    const wall = timingOf(all.flatMap(({ runsSec }) => runsSec));
    const cpu = timingOf(all.flatMap(({ cpuSec }) => cpuSec));
    const peak = Math.max(...all.map(({ peakBytes }) => peakBytes));
    medians.set(name, wall.medianSec);
    const program = all[0].version === undefined ? name : `${all[0].version}, ${name}`;
    return `${describeTiming(program, wall)}, processor ${cpu.medianSec.toFixed(3)} s, peak ${megabytes(peak)}`;
  });
  const ratios = ways.slice(1).flatMap((way) =>
    ["plain", "tuned"].map((variant) => {
      const ratio = (medians.get(variant) ?? 0) / (medians.get(`brainlens, ${way}`) ?? 1);
      return `${ratio.toFixed(1)} (${way} against ${variant})`;
    }),
  );
  return [...lines, `ratios ${ratios.join(", ")}; series within ${furthest(folder).toExponential(1)}`];
}

function measure(file: string, nRuns: number, folder: string, way: string): Measured {
  const script = path.join(__dirname, "run-fmri.ts");
  const args = [...process.execArgv, script, file, `${nRuns}`, folder, way];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  if (status === 0) return JSON.parse(stdout);
  throw new Error(`fmri: invalid exit of run-fmri.ts: ${stderr.trim()}; expected 0. Mend it.`);
}

/** The largest difference between some series of ours and theirs. */
function furthest(folder: string): number {
  const [ours, theirs] = ["ours.npy", "theirs.npy"].map((name) =>
    decodeNpy(fs.readFileSync(path.join(folder, name)), name),
  );
  let most = 0;
  ours.data.forEach((value, i) => {
    // Constant voxels are NaN in both.
    if (Number.isNaN(value) && Number.isNaN(theirs.data[i])) return;
    most = Math.max(most, Math.abs(value - theirs.data[i]));
    if (Number.isNaN(most)) most = Number.POSITIVE_INFINITY;
  });
  return most;
}

async function withFolder(work: (folder: string) => Promise<string[]>): Promise<string[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "brainlens-bench-"));
  try {
    return await work(folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
