import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { decodeNpy, encodeNpy } from "../../src/tensor";
import { ENCODING_CASES, type EncodingCase, writeCase } from "./encoding-cases";
import { drawsOf } from "./encoding-draws";
import { runReference } from "./reference-python";
import { timingOf } from "./timing";

const ROOT = path.join(__dirname, "..", "..");
const CACHE = path.join(ROOT, ".cache", "bench");
const N_REPETITIONS = Number(process.env.BRAINLENS_BENCH_REPETITIONS ?? 3);

/** What a process prints of one run. */
interface Run {
  program: string;
  sec: number;
  cpuSec: number;
  peakBytes: number;
  stages?: Record<string, number>;
  limitSec?: number;
}

/** The encoding cases by their names, for the bench's list. */
export const encodingCases: Record<string, () => Promise<string[]>> = Object.fromEntries(
  ENCODING_CASES.map((one) => [`encoding-${one.name}`, async () => compare(one)]),
);

/**
 * One case by brainlens, by himalaya, and for the first case by numpy running brainlens' algorithm: each run a process
 * of its own, in turns. Everything printed is kept beside the data.
 */
function compare(one: EncodingCase): string[] {
  const folder = path.join(CACHE, one.name);
  writeCase(folder, one);
  fs.writeFileSync(path.join(folder, "draws.npy"), encodeNpy(drawsOf()));
  const programs: Record<string, () => string> = {
    brainlens: () => runOurs(folder),
    himalaya: () => runReference("reference_encoding.py", [folder, "himalaya"]),
  };
  if (one.name === "whole-brain")
    programs.numpy = () => runReference("reference_encoding.py", [folder, "numpy"]);
  const runs: Record<string, Run[]> = {};
  for (let repetition = 0; repetition < N_REPETITIONS; repetition++) {
    for (const [name, run] of Object.entries(programs)) {
      const printed = run();
      fs.appendFileSync(
        path.join(folder, "runs.jsonl"),
        `${new Date().toISOString()} ${name} ${printed.trim()}\n`,
      );
      runs[name] ??= [];
      runs[name].push(JSON.parse(printed));
    }
  }
  return report(one, folder, runs);
}

function report(one: EncodingCase, folder: string, runs: Record<string, Run[]>): string[] {
  const seconds = (name: string) => timingOf(runs[name].map(({ sec }) => sec)).medianSec;
  const cpu = (name: string) => timingOf(runs[name].map(({ cpuSec }) => cpuSec)).medianSec;
  const peak = (name: string) => Math.max(...runs[name].map(({ peakBytes }) => peakBytes)) / 1e9;
  const lines = Object.keys(runs).map(
    (name) =>
      `${name}: ${seconds(name).toFixed(2)} s (${runs[name].map(({ sec }) => sec.toFixed(2)).join(" ")}), ${cpu(name).toFixed(1)} s of processor, peak ${peak(name).toFixed(2)} GB; ${runs[name][0].program}`,
  );
  const limit = timingOf(runs.brainlens.map(({ limitSec }) => limitSec ?? 0)).medianSec;
  lines.push(
    `ratio ${(seconds("himalaya") / seconds("brainlens")).toFixed(1)} (asked: ${one.atLeast}); by processor time ${(cpu("himalaya") / cpu("brainlens")).toFixed(1)}; memory 1/${(peak("himalaya") / peak("brainlens")).toFixed(1)}`,
    `limit ${limit.toFixed(2)} s: ${(seconds("brainlens") / limit).toFixed(2)} times it; ${stagesOf(runs.brainlens)}`,
    agreement(folder),
  );
  if (one.question === "drop-one") {
    lines.push(
      "himalaya was timed on 3 of the 64 regressors and scaled; processor times are of all that ran",
    );
  }
  return lines;
}

function stagesOf(runs: Run[]): string {
  const names = Object.keys(runs[0].stages ?? {});
  return names
    .map((name) => `${name} ${timingOf(runs.map(({ stages }) => stages![name])).medianSec.toFixed(2)} s`)
    .join(", ");
}

function agreement(folder: string): string {
  const read = (program: string) =>
    decodeNpy(fs.readFileSync(path.join(folder, `alpha-${program}.npy`)), program).data;
  const [ours, theirs] = [read("brainlens"), read("himalaya")];
  const nSame = Array.from(ours).filter((alpha, v) => Math.abs(alpha / theirs[v] - 1) < 1e-3).length;
  return `the same alpha as himalaya's float32 for ${((100 * nSame) / ours.length).toFixed(2)} % of voxels`;
}

function runOurs(folder: string): string {
  const args = [
    "--require",
    "tsx/cjs",
    "--conditions=import",
    path.join(__dirname, "run-encoding.ts"),
    folder,
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  if (status !== 0)
    throw new Error(`encoding: invalid exit of run-encoding.ts: ${stderr.trim()}; expected 0. Mend it.`);
  return stdout;
}
