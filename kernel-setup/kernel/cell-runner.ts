/** Runs the JavaScript of cells. Names that a cell declares are properties of one object that all cells share. */
import vm from "node:vm";
import { awaited, awaitedEach, Interrupted } from "./interruption";
import type { ModuleLoader } from "./module-loader";
import { inSynchronousCode, interruptPending, type SharedFlags } from "./shared-flags";

export interface RunnableCell {
  /** `In[3]`: what stack traces call the cell. */
  name: string;
  javaScript: string;
  isAsync: boolean;
  /** Name under which the cell stored the value of its last expression. */
  resultName?: string;
}

export interface CellRunner {
  /** Value of the last expression; rejects with what the cell threw, or with `Interrupted`. */
  run(cell: RunnableCell): Promise<unknown>;
  /** Ends what the running cell awaits. */
  interrupt(): void;
}

/** Global that calls the wrapped cell with its two arguments; there is no other way into `runInThisContext`. */
const passing = "__brainlensCell";

export function createCellRunner(loader: ModuleLoader, flags: SharedFlags): CellRunner {
  const names: Record<string, unknown> = {};
  // Called by what `cell-source.ts` makes of a cell.
  Object.defineProperties(names, {
    __import: { value: defineImport },
    __awaited: { value: awaited },
    __awaitedEach: { value: awaitedEach },
  });
  let rejectRunning: ((reason: Error) => void) | undefined;

  function defineImport(name: string, get: () => unknown) {
    const declareAnew = (value: unknown) =>
      Object.defineProperty(names, name, { value, writable: true, enumerable: true, configurable: true });
    Object.defineProperty(names, name, { get, set: declareAnew, enumerable: true, configurable: true });
  }

  async function run(cell: RunnableCell): Promise<unknown> {
    // A cell before may have been terminated in the middle.
    Atomics.store(flags, inSynchronousCode, 0);
    // Out of the callback that the cell came with: what that leaves behind on Node's stacks must not be terminated.
    await null;
    try {
      return await runToEnd(cell);
    } finally {
      // From here on the kernel's own code is at work, which must not be terminated.
      Atomics.store(flags, interruptPending, 0);
    }
  }

  async function runToEnd({ name, javaScript, isAsync, resultName }: RunnableCell): Promise<unknown> {
    const open = `(${isAsync ? "async " : ""}function (exports, require) {`;
    const returned = runScript(`${passing}(${open}\n${javaScript}\n}))`, name);
    if (isAsync) {
      const interrupted = new Promise<never>((_, reject) => {
        rejectRunning = reject;
      });
      await Promise.race([returned, interrupted]);
    }
    if (resultName === undefined) return undefined;
    const result = names[resultName];
    delete names[resultName];
    return result;
  }

  function runScript(code: string, name: string): unknown {
    Atomics.store(flags, inSynchronousCode, 1);
    try {
      return vm.runInThisContext(code, { filename: name, lineOffset: -1, displayErrors: false });
    } finally {
      Atomics.store(flags, inSynchronousCode, 0);
    }
  }

  type Cell = (exports: typeof names, require: ModuleLoader["require"]) => unknown;
  Object.defineProperty(globalThis, passing, {
    value: (cell: Cell) => cell(names, loader.require),
    configurable: true,
  });
  return { run, interrupt: () => rejectRunning?.(new Interrupted("the cell was interrupted")) };
}
