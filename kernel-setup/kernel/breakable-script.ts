/**
 * Code that SIGINT can end (vm's breakOnSigint). Before and after such a script Node has no handler for the signal, and it
 * would end the process; so the I/O thread sends it only while the main thread says that it is inside a script, and the
 * main thread stays inside until a signal that is under way has come.
 */
import { breakable, type SharedFlags } from "./shared-flags";

const outside = 0;
const inside = 1;
const signalUnderWay = 2;
const signalSent = 3;

/** A signal that was sent arrives at once; this only bounds the wait for it. */
const waitMs = 20;
const maxWaits = 25;

/** Wraps the function that a script calls: the part of the script in which a signal may come. */
export function breakableCall<T>(flags: SharedFlags, call: () => T): T {
  Atomics.store(flags, breakable, inside);
  try {
    return call();
  } finally {
    leave(flags);
  }
}

/** To be called when the script has ended, by whatever: a termination does not run `finally` blocks inside it. */
export function scriptEnded(flags: SharedFlags) {
  Atomics.store(flags, breakable, outside);
}

function leave(flags: SharedFlags) {
  for (let i = 0; i < maxWaits; i++) {
    const state = Atomics.compareExchange(flags, breakable, inside, outside);
    if (state !== signalUnderWay && state !== signalSent) return;
    Atomics.wait(flags, breakable, state, waitMs);
  }
}

/** From the I/O thread: ends the script that the main thread is in, if it is in one. */
export function breakScript(flags: SharedFlags) {
  if (Atomics.compareExchange(flags, breakable, inside, signalUnderWay) !== inside) return;
  process.kill(process.pid, "SIGINT");
  Atomics.compareExchange(flags, breakable, signalUnderWay, signalSent);
  Atomics.notify(flags, breakable);
}
