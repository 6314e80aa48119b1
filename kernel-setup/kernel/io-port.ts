/** The main thread's end of the I/O thread. */
import path from "node:path";
import { Worker } from "node:worker_threads";
import type { FromIo, IoThreadData, ToIo } from "./io-thread";
import { closed } from "./shared-flags";
import type { StreamName } from "./stream-joiner";
import type { Content, Header, Message, Outgoing } from "./wire";

const closePatienceMs = 1000;

/** What a message carries besides its content. */
export type MessageExtra = Pick<Outgoing, "metadata" | "buffers">;

export interface IoPort {
  /** Answers a request on the channel where it came from. */
  reply(request: Request, type: string, content: Content): void;
  /** Answers a question: as `reply` on the shell channel, framed by the states busy and idle. */
  answer(request: Request, type: string, content: Content): void;
  /** Sends to every front end, as output of the request with this header. */
  publish(type: string, content: Content, parent: Partial<Header>, extra?: MessageExtra): void;
  /** Printed text: joined with its neighbours before it goes out. */
  print(name: StreamName, text: string, parent: Partial<Header>): void;
  /** Asks the front end that sent `request` for a line of input. */
  askForInput(request: Request, prompt: string, password: boolean): void;
  onMessage(listener: (message: FromIo) => void): void;
  /** From now on the main thread answers everything on the shell channel. */
  ready(): void;
  /** Blocks until everything sent so far has left and the sockets are closed: the last thing before the process exits. */
  close(): void;
}

/** A request on the shell channel: what a cell, a completion or a question about the kernel arrives as. */
export type Request = Message;

export function openIoPort(data: IoThreadData): IoPort {
  // --conditions=import and the TypeScript hook come with the process and main.cjs.
  const worker = new Worker(path.join(__dirname, "main.cjs"), { workerData: data });
  worker.on("error", (error) => {
    process.stderr.write(`kernel: the I/O thread failed: ${error.stack}\n`);
    process.exit(1);
  });
  const post = (message: ToIo) => worker.postMessage(message);
  return {
    reply: ({ idents, header }, type, content) =>
      post({ kind: "send", channel: "shell", idents, type, content, parent: header }),
    answer: ({ idents, header }, type, content) =>
      post({ kind: "answer", request: { idents, header }, type, content }),
    publish: (type, content, parent, extra) =>
      post({ kind: "send", channel: "iopub", idents: [type], type, content, parent, ...extra }),
    print: (name, text, parent) => post({ kind: "stream", name, text, parent }),
    askForInput: ({ idents, header }, prompt, password) =>
      post({
        kind: "send",
        channel: "stdin",
        idents,
        type: "input_request",
        content: { prompt, password },
        parent: header,
      }),
    onMessage: (listener) => worker.on("message", listener),
    ready: () => post({ kind: "ready" }),
    close() {
      Atomics.store(data.flags, closed, 0);
      post({ kind: "close" });
      Atomics.wait(data.flags, closed, 0, closePatienceMs);
    },
  };
}
