/** Runs cells one after the other and reports each: busy, execute_input, outputs, result or error, reply, idle. */
import type { CellGlobals } from "./cell-globals";
import { runAsRequest } from "./current-request";
import { type Bundle, bundleOf } from "./display-bundle";
import { type Failure, thrownFailure } from "./failure";
import type { History } from "./history";
import type { IoPort, Request } from "./io-port";
import type { Outcome, Session } from "./session";
import { interruptPending, type SharedFlags } from "./shared-flags";
import { tellSupervisorCell } from "./supervised.cjs";

/** An interrupted cell whose promises never settle is ended after this. */
const forcedEndMs = 300;
/** After a failure: how long cells that were sent along with the failed one may take to arrive, to be aborted with it. */
const stragglerMs = 20;

export interface ExecutionQueue {
  add(request: Request): void;
  /** Called when the event loop turns after an interrupt: ends what the running cell waits for. */
  interrupt(): void;
  /** Called when code is about to be terminated, in the middle of it. */
  noteTermination(): void;
  /** Called when the event loop turns after that: sees to it that the cell is answered. */
  endTerminated(): void;
  /** The cell that is running. */
  running(): Request | undefined;
  /** Reports a failure of the running cell at once: the process is about to end. */
  failRunning(failure: Failure): void;
}

interface Parts {
  io: IoPort;
  session: Session;
  globals: CellGlobals;
  history: History;
  flags: SharedFlags;
  /** Ends what the running cell awaits, and what it began that still works. */
  interruptCell: (cell: Request) => void;
  /** Help on a name, for a cell that is `name?`, or `name??` with detail level 1. */
  help: (name: string, detailLevel: number) => Bundle;
}

const helpCell = /^\s*([\w$.]+)(\?\??)\s*$/;

