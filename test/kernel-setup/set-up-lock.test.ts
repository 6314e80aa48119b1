import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { withSetUpLock } from "../../kernel-setup/set-up/set-up-lock.mjs";

const lockModule = pathToFileURL(path.resolve(__dirname, "../../kernel-setup/set-up/set-up-lock.mjs")).href;

function scratchLock(t: { after(f: () => void): void }) {
  const folder = mkdtempSync(path.join(tmpdir(), "brainlens-lock-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, "set-up.lock");
}

test("two set-ups do not overlap, and the second says that it waits", async (t) => {
  const lock = scratchLock(t);
  const events: string[] = [];
  const said: string[] = [];
  const body = (name: string) => async () => {
    events.push(`${name} begins`);
    await sleep(50);
    events.push(`${name} ends`);
  };
  await Promise.all([
    withSetUpLock(lock, body("a"), () => {}),
    withSetUpLock(lock, body("b"), (message) => said.push(message)),
  ]);
  assert.deepEqual(events, ["a begins", "a ends", "b begins", "b ends"]);
  assert.deepEqual(said, [`Another set-up is at work here (process ${process.pid}): waiting for it.`]);
  assert.equal(existsSync(lock), false);
});

test("a lock whose owner has died is taken over, by one process at a time", async (t) => {
  const lock = scratchLock(t);
  const { pid } = spawnSync(process.execPath, ["--eval", ""]);
  writeFileSync(lock, JSON.stringify({ pid, host: hostname() }));
  let nInside = 0;
  let most = 0;
  const body = async () => {
    most = Math.max(most, ++nInside);
    await sleep(20);
    nInside--;
  };
  await Promise.all([1, 2, 3].map(() => withSetUpLock(lock, body, () => {})));
  assert.deepEqual([most, readdirSync(path.dirname(lock))], [1, []]);
});

test("the lock is freed when the body fails and when the process exits in it", async (t) => {
  const lock = scratchLock(t);
  await assert.rejects(
    withSetUpLock(lock, async () => Promise.reject(new Error("stop"))),
    /stop/,
  );
  assert.equal(existsSync(lock), false);
  const program = `import { withSetUpLock } from ${JSON.stringify(lockModule)};
    await withSetUpLock(${JSON.stringify(lock)}, async () => process.exit(4));`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { stdio: "inherit" });
  const status = await new Promise((resolve) => child.on("exit", resolve));
  assert.deepEqual([status, existsSync(lock)], [4, false]);
});
