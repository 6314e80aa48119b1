import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { createHistory } from "../../kernel-setup/kernel/history";
import { startKernel } from "./kernel-client";

const scratch = mkdtempSync(path.join(tmpdir(), "brainlens-history-"));
after(() => rmSync(scratch, { recursive: true }));

test("a later session finds the cells of earlier ones by tail, range and search", () => {
  const folder = path.join(scratch, "sessions");
  const first = createHistory(folder);
  first.add(1, "const a = 1", undefined);
  first.add(2, "a + 1", "2");
  const second = createHistory(folder);
  second.add(1, "const b = 1", undefined);
  const history = (content: Record<string, unknown>) => second.answer(content).history;
  assert.deepEqual(history({ hist_access_type: "tail", n: 2 }), [
    [1, 2, "a + 1"],
    [2, 1, "const b = 1"],
  ]);
  const before = [
    [1, 1, ["const a = 1", null]],
    [1, 2, ["a + 1", "2"]],
  ];
  assert.deepEqual(
    history({ hist_access_type: "range", session: -1, start: 1, stop: 3, output: true }),
    before,
  );
  assert.deepEqual(history({ hist_access_type: "range", session: 1, start: 1, output: true }), before);
  assert.deepEqual(history({ hist_access_type: "search", pattern: "const ?*", n: 1 }), [
    [2, 1, "const b = 1"],
  ]);
});

test("two sessions at the same time have numbers and files of their own", () => {
  const folder = path.join(scratch, "at-once");
  const histories = [createHistory(folder), createHistory(folder)];
  for (const history of histories) history.add(1, "cell", undefined);
  assert.deepEqual(readdirSync(folder).sort(), ["000001.jsonl", "000002.jsonl"]);
});

test("a unique search keeps the latest of equal cells", () => {
  const history = createHistory(path.join(scratch, "unique"));
  for (const [i, input] of ["same", "other", "same"].entries()) history.add(i + 1, input, undefined);
  assert.deepEqual(history.answer({ hist_access_type: "search", pattern: "*", unique: true }).history, [
    [1, 2, "other"],
    [1, 3, "same"],
  ]);
});

test("a folder that cannot be written to leaves the history of this session", () => {
  const history = createHistory(path.join(__filename, "not-a-folder"));
  history.add(1, "kept", undefined);
  assert.equal((history.answer({ hist_access_type: "tail", n: 5 }).history as unknown[]).length, 1);
});

test("a kernel that is started anew knows the cells of the last one", async () => {
  const folder = path.join(scratch, "restart");
  const first = await startKernel({ history: folder });
  await first.execute("'from the first kernel'");
  await first.stop();
  const second = await startKernel({ history: folder });
  const { content } = await second.request("history_request", {
    hist_access_type: "tail",
    n: 10,
    output: true,
  });
  await second.stop();
  assert.deepEqual(content.history, [[1, 1, ["'from the first kernel'", "'from the first kernel'"]]]);
});
