import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { openModel } from "../../src/activations";
import { openStore } from "../../src/store";
import { timingOf } from "./timing";

const N_ROUNDS = 7;
const REQUIREMENTS = "test/fixtures/activations/exported-requirements.txt";

/** What is shown to each model at once, and how many. */
const CASES: [name: string, items: string, batch: number][] = [
  ["clip-b32-vision", "images", 32],
  ["clip-b16-vision", "images", 16],
  ["clip-b32-text", "captions", 32],
  ["meter", "pairs", 4],
];

/** A process that runs a batch a line. */
interface Worker {
  run(): Promise<number>;
  /** Ends it: its largest memory in MB. */
  end(): Promise<number>;
}

/**
 * The neurons of a batch: from our edited graph; by PyTorch eager with hooks on query and key; and, for what the edit costs, the
 * unedited graph with its own outputs. Full-size models with random weights, two threads each, the three in turns. Memory is
 * that of a process that does nothing else.
 */
export async function neurons(): Promise<string[]> {
  const python = process.env.BRAINLENS_TORCH_PYTHON;
  if (python === undefined) {
    return [`skipped: BRAINLENS_TORCH_PYTHON names no Python with ${REQUIREMENTS} (see test/parity)`];
  }
  const lines: string[] = [];
  for (const [name, items, batch] of CASES) lines.push(...(await compareModel(python, name, items, batch)));
  return lines;
}

async function compareModel(python: string, name: string, items: string, batch: number): Promise<string[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "brainlens-bench-"));
  try {
    const reference = path.join(__dirname, "reference_neurons.py");
    const args = [reference, name, folder, `${batch}`];
    // A process of its own: the memory of an export is none of the extraction's.
    execFileSync(python, [...args, "write"], { stdio: "ignore" });
    const store = openStore(path.join(folder, "store"));
    await openModel(path.join(folder, "model.onnx"), { store });
    const script = ["--require", "tsx/cjs", "--conditions=import", path.join(__dirname, "neuron-worker.ts")];
    const workers: Worker[] = [
      await startWorker(process.execPath, [...script, "edited", folder]),
      await startWorker(process.execPath, [...script, "original", folder]),
      await startWorker(python, args),
    ];
    const runsSec: number[][] = [[], [], []];
    for (let round = 0; round < N_ROUNDS; round++) {
      for (const [i, worker] of workers.entries()) runsSec[i].push(await worker.run());
    }
    const memoryMb: number[] = [];
    for (const worker of workers) memoryMb.push(await worker.end());
    const show = (i: number) =>
      `${(batch / timingOf(runsSec[i]).medianSec).toFixed(1)} ${items}/s, ${Math.round(memoryMb[i])} MB`;
    // Round by round, since what else runs on the machine changes between rounds.
    const faster = (i: number) =>
      timingOf(runsSec[i].map((sec, round) => sec / runsSec[0][round])).medianSec.toFixed(2);
    return [
      `${name}, ${batch} ${items} at once`,
      `  edited graph: ${show(0)}; unedited graph: ${show(1)}; PyTorch with hooks: ${show(2)}`,
      `  as fast as PyTorch × ${faster(2)}, as the unedited graph × ${faster(1)}; ${(memoryMb[0] / memoryMb[2]).toFixed(2)} of PyTorch's memory`,
    ];
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

async function startWorker(program: string, args: string[]): Promise<Worker> {
  const child: ChildProcess = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (!done) return value;
    throw new Error(
      `bench: ${path.basename(args[0])} ended early; expected a line a batch. See its messages above.`,
    );
  };
  // Exporters print as they please.
  while ((await next()) !== "ready");
  return {
    async run() {
      child.stdin!.write("\n");
      return Number(await next());
    },
    async end() {
      child.stdin!.end();
      return Number(await next());
    },
  };
}
