/** What no program survives: the supervisor says it in the kernel's place. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { describeDeath } from "../../kernel-setup/kernel/last-words";
import { type KernelClient, startKernel } from "./kernel-client";

const onUnix = { skip: process.platform === "win32" && "signals are those of Unix" };
const endPatienceMs = 60_000;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function ends(pid: number): Promise<boolean> {
  for (const until = Date.now() + endPatienceMs; isAlive(pid) && Date.now() < until; ) await sleep(50);
  return !isAlive(pid);
}

const numberIn = (result: Record<string, unknown> | undefined) => Number(result?.["text/plain"]);

const deaths: Record<string, { flags?: string[]; code: string; says: RegExp }> = {
  "running out of memory": {
    flags: ["--max-old-space-size=300"],
    code: "const hoard: number[][] = []; for (;;) hoard.push(new Array(1e5).fill(1.5))",
    says: /^the kernel died: it ran out of memory\./,
  },
  "an abort in native code": {
    code: "process.abort()",
    says: /^the kernel died: it crashed \(SIGABRT\)/,
  },
  "a segmentation fault": {
    code: 'require("node:child_process").spawnSync("kill", ["-SEGV", String(process.pid)]); for (;;);',
    says: /^the kernel died: it crashed \(SIGSEGV\)/,
  },
};

for (const [what, { flags, code, says }] of Object.entries(deaths)) {
  test(`${what} is reported under the cell, and the process is gone after it`, onUnix, async () => {
    const kernel = await startKernel({ flags });
    const pid = numberIn((await kernel.execute("process.pid")).result);
    const { error, reply } = await kernel.execute(code);
    assert.deepEqual([error?.ename, reply.status], ["KernelDied", "error"]);
    assert.match(error!.evalue, says);
    assert.ok(await ends(pid));
    assert.ok(await ends(kernel.process.pid!));
    await kernel.stop();
  });
}

test("a kernel that died leaves no programs that its cells started", onUnix, async () => {
  const kernel = await startKernel();
  const { result } = await kernel.execute(
    'require("node:child_process").spawn("sleep", ["600"], { stdio: "inherit" }).pid',
  );
  const pid = numberIn(result);
  assert.ok(isAlive(pid));
  await kernel.execute("process.abort()");
  assert.ok(await ends(pid));
  await kernel.stop();
});

test("a shutdown leaves none either", onUnix, async () => {
  const kernel = await startKernel();
  const { result } = await kernel.execute('require("node:child_process").spawn("sleep", ["600"]).pid');
  await kernel.stop();
  assert.ok(await ends(numberIn(result)));
});

test("a shutdown while a cell computes ends the process", async () => {
  const kernel = await startKernel();
  const pid = numberIn((await kernel.execute("process.pid")).result);
  kernel.execute("console.log('in'); for (;;);").catch(() => {});
  await kernel.published(({ content }) => content.text === "in\n");
  await kernel.stop();
  assert.ok(await ends(pid));
});

test(
  "native threads that compute keep no process, neither after a shutdown nor after the supervisor's death",
  onUnix,
  async () => {
    const ways: ((kernel: KernelClient) => Promise<unknown>)[] = [
      (kernel) => kernel.stop(),
      async (kernel) => {
        kernel.process.kill("SIGKILL");
        await once(kernel.process, "exit");
      },
    ];
    for (const end of ways) {
      const kernel = await startKernel();
      // Minutes of work.
      const { result } = await kernel.execute(
        'require("node:crypto").pbkdf2("a", "b", 2e9, 64, "sha512", () => {}); process.pid',
      );
      const pid = numberIn(result);
      await end(kernel);
      assert.ok(await ends(pid));
      await kernel.stop();
    }
  },
);

test("a kernel whose supervisor is killed goes away", onUnix, async () => {
  const kernel = await startKernel();
  const pid = numberIn((await kernel.execute("process.pid")).result);
  kernel.process.kill("SIGKILL");
  await once(kernel.process, "exit");
  assert.ok(await ends(pid));
  await kernel.stop();
});

test("a kernel whose parent died goes away, and its supervisor with it", onUnix, async () => {
  const script = `
    const { startKernel } = require("./kernel-client");
    startKernel().then(async (kernel) => {
      const { result } = await kernel.execute("process.pid");
      console.log(kernel.process.pid, result["text/plain"]);
      process.exit();
    });`;
  const flags = ["--require", "tsx/cjs", "--conditions=import", "--eval", script];
  const parent = spawn(process.execPath, flags, { cwd: __dirname, stdio: ["ignore", "pipe", "inherit"] });
  const [[line]] = await Promise.all([once(parent.stdout, "data"), once(parent, "exit")]);
  for (const pid of String(line).split(" ").map(Number)) assert.ok(await ends(pid));
});

test("why a process ended is told from how it ended", () => {
  const why = (signal: NodeJS.Signals | null, complaint = "", code: number | null = null) =>
    describeDeath({ code, signal, complaint }).evalue;
  assert.match(
    why("SIGABRT", "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory"),
    /out of memory/,
  );
  assert.match(why("SIGKILL"), /killed from outside \(SIGKILL\), as the system does when memory runs out/);
  assert.match(why("SIGBUS"), /crashed \(SIGBUS\)/);
  assert.match(why(null, "", 9), /ended with status 9/);
});

test("the supervisor says when it cannot start the kernel", () => {
  const supervisor = require.resolve("../../kernel-setup/kernel/supervisor.cjs");
  const { status } = spawnSync(process.execPath, [supervisor, "no-such-file.cjs", "connection.json"]);
  assert.equal(status, 1);
});
