import assert from "node:assert/strict";
import childProcess from "node:child_process";
import { EventEmitter } from "node:events";
import { type TestContext, test } from "node:test";
import { demoChoices, type FilmDataset, filmChoices } from "../../src/study";
import { helpedStore } from "../../src/study/film/helped-store";
import { temporaryFolder } from "../simulation/brains/small-brains";

const dataset = {
  demo: demoChoices,
  folder: "/demo/brains-1",
  subjects: [{ id: "sub-02" }],
} as unknown as FilmDataset;

/** Processes that only note what is done with them. */
function notedProcesses(context: TestContext) {
  const started: { sent: unknown[]; nKilled: number }[] = [];
  context.mock.method(childProcess, "fork", () => {
    const noted = { sent: [] as unknown[], nKilled: 0 };
    started.push(noted);
    return Object.assign(new EventEmitter(), {
      pid: 4_000_000,
      send: (message: unknown) => noted.sent.push(message),
      unref() {},
      kill: () => noted.nKilled++,
    });
  });
  return started;
}

test("a second process starts with the first product that is missing, for the same subjects and folders", async (context) => {
  const started = notedProcesses(context);
  const study = { choices: filmChoices, cacheFolder: temporaryFolder(context), findings: ["maps"] as const };
  const store = helpedStore(dataset, study);
  assert.equal(started.length, 0);
  await store.product("one", 1, () => 1);
  await store.product("two", 2, () => 2);
  assert.equal(started.length, 1);
  assert.deepEqual(started[0].sent, [
    { demo: demoChoices, demoFolder: "/demo", study: { ...study, subjects: ["sub-02"] } },
  ]);
  const again = helpedStore(dataset, study);
  assert.equal(await again.product("two", 2, () => assert.fail("it is kept")), 2);
  assert.equal(started.length, 1, "what is kept needs nobody");
});

test("the stop button of the cell at work stops the second process, whichever cell started it; the next product that is missing starts one again", async (context) => {
  const started = notedProcesses(context);
  const cells = [new AbortController(), new AbortController()];
  let cell = cells[0];
  const button = Symbol.for("brainlens.stop-button");
  const program = globalThis as { [button]?: () => AbortSignal };
  program[button] = () => cell.signal;
  context.after(() => delete program[button]);
  const store = helpedStore(dataset, {
    choices: filmChoices,
    cacheFolder: temporaryFolder(context),
    findings: [],
  });
  await store.product("one", 1, () => 1);
  cell = cells[1];
  const atWork = store.product("two", 2, () => {
    cell.abort();
    return 2;
  });
  await atWork;
  assert.deepEqual(
    started.map(({ nKilled }) => nKilled),
    [1],
  );
  delete program[button];
  await store.product("three", 3, () => 3);
  assert.equal(started.length, 2);
});
