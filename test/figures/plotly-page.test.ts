import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { noBrowser } from "./system-browser";

// Each test is a Node process of its own that draws a picture, then does what the test is about.
const skip =
  noBrowser || (process.platform === "win32" && "reads the fate of processes as POSIX systems tell it");
const ROOT = join(__dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "brainlens-page-"));
after(() => rmSync(folder, { recursive: true, maxRetries: 5 }));

const PRELUDE = `
  const channel = require("node:diagnostics_channel");
  channel.subscribe("child_process", ({ process: child }) => setImmediate(() => child.pid && console.log("browser " + child.pid)));
  const { figure, toPng } = require(${JSON.stringify(join(ROOT, "src", "figures"))});
  const bar = figure({ data: [{ type: "bar", y: [1, 2] }], layout: {}, caption: "" });
  const draw = async () => console.log("drawn " + (await toPng(bar)).length);
`;

interface Script {
  child: ChildProcess;
  /** Resolves with the number of the nth line that starts with a word. */
  line(word: string, nth?: number): Promise<number>;
  ended: Promise<{ code: number | null; signal: string | null }>;
}

function run(name: string, body: string): Script {
  const file = join(folder, `${name}.cjs`);
  writeFileSync(file, `${PRELUDE}(async () => { ${body} })();`);
  const child = spawn(process.execPath, ["--require", "tsx/cjs", "--conditions=import", file], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: folder }, // what a killed process leaves behind goes with the folder
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
  const line = async (word: string, nth = 1): Promise<number> => {
    for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 50) {
      const found = output.split("\n").filter((text) => text.startsWith(`${word} `))[nth - 1];
      if (found) return Number(found.slice(word.length + 1));
      await sleep(50);
    }
    child.kill("SIGKILL");
    throw new Error(`no line ${nth} of "${word}" within a minute; the output was: ${output}`);
  };
  return { child, line, ended };
}

async function isGone(pid: number, withinMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs <= withinMs; waitedMs += 100) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await sleep(100);
  }
  return false;
}

test("an open browser does not keep Node alive, and ends with it", { skip }, async () => {
  const script = run("ends", "await draw(); console.log('last ' + Date.now());");
  const last = await script.line("last");
  assert.deepEqual(await script.ended, { code: 0, signal: null });
  assert.ok(Date.now() - last < 5_000, `Node went on for ${Date.now() - last} ms`); // the idle time-out alone is 10 s
  assert.ok(await isGone(await script.line("browser"), 5_000), "the browser is still there");
});

test("the browser ends when Node is killed", { skip }, async () => {
  const script = run("killed", "await draw(); setInterval(() => {}, 1000);");
  await script.line("drawn");
  script.child.kill("SIGKILL");
  assert.equal((await script.ended).signal, "SIGKILL");
  assert.ok(await isGone(await script.line("browser"), 10_000), "the browser is still there");
});

test("an interrupt ends neither Node nor the browser", { skip }, async () => {
  const script = run(
    "interrupted",
    "process.on('SIGINT', async () => { await draw(); process.exit(7); }); await draw(); setInterval(() => {}, 1000);",
  );
  await script.line("drawn");
  script.child.kill("SIGINT");
  await script.line("drawn", 2);
  assert.deepEqual(await script.ended, { code: 7, signal: null });
});

test("a browser that died is replaced at the next picture", { skip }, async () => {
  const script = run(
    "replaced",
    "await draw(); process.once('SIGUSR2', draw); setTimeout(() => {}, 60_000).unref(); globalThis.wakeful = setInterval(() => {}, 1000);",
  );
  await script.line("drawn");
  const first = await script.line("browser");
  process.kill(first, "SIGKILL");
  assert.ok(await isGone(first, 5_000));
  await sleep(300); // until Node has heard of it
  script.child.kill("SIGUSR2");
  await script.line("drawn", 2);
  assert.notEqual(await script.line("browser", 2), first);
  script.child.kill("SIGKILL");
  await script.ended;
});

test("a browser that has nothing to do for 10 s is closed, and Node goes on", { skip }, async () => {
  const script = run("idle", "await Promise.all([draw(), draw()]); setInterval(() => {}, 1000);");
  await script.line("drawn", 2);
  const pid = await script.line("browser");
  assert.equal(await isGone(pid, 7_000), false);
  assert.ok(await isGone(pid, 10_000), "the browser is still there");
  assert.equal(script.child.exitCode, null);
  script.child.kill("SIGKILL");
  await script.ended;
});
