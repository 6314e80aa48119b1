/** Lets one set-up at a time work in a checkout. */
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const pollMs = 300;

/**
 * Runs `body` while no other process runs one under the same lock; waits for the other, saying so. A lock whose owner
 * has died is taken over.
 *
 * @template T
 * @param {string} lockFile
 * @param {() => Promise<T>} body
 * @param {(message: string) => void} say
 * @returns {Promise<T>}
 */
export async function withSetUpLock(lockFile, body, say = console.log) {
  mkdirSync(path.dirname(lockFile), { recursive: true });
  let hasSaid = false;
  while (!tryToLock(lockFile)) {
    const owner = readOwner(lockFile);
    if (owner && isStale(owner)) {
      takeAway(lockFile, owner);
      continue;
    }
    if (!hasSaid && owner) say(`Another set-up is at work here (process ${owner.pid}): waiting for it.`);
    hasSaid = true;
    await sleep(pollMs);
  }
  const release = () => rmSync(lockFile, { force: true });
  process.once("exit", release);
  try {
    return await body();
  } finally {
    process.off("exit", release);
    release();
  }
}

function tryToLock(lockFile) {
  let descriptor;
  try {
    descriptor = openSync(lockFile, "wx");
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
  writeSync(descriptor, JSON.stringify({ pid: process.pid, host: hostname() }));
  closeSync(descriptor);
  return true;
}

/** Undefined for a lock that is gone or that its owner has not finished writing. */
function readOwner(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, "utf8"));
  } catch {
    return undefined;
  }
}

/** A process on another machine that shares this disk cannot be looked at: its lock counts as alive. */
function isStale({ pid, host }) {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

/** Renames before it removes: of two that find the same dead owner, one moves the lock and the other finds none. */
function takeAway(lockFile, { pid }) {
  const aside = `${lockFile}.of-${pid}-taken-by-${process.pid}`;
  try {
    renameSync(lockFile, aside);
  } catch {
    return;
  }
  // Between the look and the rename somebody may have locked anew: give that lock back.
  if (readOwner(aside)?.pid !== pid) renameSync(aside, lockFile);
  rmSync(aside, { force: true });
}
