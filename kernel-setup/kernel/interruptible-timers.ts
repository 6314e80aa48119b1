/**
 * Makes a loop in a timer's callback interruptible. Node's own way to interrupt synchronous code is a vm script with `breakOnSigint`, so
 * each callback of a cell is called from one. Terminating it through the inspector, as is done elsewhere, makes Node 24
 * abort: a terminated timer never takes its async id off Node's stack.
 */
import vm from "node:vm";
import { breakableCall, scriptEnded } from "./breakable-script";
import type { SharedFlags } from "./shared-flags";

type Callback = (...args: unknown[]) => unknown;
type SetTimer = (callback: Callback, ...rest: unknown[]) => unknown;

/** Global through which the script gets the callback; there is no other way into `runInThisContext`. */
const calling = "__brainlensTimer";

/** Node 20's timers can be terminated, and calls there cost less without a script around them. */
const isNeeded = Number(process.versions.node.split(".")[0]) >= 24 && process.platform !== "win32";

/** Replaces the global timer functions of cells. */
export function installInterruptibleTimers(flags: SharedFlags) {
  if (!isNeeded) return;
  const script = new vm.Script(`${calling}()`);
  Object.defineProperty(globalThis, calling, { value: undefined, writable: true });
  const globals = globalThis as unknown as Record<string, unknown>;

  function interruptible(callback: Callback): Callback {
    return function (this: unknown, ...args) {
      globals[calling] = () => {
        globals[calling] = undefined;
        return breakableCall(flags, () => callback.apply(this, args));
      };
      try {
        return script.runInThisContext({ breakOnSigint: true });
      } finally {
        scriptEnded(flags);
      }
    };
  }

  for (const name of ["setTimeout", "setInterval", "setImmediate"]) {
    const original = globals[name] as SetTimer;
    const replacement: SetTimer = (callback, ...rest) =>
      original(typeof callback === "function" ? interruptible(callback) : callback, ...rest);
    // util.promisify(setTimeout) finds its promise form on the function.
    globals[name] = Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original));
  }
}
