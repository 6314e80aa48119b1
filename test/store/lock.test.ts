import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { withLock } from "../../src/store";

const makePath = () => join(mkdtempSync(join(tmpdir(), "brainlens-")), "atoms.lock");

function lockOf(owner: { pid: number; host?: string; processStart?: string | null }): string {
  return JSON.stringify({ host: hostname(), processStart: null, since: "2020-01-01", token: "x", ...owner });
}

test("withLock lets one piece of work at a time run and releases also after an error", async () => {
  const path = makePath();
  let nRunning = 0;
  const work = async () => {
    nRunning++;
    assert.equal(nRunning, 1);
    await pause(20);
    nRunning--;
  };
  await Promise.all([withLock(path, work), withLock(path, work), withLock(path, work)]);
  await assert.rejects(
    withLock(path, () => {
      throw new Error("broken");
    }),
    { message: "broken" },
  );
  assert.equal(existsSync(path), false);
});

test("withLock takes over the lock of a dead process", async () => {
  const path = makePath();
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  writeFileSync(path, lockOf({ pid: dead }));
  assert.equal(await withLock(path, () => "done"), "done");
  assert.deepEqual(readdirSync(join(path, "..")), []);
});

test("withLock takes over from a process whose number another one has now", {
  skip: !existsSync("/proc/self/stat") && "needs /proc",
}, async () => {
  const path = makePath();
  writeFileSync(path, lockOf({ pid: process.ppid, processStart: "1" }));
  assert.equal(await withLock(path, () => "done"), "done");
});

test("withLock takes over a lock file that its writer never filled", async () => {
  const path = makePath();
  writeFileSync(path, "");
  utimesSync(path, new Date(0), new Date(0));
  assert.equal(await withLock(path, () => "done"), "done");
});

test("withLock waits for a process on another machine, tells so once, and stops waiting when aborted", async () => {
  const path = makePath();
  const text = lockOf({ pid: 1, host: "elsewhere" });
  writeFileSync(path, text);
  const messages: string[] = [];
  const controller = new AbortController();
  const waiting = withLock(path, () => assert.fail("ran without the lock"), {
    signal: controller.signal,
    onWait: (message) => messages.push(message),
  });
  await pause(500);
  controller.abort();
  await assert.rejects(waiting, { name: "AbortError", message: /^withLock: interrupted/ });
  assert.deepEqual(messages, [
    `Waiting for process 1 on elsewhere (since 2020-01-01), which is working on the same thing. If it no longer runs, delete ${path}`,
  ]);
  assert.equal(readFileSync(path, "utf8"), text);
});
