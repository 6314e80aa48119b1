/**
 * Terminates whatever the main thread executes, from the I/O thread through the inspector. On Node 20 code that is terminated
 * in a callback leaves its async id on a stack of Node's, which aborts the process on the leftover; so the stack is
 * emptied first, by a function that the inspector calls on the main thread. Nothing may come between the two: the function
 * waits for the termination to be asked for, and refuses where Node is about to put an id on the stack.
 */
import type { Session } from "node:inspector";
import { type SharedFlags, termination } from "./shared-flags";

const none = 0;
/** By the I/O thread: the main thread has been asked whether it can be terminated now. */
const offered = 1;
/** By the main thread: it can, and waits. */
const accepted = 2;
/** By the I/O thread: done. */
const asked = 3;

/** Global through which the inspector calls the function. */
const preparing = "__brainlensPrepareTermination";
/** The inspector interrupts the main thread at once, unless that is in native code: then it is tried again later. */
const offerMs = 20;
const acceptedMs = 100;
/** Frames of an error made in `isSafe`: its own, its caller's, and that of the inspector's expression. */
const nOwnFrames = 3;

/** From the I/O thread; false if the main thread cannot be terminated at this moment. */
export function terminate(flags: SharedFlags, inspector: Session): boolean {
  Atomics.store(flags, termination, offered);
  inspector.post("Runtime.evaluate", { expression: `${preparing}()` }, () => {});
  Atomics.wait(flags, termination, offered, offerMs);
  if (Atomics.compareExchange(flags, termination, offered, none) !== accepted) return false;
  inspector.post("Runtime.terminateExecution", () => {});
  Atomics.store(flags, termination, asked);
  Atomics.notify(flags, termination);
  return true;
}

/** On the main thread, before anything can be interrupted. Node 24 has no such stack and nothing to empty. */
export function allowTermination(flags: SharedFlags) {
  const clearAsyncIds = findClearAsyncIds();
  Object.defineProperty(globalThis, preparing, {
    value: () => {
      const next = isSafe() ? accepted : none;
      if (Atomics.compareExchange(flags, termination, offered, next) !== offered) return;
      Atomics.notify(flags, termination);
      if (next === none) return;
      Atomics.wait(flags, termination, accepted, acceptedMs);
      clearAsyncIds();
    },
  });
}

function findClearAsyncIds(): () => void {
  const { noDeprecation } = process;
  process.noDeprecation = true;
  try {
    const { binding } = process as unknown as { binding(name: string): { clearAsyncIdStack(): void } };
    return binding("async_wrap").clearAsyncIdStack;
  } catch {
    return () => {}; // Node 24
  } finally {
    process.noDeprecation = noDeprecation;
  }
}

/**
 * Code that was interrupted goes on to its next call or turn of a loop before the termination takes hold. Node's loader of modules is let
 * be: a native library that is terminated while it registers itself ends the process (koffi: "Error::ThrowAsJavaScriptException").
 */
function isSafe(): boolean {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.prepareStackTrace = (_, sites) => sites[nOwnFrames]?.getFileName();
  Error.stackTraceLimit = nOwnFrames + 1;
  const interrupted = new Error().stack as string | undefined;
  Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  return interrupted !== "node:internal/async_hooks" && !interrupted?.startsWith("node:internal/modules/");
}
