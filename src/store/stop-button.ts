/**
 * Under this name a program that runs code for a reader (the kernel of a notebook) puts a function that returns the signal
 * of the work at hand. The stop button thus reaches every long call of a cell, whoever called it, without being handed on.
 */
const name = Symbol.for("brainlens.stop-button");

/** The signal that the reader's stop button aborts, for code that a cell runs; undefined elsewhere. */
export function stopButton(): AbortSignal | undefined {
  const signalOfCell = (globalThis as { [name]?: () => AbortSignal | undefined })[name];
  return signalOfCell?.();
}
