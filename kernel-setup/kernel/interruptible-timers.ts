/**
 * Makes a loop in a timer's callback interruptible on Node 24, which aborts when a timer is terminated: its async id never
 * leaves Node's stack. So the callback runs in a microtask, which Node runs as soon as the timer has ended.
 */
type Callback = (...args: unknown[]) => unknown;
type SetTimer = (callback: Callback, ...rest: unknown[]) => unknown;

/** Node 20's stack is emptied instead (`termination.ts`). */
const isNeeded = Number(process.versions.node.split(".")[0]) >= 24;

/** Replaces the global timer functions of cells. */
export function installInterruptibleTimers() {
  if (!isNeeded) return;
  const globals = globalThis as unknown as Record<string, unknown>;
  for (const name of ["setTimeout", "setInterval", "setImmediate"]) {
    const original = globals[name] as SetTimer;
    const replacement: SetTimer = (callback, ...rest) =>
      original(typeof callback === "function" ? inMicrotask(callback) : callback, ...rest);
    // util.promisify(setTimeout) finds its promise form on the function.
    globals[name] = Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original));
  }
}

function inMicrotask(callback: Callback): Callback {
  return function (this: unknown, ...args) {
    Promise.resolve().then(() => callback.apply(this, args));
  };
}
