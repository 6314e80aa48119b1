import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createCodec } from "../../kernel-setup/kernel/wire";
import { sharedKernel, startKernel } from "./kernel-client";

const kernel = sharedKernel();

test("a cell is announced, counted and framed by busy and idle", async () => {
  const states: unknown[] = [];
  const busy = kernel().published(({ content }) => content.execution_state === "busy");
  busy.then(() => states.push("busy"));
  const { outputs, reply } = await kernel().execute("1");
  const next = await kernel().execute("2");
  assert.deepEqual(states, ["busy"]);
  assert.deepEqual(outputs[0]!.content, { code: "1", execution_count: reply.execution_count });
  assert.equal(next.reply.execution_count, Number(reply.execution_count) + 1);
});

test("a silent cell shows no result and is neither counted nor kept", async () => {
  const { reply } = await kernel().execute("1");
  const silent = await kernel().execute("5", { silent: true, store_history: false });
  assert.deepEqual([silent.outputs, silent.reply.execution_count], [[], reply.execution_count]);
});

test("user expressions are evaluated after the cell, each with its own success or failure", async () => {
  const { reply } = await kernel().execute("const base = 4", {
    user_expressions: { good: "base + 1", bad: "nothing" },
  });
  const { good, bad } = reply.user_expressions as Record<string, Record<string, unknown>>;
  assert.deepEqual([good!.status, good!.data], ["ok", { "text/plain": "5" }]);
  assert.deepEqual([bad!.status, bad!.ename], ["error", "TypeScriptError"]);
});

test("cells queued behind a failed one are aborted, the one after its reply is not", async () => {
  const cells = ["throw new Error('one')", "'two'", "'three'"].map((code) => kernel().execute(code));
  const statuses = (await Promise.all(cells)).map(({ reply }) => reply.status);
  assert.deepEqual(statuses, ["error", "aborted", "aborted"]);
  assert.equal((await kernel().execute("'four'")).reply.status, "ok");
});

test("stop_on_error: false runs the queued cells all the same", async () => {
  const cells = ["throw new Error('one')", "'two'"].map((code) =>
    kernel().execute(code, { stop_on_error: false }),
  );
  const statuses = (await Promise.all(cells)).map(({ reply }) => reply.status);
  assert.deepEqual(statuses, ["error", "ok"]);
});

test("messages that are mis-signed, unsigned, replayed or malformed are dropped", async () => {
  const { key } = kernel().connection;
  const request = (codec = createCodec(key), code = "hits++") =>
    codec.encode({ idents: [], type: "execute_request", content: { code }, parent: {} });
  await kernel().execute("let hits = 0");
  const genuine = request();
  await kernel().sendRaw(request(createCodec("another key")));
  await kernel().sendRaw(request(createCodec("")));
  await kernel().sendRaw(genuine);
  await kernel().sendRaw(genuine);
  await kernel().sendRaw(["nonsense"]);
  assert.deepEqual((await kernel().execute("hits")).result, { "text/plain": "1" });
});

test("the control channel answers while a cell computes", async () => {
  const cell = kernel().execute("const end = Date.now() + 1200; while (Date.now() < end) {} 'done'");
  await sleep(200);
  const asked = Date.now();
  await kernel().request("kernel_info_request", {}, "control");
  assert.ok(Date.now() - asked < 700);
  assert.equal((await cell).result?.["text/plain"], "'done'");
});

test("process.exit in a cell says what happened before the kernel is gone", async () => {
  const other = await startKernel();
  const { error, reply } = await other.execute("process.exit(3)");
  assert.deepEqual([error?.ename, reply.status], ["Exit", "error"]);
  assert.match(error!.evalue, /^process\.exit\(3\) ended the kernel/);
  if (other.process.exitCode === null) await once(other.process, "exit");
  assert.equal(other.process.exitCode, 3);
  await other.stop();
});

test("shutdown ends the process by itself, running its exit handlers", async () => {
  const other = await startKernel();
  await other.execute('process.on("exit", () => process.kill(process.pid, "SIGUSR2"))');
  const exited = once(other.process, "exit");
  await other.request("shutdown_request", { restart: false }, "control");
  assert.deepEqual(await exited, [null, "SIGUSR2"]);
  await other.stop();
});

test("a kernel whose parent died goes away", {
  skip: process.platform === "win32" && "no parent to lose on Windows",
}, async () => {
  const script = `
    const { startKernel } = require("./kernel-client");
    startKernel().then((kernel) => { console.log(kernel.process.pid); process.exit(); });`;
  const flags = ["--require", "tsx/cjs", "--conditions=import", "--eval", script];
  const parent = spawn(process.execPath, flags, { cwd: __dirname, stdio: ["ignore", "pipe", "inherit"] });
  const [[line]] = await Promise.all([once(parent.stdout, "data"), once(parent, "exit")]);
  const pid = Number(String(line));
  const isAlive = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  for (let i = 0; i < 100 && isAlive(); i++) await sleep(100);
  assert.equal(isAlive(), false);
});
