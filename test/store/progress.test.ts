import assert from "node:assert/strict";
import { test } from "node:test";
import { terminalProgress, throwIfAborted, yieldToEventLoop } from "../../src/store";

function open(isTTY: boolean) {
  const written: string[] = [];
  const stream = { isTTY, columns: 60, write: (text: string) => written.push(text) };
  return { progress: terminalProgress(stream), written };
}

test("terminalProgress redraws a bar with the time left on a terminal", (t) => {
  t.mock.timers.enable({ apis: ["Date"] });
  const { progress, written } = open(true);
  progress(0, 4, "subjects");
  t.mock.timers.tick(50);
  progress(1, 4, "subjects"); // too soon after the last drawing
  t.mock.timers.tick(9_950);
  progress(2, 4, "subjects");
  progress(4, 4, "subjects");
  assert.deepEqual(written, [
    "\r\x1b[2Ksubjects [........................] 0 % (0 of 4)",
    // Cut to the 60 columns of the terminal less one.
    "\r\x1b[2Ksubjects [############............] 50 % (2 of 4, 10 s left",
    "\r\x1b[2Ksubjects [########################] done, 4 in 10 s\n",
  ]);
});

test("terminalProgress writes few plain lines elsewhere", (t) => {
  t.mock.timers.enable({ apis: ["Date"] });
  const { progress, written } = open(false);
  for (let i = 0; i <= 1000; i++) {
    progress(i, 1000, "shifts");
    t.mock.timers.tick(100);
  }
  assert.equal(written.length, 10);
  assert.equal(written[0], "shifts: 10 % (100 of 1000, 1 min 30 s left)\n");
  assert.equal(written[9], "shifts: done, 1000 in 1 min 40 s\n");
});

test("terminalProgress starts a new line for a new label and shows no control characters of it", (t) => {
  t.mock.timers.enable({ apis: ["Date"] });
  const { progress, written } = open(true);
  progress(1, 2, "a");
  progress(3, NaN, "b\x1b[31m");
  assert.equal(written[1], "\n");
  assert.equal(written[2], "\r\x1b[2Kb [31m 3");
});

test("throwIfAborted names the function that stops, and does nothing before", () => {
  const controller = new AbortController();
  throwIfAborted(undefined, "solveRidge");
  throwIfAborted(controller.signal, "solveRidge");
  controller.abort();
  assert.throws(() => throwIfAborted(controller.signal, "solveRidge"), {
    name: "AbortError",
    message: "solveRidge: interrupted before the end. What was finished is kept; call it again to go on.",
  });
});

test("throwIfAborted heeds the stop button of the notebook whose cell called, as well as a signal", (t) => {
  const button = Symbol.for("brainlens.stop-button");
  const controller = new AbortController();
  Object.defineProperty(globalThis, button, { value: () => controller.signal, configurable: true });
  t.after(() => Reflect.deleteProperty(globalThis, button));
  throwIfAborted(new AbortController().signal, "solveRidge");
  controller.abort(new Error("stopped"));
  assert.throws(() => throwIfAborted(new AbortController().signal, "solveRidge"), {
    name: "AbortError",
    cause: new Error("stopped"),
  });
});

test("yieldToEventLoop lets a waiting event be handled", async () => {
  let isHandled = false;
  setImmediate(() => {
    isHandled = true;
  });
  await yieldToEventLoop();
  assert.equal(isHandled, true);
});
