/** Interrupts the main thread from the I/O thread, whatever it is doing. Variables survive. */
import { Session } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";
import { compiling, interruptPending, loopTurned, type SharedFlags } from "./shared-flags";

/** Name of a function on the main thread's global object: see `clearAsyncIds` in kernel.ts. */
export const clearAsyncIdsName = "__brainlensClearAsyncIds";

const firstPatienceMs = 150;
const patienceMs = 50;
const maxTries = 200;

/**
 * Three ways, gentlest first. SIGINT ends a cell that runs synchronously (vm's breakOnSigint). The main thread's event
 * loop, when it turns, answers the ping and ends a pending await itself. A loop after an await runs in a microtask, out
 * of vm's reach, and is terminated through the inspector; but never inside the compiler, whose state would be torn.
 */
export function createInterrupter(flags: SharedFlags, ping: () => void) {
  const inspector = new Session();
  inspector.connectToMainThread();

  async function interrupt() {
    Atomics.store(flags, interruptPending, 1);
    // On Windows a signal would end the process; there the inspector does it all.
    if (process.platform !== "win32") process.kill(process.pid, "SIGINT");
    for (let attempt = 0; attempt < maxTries; attempt++) {
      Atomics.store(flags, loopTurned, 0);
      ping();
      await sleep(attempt === 0 ? firstPatienceMs : patienceMs);
      if (Atomics.load(flags, loopTurned)) return;
      if (Atomics.load(flags, compiling)) continue;
      // A terminated callback never pops its async id, and Node aborts on the leftover: empty the stack first.
      inspector.post("Runtime.evaluate", { expression: `${clearAsyncIdsName}()` }, () => {});
      inspector.post("Runtime.terminateExecution", () => {});
    }
  }

  return { interrupt, close: () => inspector.disconnect() };
}