export function createExecutionQueue({
  io,
  session,
  globals,
  history,
  flags,
  interruptCell,
  help,
}: Parts): ExecutionQueue {
  const waiting: Request[] = [];
  let running: Request | undefined;
  let terminated: Request | undefined;
  let forceEnd: ((outcome: Outcome) => void) | undefined;
  let count = 0;
  let nSilent = 0;

  async function runNext() {
    if (running) return;
    const request = waiting.shift();
    if (!request) return;
    running = request;
    Atomics.store(flags, interruptPending, 0);
    io.publish("status", { execution_state: "busy" }, request.header);
    const failed = await execute(request);
    if (failed && request.content.stop_on_error !== false) {
      // Not yet replied to: whoever sent a cell meanwhile did not wait to see whether this one fails.
      await new Promise((resolve) => setTimeout(resolve, stragglerMs));
      reply(request, failed);
      for (const aborted of waiting.splice(0)) abort(aborted);
    }
    running = undefined;
    setImmediate(runNext);
  }

  /** Returns the reply's content if the cell failed and the reply is still to be sent. */
  async function execute(request: Request): Promise<Record<string, unknown> | undefined> {
    const code = String(request.content.code ?? "");
    const isSilent = request.content.silent === true;
    const isStored = !isSilent && request.content.store_history !== false;
    if (isStored) count++;
    const cellCount = count;
    tellSupervisorCell(request, cellCount);
    const name = isStored ? `In[${count}]` : `silent[${++nSilent}]`;
    if (!isSilent) io.publish("execute_input", { code, execution_count: cellCount }, request.header);

    const [, asked, marks] = helpCell.exec(code) ?? [];
    if (asked !== undefined) {
      const payload = [{ source: "page", start: 0, data: help(asked, marks === "??" ? 1 : 0) }];
      return void reply(request, { status: "ok", execution_count: cellCount, payload, user_expressions: {} });
    }
    const outcome = code.trim() === "" ? emptyOutcome : await evaluate(request, code, name);
    let shown: Bundle | undefined;
    if (outcome.status === "ok" && outcome.value != null && !isSilent) {
      shown = await Promise.race([bundle(request, outcome.value), interrupted()]);
      if (shown)
        io.publish(
          "execute_result",
          { execution_count: cellCount, data: shown, metadata: {} },
          request.header,
        );
    }
    await Promise.race([globals.drawn(request), interrupted()]);
    if (isStored) history.add(cellCount, code, shown?.["text/plain"]);
    if (outcome.status === "error") {
      io.publish("error", { ...outcome.failure }, request.header);
      const content = { status: "error", execution_count: cellCount, ...outcome.failure };
      if (request.content.stop_on_error !== false) return content;
      return void reply(request, content);
    }
    const user_expressions = await evaluateExpressions(request);
    reply(request, { status: "ok", execution_count: cellCount, payload: [], user_expressions });
  }

  /** Ends by a callback rather than by awaiting alone: a termination may drop the promise reactions that lead here. */
  function evaluate(request: Request, code: string, name: string): Promise<Outcome> {
    return new Promise((resolve) => {
      forceEnd = resolve;
      runAsRequest(request, () => session.evaluate(code, name)).then(resolve);
    });
  }

  function bundle(request: Request, value: unknown): Bundle | Promise<Bundle> {
    const warn = (reason: string) => io.print("stderr", `${reason}\n`, request.header);
    return runAsRequest(request, () => bundleOf(value, warn));
  }

  /** Resolves when the running cell is interrupted. */
  function interrupted(): Promise<undefined> {
    return new Promise((resolve) => {
      forceEnd = () => resolve(undefined);
    });
  }

  async function evaluateExpressions(request: Request) {
    const results: Record<string, unknown> = {};
    for (const [key, code] of Object.entries(request.content.user_expressions ?? {})) {
      const outcome = await evaluate(request, String(code), `silent[${++nSilent}]`);
      results[key] =
        outcome.status === "ok"
          ? { status: "ok", data: await bundle(request, outcome.value), metadata: {} }
          : { status: "error", ...outcome.failure };
    }
    return results;
  }

  function reply(request: Request, content: Record<string, unknown>) {
    io.reply(request, "execute_reply", content);
    io.publish("status", { execution_state: "idle" }, request.header);
  }

  function abort(request: Request) {
    io.publish("status", { execution_state: "busy" }, request.header);
    reply(request, { status: "aborted", execution_count: count, payload: [], user_expressions: {} });
  }

  /** What was interrupted may await what never comes; and a termination may drop the promise reactions that lead to the reply. */
  function endUnlessItEnds(cell: Request) {
    const end = forceEnd;
    const isStuck = () => running === cell && forceEnd === end;
    setTimeout(() => {
      if (!isStuck()) return;
      end?.({ status: "error", failure: interruptedFailure() });
      setTimeout(() => isStuck() && endLost(cell), forcedEndMs);
    }, forcedEndMs);
  }

  /** The termination hit the kernel's own code, between the end of the cell and its reply. */
  function endLost(cell: Request) {
    const failure = interruptedFailure();
    io.publish("error", { ...failure }, cell.header);
    reply(cell, { status: "error", execution_count: count, ...failure });
    running = undefined;
    runNext();
  }

  return {
    add(request) {
      waiting.push(request);
      runNext();
    },
    interrupt() {
      const cell = running;
      if (!cell || !Atomics.load(flags, interruptPending)) return;
      interruptCell(cell);
      endUnlessItEnds(cell);
    },
    noteTermination() {
      terminated = running;
    },
    endTerminated() {
      if (running && running === terminated) endUnlessItEnds(running);
    },
    running: () => running,
    failRunning(failure) {
      if (!running) return;
      io.publish("error", { ...failure }, running.header);
      reply(running, { status: "error", execution_count: count, ...failure });
    },
  };
}

const emptyOutcome: Outcome = { status: "ok", value: undefined };

function interruptedFailure(): Failure {
  return thrownFailure({ name: "Interrupted" });
}
