/** Six integers in memory that both threads see, for what must be known while the main thread is busy. */

/** A nested count: the TypeScript compiler is at work and must not be torn out of it. */
export const compiling = 0;
/** Set by the main thread's event loop when the I/O thread asks whether it still turns. */
export const loopTurned = 1;
/** An interrupt has been asked for and the code of the running cell has not ended yet. */
export const interruptPending = 2;
/** The I/O thread has sent everything and closed its sockets: the process may exit. */
export const closed = 3;

/** A cell runs that has not awaited yet: the event loop will not turn. */
export const inSynchronousCode = 4;
/** The main thread has terminated what it executed: see `termination.ts`. */
export const terminated = 5;

export type SharedFlags = Int32Array;

export function createSharedFlags(): SharedFlags {
  return new Int32Array(new SharedArrayBuffer(6 * Int32Array.BYTES_PER_ELEMENT));
}
