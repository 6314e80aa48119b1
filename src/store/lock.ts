import { randomUUID } from "node:crypto";
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { explainWriteError } from "./atomic-write";
import { throwIfAborted } from "./progress";
import { stopButton } from "./stop-button";

/** Told who is waited for, once for each process, and its number where the lock's file says it (of a process on whatever host). */
export type OnWait = (message: string, pid: number | null) => void;

/** Who holds a lock, as its file says. */
interface Owner {
  pid: number;
  host: string;
  /** When the process started, in the kernel's clock ticks; null where the system does not say. */
  processStart: string | null;
  /** When the lock was taken (ISO 8601). */
  since: string;
  token: string;
}

/**
 * Locks of this process, by token, whose cell can be stopped: a kernel may have to end its work without another step of it,
 * so that it never gives them back.
 */
const stoppable = new Map<string, AbortSignal>();

const POLL_MS = 200;
/** A lock file without an owner is one whose writer was killed between making and filling it. */
const EMPTY_LOCK_MS = 5_000;

/**
 * Runs `work` while holding the lock file `path`, so that two processes do not compute the same thing at once. A lock whose
 * process is dead, or whose notebook cell was stopped, is taken over; one that is held is waited for: `onWait` is told once by whom, and `signal` ends the wait.
 *
 * The lock saves work and is no guard of correctness (a network disk may break it): what is written under it is written
 * atomically. Taking the same lock again inside `work` would wait for ever.
 */
export async function withLock<T>(
  path: string,
  work: () => T | Promise<T>,
  options: { signal?: AbortSignal; onWait?: OnWait } = {},
): Promise<T> {
  const me: Owner = {
    pid: process.pid,
    host: hostname(),
    processStart: processStart(process.pid),
    since: new Date().toISOString(),
    token: randomUUID(),
  };
  let told: number | null | undefined;
  while (!tryAcquire(path, me)) {
    throwIfAborted(options.signal, "withLock");
    const text = readLock(path);
    if (text === null) continue;
    if (isStale(path, text)) {
      removeStale(path, text);
      continue;
    }
    const pid = parseOwner(text)?.pid ?? null;
    if (pid !== told) options.onWait?.(waitMessage(path, text), pid);
    told = pid;
    await pause(POLL_MS, options.signal);
  }
  const signal = stopButton();
  if (signal) stoppable.set(me.token, signal);
  try {
    return await work();
  } finally {
    stoppable.delete(me.token);
    if (parseOwner(readLock(path) ?? "")?.token === me.token) rmSync(path, { force: true });
  }
}

function tryAcquire(path: string, me: Owner): boolean {
  let file: number;
  try {
    mkdirSync(dirname(path), { recursive: true });
    file = openSync(path, "wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw explainWriteError("withLock", path, error);
  }
  try {
    writeSync(file, JSON.stringify(me));
  } catch (error) {
    rmSync(path, { force: true });
    throw explainWriteError("withLock", path, error);
  } finally {
    closeSync(file);
  }
  return true;
}

/** The lock file's text, or null when it has just been released. */
function readLock(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function parseOwner(text: string): Owner | null {
  try {
    const owner = JSON.parse(text);
    return typeof owner?.pid === "number" && typeof owner.host === "string" ? owner : null;
  } catch {
    return null;
  }
}

function isStale(path: string, text: string): boolean {
  const owner = parseOwner(text);
  if (owner === null) {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat !== undefined && Date.now() - stat.mtimeMs > EMPTY_LOCK_MS;
  }
  if (owner.host !== hostname()) return false;
  if (!isAlive(owner.pid) || stoppable.get(owner.token)?.aborted) return true;
  // The system gives process numbers out again: an owner that started at another time is a stranger with the same number.
  const start = processStart(owner.pid);
  return start !== null && owner.processStart !== null && start !== owner.processStart;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The 22nd field of /proc/PID/stat (Linux), null elsewhere. */
function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in brackets and may hold spaces.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

/** Moves the stale lock away; one that another process has taken over in the meantime is moved back. */
function removeStale(path: string, staleText: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw explainWriteError("withLock", path, error);
  }
  if (readLock(aside) === staleText) rmSync(aside, { force: true });
  else renameSync(aside, path);
}

function waitMessage(path: string, text: string): string {
  const owner = parseOwner(text);
  const who =
    owner === null ? "another process" : `process ${owner.pid} on ${owner.host} (since ${owner.since})`;
  return `Waiting for ${who}, which is working on the same thing. If it no longer runs, delete ${path}`;
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal?.addEventListener("abort", finish);
  });
}
