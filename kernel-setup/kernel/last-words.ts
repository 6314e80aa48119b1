/**
 * Said in place of a kernel that has died: an error under the cell that ran. The supervisor opens the kernel's own sockets,
 * to which the front end connects again by itself.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import type * as Zmq from "zeromq";
import type { Failure } from "./failure";
import type { SupervisedCell } from "./supervised.cjs";
import { type Connection, createCodec, type Outgoing } from "./wire";

const zmq: typeof Zmq = createRequire(require.resolve("tslab/package.json"))("zeromq");
/** A front end connects again within 0.1 s; one that is gone is not waited for. */
const patienceMs = 3000;
const retryMs = 50;
/** Time for all who listen to the kernel to connect again: the Jupyter server does so several times. */
const gatherMs = 500;
const lingerMs = 1000;

export interface Death {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The end of what the process wrote to its stderr. */
  complaint: string;
}

interface LastWords {
  connectionFile: string;
  death: Death;
  cell: SupervisedCell | undefined;
}

export async function sayLastWords({ connectionFile, death, cell }: LastWords): Promise<void> {
  if (!cell) return;
  const failure = describeDeath(death);
  const connection: Connection = JSON.parse(readFileSync(connectionFile, "utf8"));
  const codec = createCodec(connection.key);
  const address = (n: number) =>
    `${connection.transport}://${connection.ip}${connection.transport === "ipc" ? "-" : ":"}${n}`;
  const message = (type: string, content: Outgoing["content"], idents: Outgoing["idents"] = [type]) =>
    codec.encode({ idents, type, content, parent: cell.header }) as Zmq.MessageLike[];

  const iopub = new zmq.XPublisher({ linger: lingerMs, receiveTimeout: patienceMs });
  // mandatory: sending to a front end that has not connected again fails, instead of being lost.
  const shell = new zmq.Router({ linger: lingerMs, mandatory: true });
  await Promise.all([iopub.bind(address(connection.iopub_port)), shell.bind(address(connection.shell_port))]);

  const reply = { status: "error", execution_count: cell.executionCount, ...failure };
  const frontEnd = cell.idents.map((ident) => Buffer.from(ident, "hex"));
  const sayTo = async () => {
    for (const until = Date.now() + patienceMs; ; await sleep(retryMs)) {
      try {
        return await shell.send(message("execute_reply", reply, frontEnd));
      } catch (error) {
        if (Date.now() > until) throw error;
      }
    }
  };
  const sayToAll = async () => {
    await iopub.receive();
    await sleep(gatherMs);
    await iopub.send(message("error", { ...failure }));
    await iopub.send(message("status", { execution_state: "idle" }));
  };
  await Promise.allSettled([sayToAll(), sayTo()]);
  iopub.close();
  shell.close();
}

/** Why a process ended, from what the system says of it. */
export function describeDeath({ code, signal, complaint }: Death): Failure {
  const why = /heap out of memory|Array buffer allocation failed|std::bad_alloc/.test(complaint)
    ? "it ran out of memory. Load less at a time, or allow more: NODE_OPTIONS=--max-old-space-size=MEGABYTES npm start"
    : signal === "SIGKILL"
      ? "it was killed from outside (SIGKILL), as the system does when memory runs out"
      : signal !== null
        ? `it crashed (${signal}), most likely inside a native library. The terminal of JupyterLab may say more`
        : `its process ended with status ${code}. The terminal of JupyterLab may say more`;
  const evalue = `the kernel died: ${why}. Its variables are lost; a new kernel is started.`;
  return { ename: "KernelDied", evalue, traceback: [`\u001b[0;31mKernelDied\u001b[0m: ${evalue}`] };
}
