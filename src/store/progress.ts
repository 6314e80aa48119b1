import { stopButton } from "./stop-button";

/**
 * How a long call tells how far it is: `done` of `total` steps of what `label` names. A total that is not known is NaN.
 * The last call has `done === total`.
 */
export type Progress = (done: number, total: number, label: string) => void;

/** The part of a stream that progress needs: process.stderr has it. */
export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const REDRAW_MS = 100;
const LINE_MS = 5_000;
const QUIET_LINE_MS = 60_000;
const BAR_WIDTH = 24;

/**
 * Shows progress on a stream: on a terminal a bar with the time left, redrawn in place; elsewhere plain lines, one when a
 * label is done and before that at most one in five seconds and per tenth of the way (or one a minute when it is slow).
 */
export function terminalProgress(stream: TerminalStream): Progress {
  let label: string | null = null;
  let isLineOpen = false;
  let startedMs = 0;
  let shownMs = 0;
  let shownDone = 0;

  return (done, total, newLabel) => {
    const nowMs = Date.now();
    const name = newLabel.replace(/\p{Cc}/gu, " ");
    if (name !== label) {
      if (isLineOpen) stream.write("\n");
      [label, isLineOpen, startedMs, shownMs, shownDone] = [name, false, nowMs, nowMs, done];
      if (stream.isTTY) shownMs = Number.NEGATIVE_INFINITY;
    }
    const isFinished = done >= total;
    const sinceMs = nowMs - shownMs;
    const isDue = stream.isTTY
      ? sinceMs >= REDRAW_MS
      : sinceMs >= QUIET_LINE_MS || (sinceMs >= LINE_MS && !(done - shownDone < total / 10));
    if (!isFinished && !isDue) return;
    [shownMs, shownDone] = [nowMs, done];

    const elapsedMs = nowMs - startedMs;
    if (stream.isTTY) {
      const line = `${name} ${bar(done, total)}${state(done, total, elapsedMs)}`;
      stream.write(`\r\x1b[2K${line.slice(0, (stream.columns ?? 80) - 1)}${isFinished ? "\n" : ""}`);
      isLineOpen = !isFinished;
    } else {
      stream.write(`${name}: ${state(done, total, elapsedMs)}\n`);
    }
    // The same label may come again for another piece of work: it starts anew.
    if (isFinished) label = null;
  };
}

function bar(done: number, total: number): string {
  if (!(total > 0)) return "";
  const filled = Math.round(BAR_WIDTH * Math.min(1, done / total));
  return `[${"#".repeat(filled)}${".".repeat(BAR_WIDTH - filled)}] `;
}

function state(done: number, total: number, elapsedMs: number): string {
  if (!(total > 0)) return Number.isNaN(total) ? `${done}` : "done";
  if (done >= total) return `done, ${total} in ${duration(elapsedMs)}`;
  const left = done > 0 ? `, ${duration((elapsedMs * (total - done)) / done)} left` : "";
  return `${Math.floor((100 * done) / total)} % (${done} of ${total}${left})`;
}

function duration(ms: number): string {
  const sec = Math.round(ms / 1000);
  if (sec < 60) return `${sec} s`;
  if (sec < 3600) return `${Math.floor(sec / 60)} min ${sec % 60} s`;
  return `${Math.floor(sec / 3600)} h ${Math.floor((sec % 3600) / 60)} min`;
}

/**
 * Throws an error named AbortError when the signal has been aborted, or the stop button of the notebook whose cell called
 * was pressed; `where` is the function that stops.
 */
export function throwIfAborted(signal: AbortSignal | undefined, where: string): void {
  const aborted = [signal, stopButton()].find((each) => each?.aborted);
  if (!aborted) return;
  const error = new Error(
    `${where}: interrupted before the end. What was finished is kept; call it again to go on.`,
    {
      cause: aborted.reason,
    },
  );
  error.name = "AbortError";
  throw error;
}

/** Lets waiting events (an interrupt, a display message) be handled in the middle of a long computation. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
