/** Two thousand cells in one kernel: nothing is lost, nothing piles up. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { type KernelClient, startKernel } from "./kernel-client";

const nCells = 2000;
/** By then every kind of cell has run some fifty times, and what is kept for speed is there. */
const nWarm = 500;
const nCheckpoints = 6;

const folder = mkdtempSync(path.join(tmpdir(), "brainlens-soak-"));
after(() => rmSync(folder, { recursive: true }));
const writeModule = (version: number) =>
  writeFileSync(path.join(folder, "edited.ts"), `export const version = ${version};\n`);

/** What cell number i is, and how it must end. */
const kinds: ((kernel: KernelClient, i: number) => Promise<void>)[] = [
  (kernel, i) => shows(kernel, `const value${i % 40} = ${i}; value${i % 40} + 1`, String(i + 1)),
  (kernel, i) => shows(kernel, `await Promise.resolve(${i})`, String(i)),
  (kernel, i) => fails(kernel, `throw new Error("number ${i}")`, "Error"),
  (kernel) => fails(kernel, "const text: string = 5", "TypeScriptError"),
  (kernel) => prints(kernel, 'for (let i = 0; i < 200; i++) console.log("line", i)', 200),
  (kernel) => shows(kernel, "display({ a: 1 }); new Array(1e5).fill(0).length", "100000"),
  async (kernel, i) => {
    writeModule(i);
    await shows(kernel, 'import { version } from "./edited"; version', String(i));
  },
  (kernel) => shows(kernel, "setTimeout(() => {}, 1); typeof openComm", "'function'"),
  async (kernel, i) => {
    const code =
      i % 2 === 0 ? "console.log('in'); for (;;);" : "console.log('in'); await new Promise(() => {})";
    const started = kernel.published(({ content }) => content.text === "in\n");
    const cell = kernel.execute(code);
    await started;
    await kernel.interrupt();
    assert.equal((await cell).error?.ename, "Interrupted");
  },
  async (kernel) => {
    const { content } = await kernel.request("complete_request", { code: "console.lo", cursor_pos: 10 });
    assert.ok((content.matches as string[]).includes("log"));
  },
];

async function shows(kernel: KernelClient, code: string, text: string) {
  const { result, error } = await kernel.execute(code);
  assert.equal(error?.traceback, undefined);
  assert.equal(result?.["text/plain"], text);
}

async function fails(kernel: KernelClient, code: string, name: string) {
  assert.equal((await kernel.execute(code)).error?.ename, name);
}

async function prints(kernel: KernelClient, code: string, nLines: number) {
  assert.equal((await kernel.execute(code)).stdout.split("\n").length, nLines + 1);
}

interface State {
  heapBytes: number;
  nHandles: number;
}

/** After garbage collection, so that only what is really held counts. */
async function stateOf(kernel: KernelClient): Promise<State> {
  const { result, error } = await kernel.execute(
    "// @ts-nocheck\ngc(); gc(); JSON.stringify({ heapBytes: process.memoryUsage().heapUsed, nHandles: process.getActiveResourcesInfo().length })",
  );
  assert.equal(error?.traceback, undefined);
  return JSON.parse(String(result!["text/plain"]).slice(1, -1));
}

test("2,000 cells with errors, interrupts and reloads are all answered; memory and handles stay flat", async (t) => {
  const kernel = await startKernel({ folder, flags: ["--expose-gc"] });
  t.after(() => kernel.stop());
  const states: State[] = [];
  const every = (nCells - nWarm) / (nCheckpoints - 1);
  for (let i = 0; i < nCells; i++) {
    await kinds[i % kinds.length]!(kernel, i);
    if (i + 1 >= nWarm && (i + 1 - nWarm) % every === 0) states.push(await stateOf(kernel));
  }
  t.diagnostic(
    states
      .map(({ heapBytes, nHandles }) => `${(heapBytes / 1e6).toFixed(1)} MB, ${nHandles} handles`)
      .join("; "),
  );
  assert.equal(states.length, nCheckpoints);
  const [first] = states;
  for (const { heapBytes, nHandles } of states) {
    assert.ok(heapBytes < 1.2 * first!.heapBytes, JSON.stringify(states));
    assert.ok(nHandles <= first!.nHandles + 1, JSON.stringify(states));
  }
});
