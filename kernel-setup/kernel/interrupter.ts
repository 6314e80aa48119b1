/** Interrupts the main thread from the I/O thread, whatever it is doing. Variables survive. */
import { Session } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";
import { breakScript } from "./breakable-script";
import { compiling, interruptPending, loopTurned, type SharedFlags } from "./shared-flags";
import { terminate } from "./termination";

/** A busy machine may keep the main thread from its turn: what is about to end by itself must not be terminated. */
const firstPatienceMs = 300;
const patienceMs = 50;
const maxTries = 200;

/**
 * Three ways, gentlest first. SIGINT ends a cell that runs synchronously (vm's breakOnSigint). The main thread's event
 * loop, when it turns, answers the ping and ends a pending await itself. A loop after an await runs in a microtask, out
 * of vm's reach, and is terminated through the inspector; but never inside the compiler, whose state would be torn.
 */
export function createInterrupter(flags: SharedFlags, tell: (kind: "ping" | "terminated") => void) {
  const inspector = new Session();
  inspector.connectToMainThread();
  let latest = 0;

  async function interrupt() {
    // A second interrupt takes over: two that both terminate would tear what comes after the cell.
    const mine = ++latest;
    let hasTerminated = false;
    Atomics.store(flags, interruptPending, 1);
    // On Windows a signal would end the process; there the inspector does it all.
    if (process.platform !== "win32") breakScript(flags);
    for (let attempt = 0; attempt < maxTries; attempt++) {
      Atomics.store(flags, loopTurned, 0);
      tell("ping");
      await sleep(attempt === 0 ? firstPatienceMs : patienceMs);
      if (mine !== latest || Atomics.load(flags, loopTurned) || !Atomics.load(flags, interruptPending)) break;
      if (Atomics.load(flags, compiling)) continue;
      if (terminate(flags, inspector)) hasTerminated = true;
    }
    if (hasTerminated) tell("terminated");
  }

  return { interrupt, close: () => inspector.disconnect() };
}
