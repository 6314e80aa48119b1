/**
 * Terminates what the main thread executes. The I/O thread asks through the inspector, which reaches the main thread in
 * the middle of a loop; but the main thread decides, in that same moment, whether code of the interrupted cell is what it
 * would end. Until its turn comes the cell may have ended by itself, and the kernel's code would be torn instead.
 */
import { Session } from "node:inspector";
import {
  compiling,
  inSynchronousCode,
  interruptPending,
  loopTurned,
  type SharedFlags,
  terminated,
} from "./shared-flags";

/** Global through which the inspector calls the function. */
const terminating = "__brainlensTerminate";

/**
 * From the I/O thread. `ifSynchronous`: unless the cell has awaited by then. `onAnswer` is called when the main thread has decided, or was being
 * terminated already.
 */
export function askForTermination(inspector: Session, ifSynchronous: boolean, onAnswer: () => void) {
  inspector.post("Runtime.evaluate", { expression: `${terminating}(${ifSynchronous})` }, onAnswer);
}

/** From the I/O thread: whether code was terminated since this was last asked. */
export function takeTerminated(flags: SharedFlags): boolean {
  return Atomics.exchange(flags, terminated, 0) === 1;
}

/** On the main thread, before anything can be interrupted. */
export function allowTermination(flags: SharedFlags, onTerminated: () => void) {
  const clearAsyncIds = findClearAsyncIds();
  const inspector = new Session();
  inspector.connect();
  Object.defineProperty(globalThis, terminating, {
    value: (ifSynchronous: boolean) => {
      const is = (flag: number) => Atomics.load(flags, flag) !== 0;
      const isWanted = is(interruptPending) && !is(loopTurned) && !is(compiling);
      const hasAwaited = ifSynchronous && !is(inSynchronousCode);
      if (!isWanted || hasAwaited || !isInCell()) return;
      Atomics.store(flags, terminated, 1);
      onTerminated();
      // Node 20 aborts when a callback that was terminated leaves its async id on the stack of these.
      clearAsyncIds();
      inspector.post("Runtime.terminateExecution");
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
    return () => {}; // Node 24 has no such stack
  } finally {
    process.noDeprecation = noDeprecation;
  }
}

/** Frames of an error made in `isInCell`: its own, its caller's, and that of the inspector's expression. */
const nOwnFrames = 3;
const nFramesLookedAt = 50;
const ofNode = /^node:/;
/** Where Node is about to keep an async id. */
const keepingIds = "node:internal/async_hooks";
/** A native library that is terminated while it registers itself ends the process. */
const loading = /^node:internal\/modules\//;
/** What calls into the rest of the kernel leave behind must be whole; these have no state, and loops of awaits are mostly here. */
const stateless = /[\\/]kernel[\\/](interruption|current-request)\.ts$/;
/** Native code of onnxruntime reads tensors through getters in JavaScript, and ends the process when one does not return. */
const stateful = /[\\/](kernel-setup[\\/]kernel|node_modules[\\/](tsx|esbuild|onnxruntime-\w+))[\\/]/;

/**
 * Whether what was interrupted is code of a cell or of what it imports, or what that called of Node. Without any code, the
 * event loop turns and ends what the cell awaits.
 */
function isInCell(): boolean {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.prepareStackTrace = (_, sites) => sites.slice(nOwnFrames).map((site) => site.getFileName() ?? "");
  Error.stackTraceLimit = nOwnFrames + nFramesLookedAt;
  const files = new Error().stack as unknown as string[];
  Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  if (files[0] === keepingIds) return false;
  const file = files.find((name) => name !== "" && (!ofNode.test(name) || loading.test(name)));
  return file !== undefined && !loading.test(file) && (stateless.test(file) || !stateful.test(file));
}
