import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { checkoutDir, venvPython } from "../../kernel-setup/set-up/places.mjs";
import { connect, freeConnection, type KernelClient } from "../kernel/kernel-client";

/** A Jupyter kernel, started as its kernelspec says, and the same work in its language. */
interface Contestant {
  name: string;
  /** Program and arguments; `{connection_file}` stands for the file's path. */
  argv: string[];
  /** Code that prints 50,000 lines, and that shows 20 MB of text. */
  lines: string;
  display: string;
  /** Text whose completion at its end is asked for. */
  completion: string;
}

const N_STARTS = 3;
const N_CELLS = 30;
const N_COMPLETIONS = 30;
/** A kernel that loses the end of its output would be waited for without end; on a busy machine starts take long. */
const PATIENCE_MS = 60_000;

const DENO_VERSION = "2.9.6";
const N_LINES = 50_000;
const LINES = "for (let i = 0; i < 50000; i++) console.log(i)";

/**
 * Start to first result, a trivial cell's round trip, completion, 50,000 printed lines, a display of 20 MB: this kernel,
 * tslab as it comes, ipykernel and Deno's kernel, one after the other in turns. Medians; tslab as it comes hangs after
 * some 500 prints in one go, so it prints in portions.
 */
export async function kernel(): Promise<string[]> {
  const contestants = [ours(), tslab(), ipykernel(), await deno()].filter((found) => found !== undefined);
  const results = new Map(contestants.map(({ name }) => [name, new Map<string, number[]>()]));
  for (let i = 0; i < N_STARTS; i++) {
    for (const contestant of contestants) await measure(contestant, results.get(contestant.name)!);
  }
  const lines: string[] = [];
  for (const what of results.get("brainlens")!.keys()) {
    lines.push(what);
    for (const [name, timings] of results) {
      const runs = timings.get(what) ?? [];
      const text =
        runs.length === 0 ? "did not finish" : `${median(runs).toFixed(1)} ms (from ${runs.length} runs)`;
      lines.push(`  ${name.padEnd(10)} ${text}`);
    }
  }
  return lines;
}

async function measure(contestant: Contestant, timings: Map<string, number[]>): Promise<void> {
  const add = (what: string, ms: number) => timings.set(what, [...(timings.get(what) ?? []), ms]);
  const time = async (what: string, work: () => Promise<unknown>) => {
    const startedMs = performance.now();
    await work();
    add(what, performance.now() - startedMs);
  };
  const startedMs = performance.now();
  const client = await start(contestant);
  try {
    add("start to kernel_info", performance.now() - startedMs);
    await client.execute("1 + 1");
    add("start to first result", performance.now() - startedMs);
    for (let i = 0; i < N_CELLS; i++) await time("trivial cell", () => client.execute(`${i} + 1`));
    for (let i = 0; i < N_COMPLETIONS; i++) {
      // Text that was just typed, as in life, and the same text again: what a kernel keeps from before helps only there.
      const code = `${i}; ${contestant.completion}`;
      const complete = () => client.request("complete_request", { code, cursor_pos: code.length });
      await time("completion of text just typed", complete);
      await time("completion of the same text again", complete);
    }
    await time("display of 20 MB", () => client.execute(contestant.display));
    // Only a run that lost nothing counts.
    const printingMs = performance.now();
    const printed = await client.execute(contestant.lines).catch(() => undefined);
    if (printed && printed.stdout.split("\n").length > N_LINES)
      add("50,000 lines", performance.now() - printingMs);
  } catch (error) {
    console.error(`${contestant.name}: ${(error as Error).message}`);
  } finally {
    // Not every kernel ends when it is asked to.
    const ended = once(client.process, "exit");
    client.process.kill("SIGKILL");
    await ended;
    await client.stop();
  }
}

async function start({ argv }: Contestant): Promise<KernelClient> {
  const connection = await freeConnection();
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "brainlens-bench-"));
  const file = path.join(scratch, "connection.json");
  fs.writeFileSync(file, JSON.stringify({ ...connection, signature_scheme: "hmac-sha256" }), { mode: 0o600 });
  const [program, ...args] = argv.map((arg) => arg.replace("{connection_file}", file));
  const env = { ...process.env, BRAINLENS_HISTORY: scratch, IPYTHONDIR: scratch };
  const child: ChildProcess = spawn(program, args, {
    cwd: scratch,
    stdio: ["ignore", "ignore", "ignore"],
    env,
  });
  // kernel_info is asked for again and again, because only some kernels say when they are listening.
  return connect(child, connection, () => fs.rmSync(scratch, { recursive: true, force: true }), {
    welcomes: false,
    patienceMs: PATIENCE_MS,
  });
}

function ours(): Contestant {
  const spec = path.join(checkoutDir, "kernel-setup", "kernels", "brainlens");
  const { argv } = JSON.parse(fs.readFileSync(path.join(spec, "kernel.json"), "utf8"));
  return {
    name: "brainlens",
    argv: [process.execPath, ...argv.slice(1).map((arg: string) => arg.replace("{resource_dir}", spec))],
    lines: LINES,
    display: 'display("x".repeat(20e6), { as: "text/plain" })',
    completion: "console.lo",
  };
}

function tslab(): Contestant {
  const main = path.join(path.dirname(require.resolve("tslab/package.json")), "bin", "tslab");
  return {
    name: "tslab",
    argv: [process.execPath, main, "kernel", "--config-path", "{connection_file}"],
    lines:
      "for (let i = 0; i < 50000; i++) { console.log(i); if (i % 400 === 0) await new Promise((go) => setTimeout(go)) }",
    display: 'import * as tslab from "tslab"; tslab.display.text("x".repeat(20e6))',
    completion: "console.lo",
  };
}

function ipykernel(): Contestant {
  return {
    name: "ipykernel",
    argv: [venvPython, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
    lines: "for i in range(50000): print(i)",
    display: 'display({"text/plain": "x" * 20_000_000}, raw=True)',
    completion: "import os; os.getc",
  };
}

/** Deno as its npm package brings it, in a folder of the cache; none where the registry or the platform has none. */
async function deno(): Promise<Contestant | undefined> {
  const folder = path.join(checkoutDir, ".cache", `deno-${DENO_VERSION}`);
  const packages = path.join(folder, "node_modules", "@deno");
  if (!fs.existsSync(packages)) {
    fs.mkdirSync(folder, { recursive: true });
    const args = ["install", "--prefix", folder, "--no-audit", "--no-fund", `deno@${DENO_VERSION}`];
    const { status } = spawnSync("npm", args, { stdio: "ignore" });
    if (status !== 0) return undefined;
  }
  // The program itself: the package's launcher starts it as a child, which would outlive it.
  const [platform] = fs.readdirSync(packages);
  const program = path.join(packages, platform!, process.platform === "win32" ? "deno.exe" : "deno");
  return {
    name: "deno",
    argv: [program, "jupyter", "--kernel", "--conn", "{connection_file}"],
    lines: LINES,
    display:
      'await Deno.jupyter.broadcast("display_data", { data: { "text/plain": "x".repeat(20e6) }, metadata: {} })',
    completion: "console.lo",
  };
}

function median(runs: number[]): number {
  return runs.slice().sort((a, b) => a - b)[runs.length >> 1]!;
}
