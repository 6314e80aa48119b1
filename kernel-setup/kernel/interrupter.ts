/** Interrupts the main thread from the I/O thread, whatever it is doing. Variables survive. */
import { Session } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";
import { inSynchronousCode, interruptPending, loopTurned, type SharedFlags } from "./shared-flags";
import { askForTermination, takeTerminated } from "./termination";

/** A busy machine may keep the main thread from its turn: what is about to end by itself must not be terminated. */
const firstPatienceMs = 300;
const patienceMs = 50;
/**
 * After a refusal. Between two long calls of a native library a cell may have a moment only, and the question before it
 * was answered inside that library.
 */
const askAgainMs = 1;

/**
 * Two ways. The main thread's event loop, when it turns, answers the ping and ends a pending await itself. Code that does
 * not let it turn is terminated through the inspector. Not by SIGINT and vm's breakOnSigint, which ends code wherever it
 * is: a native library that is just calling back into V8 then ends the process.
 */
export function createInterrupter(flags: SharedFlags, tell: (kind: "ping" | "terminated") => void) {
  const inspector = new Session();
  inspector.connectToMainThread();
  let latest = 0;
  /** Until it is answered; a main thread in native code answers much later. */
  let asking: Promise<void> | undefined;
  let isClosed = false;
  const is = (flag: number) => Atomics.load(flags, flag) !== 0;

  async function askWhile(isWanted: () => boolean, ifSynchronous: boolean) {
    let pingMs = performance.now() + patienceMs;
    while (isWanted()) {
      asking ??= new Promise<void>((answer) => {
        askForTermination(inspector, ifSynchronous, answer);
      }).then(() => {
        asking = undefined;
      });
      if (performance.now() > pingMs) {
        tell("ping");
        pingMs = performance.now() + patienceMs;
      }
      await Promise.race([asking, sleep(patienceMs)]);
      await sleep(askAgainMs);
    }
  }

  async function interrupt() {
    // A second interrupt takes over from the first.
    const mine = ++latest;
    Atomics.store(flags, loopTurned, 0);
    Atomics.store(flags, interruptPending, 1);
    tell("ping");
    const isOver = () => isClosed || mine !== latest || is(loopTurned) || !is(interruptPending);
    await askWhile(() => !isOver() && is(inSynchronousCode), true);
    // What has awaited is terminated only if it keeps the event loop from turning.
    if (!isOver()) await sleep(firstPatienceMs);
    await askWhile(() => !isOver(), false);
    if (takeTerminated(flags)) tell("terminated");
  }

  function close() {
    isClosed = true;
    inspector.disconnect();
  }

  return { interrupt, close };
}
