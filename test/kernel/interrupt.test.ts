import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sharedKernel } from "./kernel-client";

const kernel = sharedKernel();
/** The promise of this project; the kernel takes about 0.2 s, the rest is for a busy machine. */
const limitMs = 1000;
const runningMs = 400;

const cells: Record<string, string> = {
  "a loop": "for (;;) n++",
  "a pending await": "n++; await new Promise(() => {})",
  "a loop after an await": "await null; for (;;) n++",
  "a loop after a timer": "await new Promise((go) => setTimeout(go, 10)); for (;;) n++",
  "a computation in native threads":
    'n++; await new Promise((done) => require("node:crypto").pbkdf2("a", "b", 2e7, 64, "sha512", done))',
  "a wait inside native code": "n++; Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60000)",
};

for (const [what, code] of Object.entries(cells)) {
  test(`an interrupt ends ${what} within a second and keeps the variables`, async () => {
    await kernel().execute("var n = 1");
    const cell = kernel().execute(code);
    await sleep(runningMs);
    const asked = Date.now();
    await kernel().interrupt();
    const { error, reply } = await cell;
    const tookMs = Date.now() - asked;
    assert.deepEqual([error?.ename, reply.status], ["Interrupted", "error"]);
    assert.ok(tookMs < limitMs, `${tookMs} ms`);
    const { result } = await kernel().execute("n > 1");
    assert.deepEqual(result, { "text/plain": "true" });
  });
}

test("an interrupt ends a loop in a callback of Node", async () => {
  const cell = kernel().execute(
    'await new Promise(() => require("node:fs").stat(".", () => { console.log("in"); for (;;); }))',
  );
  await kernel().published(({ content }) => content.text === "in\n");
  await kernel().interrupt();
  assert.equal((await cell).error?.ename, "Interrupted");
  assert.deepEqual((await kernel().execute("'alive'")).result, { "text/plain": "'alive'" });
});

test("an interrupt ends a loop in a timer of a cell that has ended", async () => {
  await kernel().execute("setTimeout(() => { for (;;); }, 50); 0");
  await sleep(runningMs);
  await kernel().interrupt();
  assert.deepEqual((await kernel().execute("'alive'")).result, { "text/plain": "'alive'" });
});

test("interrupts that come as the cell begins are all answered", async () => {
  for (let i = 0; i < 20; i++) {
    const begun = kernel().published(({ content }) => content.text === "in\n");
    const cell = kernel().execute("console.log('in'); for (;;);");
    await begun;
    await kernel().interrupt();
    assert.equal((await cell).error?.ename, "Interrupted");
  }
});

test("an interrupt with nothing to interrupt does no harm to the next cell", async () => {
  await kernel().interrupt();
  assert.deepEqual((await kernel().execute("1 + 1")).result, { "text/plain": "2" });
});
