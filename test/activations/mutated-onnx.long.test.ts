import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "./tiny-models";

const folder = temporaryFolder();
const N_MUTANTS = 1200;

test(`${N_MUTANTS} damaged models are opened or refused with a message: no crash, no hang, little memory`, () => {
  const script = join(__dirname, "open-mutants.ts");
  const options = ["--require", "tsx/cjs", "--conditions=import", script, "0", `${N_MUTANTS}`, folder];
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, options, {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    // Ten times what it takes here.
    timeout: 30 * 60_000,
  });
  const lines = stdout.trimEnd().split("\n");
  assert.equal(status, 0, `${signal ?? ""} at mutant ${lines.at(-1)}\n${stderr.slice(-3000)}`);
  const { nOpened, largestMb, longestMs } = JSON.parse(lines.at(-1)!.replace("done ", ""));
  // Most damage is deadly, and some hits a name or a weight.
  assert.ok(nOpened > N_MUTANTS / 20 && nOpened < N_MUTANTS / 2, `${nOpened} opened`);
  // Node and onnxruntime with a small model take 200 MB.
  assert.ok(largestMb < 1000, `${largestMb} MB`);
  assert.ok(longestMs < 60_000, `${longestMs} ms`);
});
