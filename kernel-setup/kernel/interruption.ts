/**
 * What an interrupt does to code that awaits. JavaScript has no way to end it from outside, and work of an interrupted cell
 * would go on unheard beside the next one. So each `await` in a cell waits for an interrupt too (`cell-source.ts` wraps it
 * in `awaited`), and the stages, at each step of a long call, look at the signal of the cell that called them.
 */
import { requestOfThisCode } from "./current-request";
import type { Request } from "./io-port";

export class Interrupted extends Error {
  override name = "Interrupted";
}

interface Work {
  stopped: AbortController;
  /** What code of the request awaits now; of promises that have settled some may still be here. */
  awaits: Set<Await>;
}

interface Await {
  promise: PromiseLike<unknown>;
  reject: (reason: Interrupted) => void;
}

/** As `src/store/stop-button.ts` has it. */
const stopButton = Symbol.for("brainlens.stop-button");
const nAwaitsBetweenSweeps = 256;

const works = new WeakMap<Request, Work>();

function workOf(request: Request): Work {
  let work = works.get(request);
  if (!work) {
    work = { stopped: new AbortController(), awaits: new Set() };
    works.set(request, work);
  }
  return work;
}

/** Rejects what the request's code awaits now, and aborts the signal that its calls of the stages look at. */
export function interruptRequest(request: Request) {
  const { stopped, awaits } = workOf(request);
  const reason = new Interrupted("the cell was interrupted");
  stopped.abort(reason);
  for (const { reject } of awaits) reject(reason);
  awaits.clear();
}

/** Lets the stages find the signal of the cell that called them. */
export function installStopButton() {
  Object.defineProperty(globalThis, stopButton, {
    value: () => {
      const request = requestOfThisCode();
      return request && workOf(request).stopped.signal;
    },
  });
}

/** Whether an error says that an interrupt ended something: ours, or one of the stages that it caused. */
export function isInterrupted(error: unknown): boolean {
  return error instanceof Interrupted || (error instanceof Error && error.cause instanceof Interrupted);
}

/** What a cell awaits in place of `value`: the same, or `Interrupted` if an interrupt comes first. */
export function awaited(value: unknown): unknown {
  const request = requestOfThisCode();
  if (!request || !isThenable(value)) return value;
  const { awaits } = workOf(request);
  return new Promise((resolve, reject) => {
    // A plain `then`: V8 follows it, so that the stack of an error goes on into the cell ("at async").
    value.then(resolve, reject);
    awaits.add({ promise: value, reject });
    if (awaits.size % nAwaitsBetweenSweeps === 0) sweep(awaits);
  });
}

/** Forgets what has settled. Not done at each await: another reaction on the promise would hide the stack from V8. */
function sweep(awaits: Set<Await>) {
  for (const entry of awaits) {
    const forget = () => awaits.delete(entry);
    entry.promise.then(forget, forget);
  }
}

/** What a cell's `for await` loops over in place of `values`. */
export function awaitedEach(values: AsyncIterable<unknown> | Iterable<unknown>): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = Symbol.asyncIterator in values ? values[Symbol.asyncIterator]() : eachOf(values);
      const { next, return: end } = iterator;
      return {
        next: () => awaited(next.call(iterator)) as Promise<IteratorResult<unknown>>,
        return: end && ((value) => end.call(iterator, value)),
      };
    },
  };
}

async function* eachOf(values: Iterable<unknown>) {
  yield* values;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}
