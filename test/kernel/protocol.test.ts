import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createRequire } from "node:module";
import { test } from "node:test";
import type * as Zmq from "zeromq";
import { createCodec } from "../../kernel-setup/kernel/wire";
import { sharedKernel, startKernel } from "./kernel-client";

const zmq: typeof Zmq = createRequire(require.resolve("tslab/package.json"))("zeromq");
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

test("store_history: false shows the result, but neither counts the cell nor keeps it", async () => {
  const { reply } = await kernel().execute("'counted'");
  const aside = await kernel().execute("'aside'", { store_history: false });
  assert.equal(aside.result?.["text/plain"], "'aside'");
  assert.equal(aside.reply.execution_count, reply.execution_count);
  const { content } = await kernel().request("history_request", { hist_access_type: "tail", n: 1 });
  assert.deepEqual((content.history as unknown[][])[0]!.slice(1), [reply.execution_count, "'counted'"]);
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
  // Signed with the right key, and still no messages.
  for (const parts of [
    ["{", "{}", "{}", "{}"],
    ["{}", "{}", "{}", "{}"],
    ["null", "{}", "{}", "7"],
  ]) {
    const signature = createHmac("sha256", key).update(parts.join("")).digest("hex");
    await kernel().sendRaw(["<IDS|MSG>", signature, ...parts]);
  }
  assert.deepEqual((await kernel().execute("hits")).result, { "text/plain": "1" });
});

test("the heartbeat beats while a cell computes", async (t) => {
  const { ip, hb_port } = kernel().connection;
  const heart = new zmq.Request({ linger: 0 });
  t.after(() => heart.close());
  heart.connect(`tcp://${ip}:${hb_port}`);
  const begun = kernel().published(({ content }) => content.text === "computing\n");
  const cell = kernel().execute("console.log('computing'); for (;;);");
  await begun;
  // The cell ends by the interrupt alone, so an answer before that came from beside it.
  const beat = randomUUID();
  await heart.send(beat);
  assert.equal(String((await heart.receive())[0]), beat);
  await kernel().interrupt();
  assert.equal((await cell).error?.ename, "Interrupted");
});

test("the control channel answers while a cell computes", async () => {
  const begun = kernel().published(({ content }) => content.text === "busy\n");
  const cell = kernel().execute("console.log('busy'); for (;;);");
  await begun;
  const { content } = await kernel().request("kernel_info_request", {}, "control");
  assert.equal(content.implementation, "brainlens");
  await kernel().interrupt();
  assert.equal((await cell).error?.ename, "Interrupted");
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
  await other.execute("process.on('exit', () => { process.exitCode = 7 })");
  const exited = once(other.process, "exit");
  await other.request("shutdown_request", { restart: false }, "control");
  assert.deepEqual(await exited, [7, null]);
  await other.stop();
});

test("a shutdown is answered with what was asked for, to every front end, on either channel", async () => {
  for (const channel of ["control", "shell"] as const) {
    const other = await startKernel();
    await other.execute("'started'");
    const heard = other.published(({ header }) => header.msg_type === "shutdown_reply");
    const exited = once(other.process, "exit");
    const { content } = await other.request("shutdown_request", { restart: true }, channel);
    assert.deepEqual([content, (await heard).content], Array(2).fill({ status: "ok", restart: true }));
    assert.deepEqual(await exited, [0, null]);
    await other.stop();
  }
});

test("late output of a cell goes to it, also from a rejection after other cells have run", async () => {
  const late = kernel().published(({ content }) => /much too late/.test(String(content.text)));
  const { outputs } = await kernel().execute(
    'let reject = () => {}; new Promise((_, no) => { reject = () => no(new Error("much too late")) }); setTimeout(() => reject(), 150); 0',
  );
  await kernel().execute("'another'");
  assert.equal((await late).parent.msg_id, outputs[0]!.parent.msg_id);
});
