/**
 * The I/O thread owns every ZeroMQ socket. Heartbeat, interrupt, shutdown and output therefore go on while a cell
 * computes, and no socket operation is lost when the main thread's execution is terminated.
 */
import { writeSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import type * as Zmq from "zeromq";
import { createInterrupter } from "./interrupter";
import { closed, type SharedFlags } from "./shared-flags";
import { createStreamJoiner, type StreamPiece } from "./stream-joiner";
import { tellSupervisorEnding } from "./supervised.cjs";
import { type Connection, type Content, createCodec, type Header, type Message, type Outgoing } from "./wire";

export type ChannelName = "iopub" | "shell" | "control" | "stdin";

/** What the I/O thread is started with. */
export interface IoThreadData {
  connection: Connection;
  flags: SharedFlags;
  kernelInfo: Content;
}

/** The reply to a question on the shell channel, framed by busy and idle. */
export interface Answer {
  request: Pick<Message, "idents" | "header">;
  type: string;
  content: Content;
}

/** From the main thread. `close` comes before it exits: send what is left, close the sockets, set the flag `closed`. */
export type ToIo =
  | ({ kind: "send"; channel: ChannelName } & Outgoing)
  | ({ kind: "stream" } & StreamPiece)
  | ({ kind: "answer" } & Answer)
  | { kind: "ready" }
  | { kind: "close" };

/** To the main thread. */
export type FromIo =
  | { kind: "request"; channel: "shell" | "stdin"; message: Message }
  | { kind: "ping" }
  /** Code was terminated, the cell's or by bad luck the kernel's own that was to report it. */
  | { kind: "terminated" }
  | { kind: "shutdown"; isOrphan: boolean };

// zeromq belongs to tslab, so it is looked up from there.
const zmq: typeof Zmq = createRequire(require.resolve("tslab/package.json"))("zeromq");
const port = parentPort!;
const { connection, flags, kernelInfo } = workerData as IoThreadData;
const codec = createCodec(connection.key);
const address = (n: number) =>
  `${connection.transport}://${connection.ip}${connection.transport === "ipc" ? "-" : ":"}${n}`;
const parentCheckMs = 2000;
const exitPatienceMs = 1500;
/** Time for the receives that were under way on closed sockets to come back. */
const settleMs = 20;

const sockets = {
  // No high-water mark: nothing that a cell prints is dropped. allSubs: every subscriber is welcomed.
  iopub: new zmq.XPublisher({ sendHighWaterMark: 0, verbosity: "allSubs" }),
  shell: new zmq.Router({ sendHighWaterMark: 0 }),
  control: new zmq.Router({ sendHighWaterMark: 0 }),
  stdin: new zmq.Router({ sendHighWaterMark: 0 }),
};
const heartbeat = new zmq.Reply();

// Sending before bind has completed throws, so everything waits for it.
const bound = Promise.all([
  sockets.iopub.bind(address(connection.iopub_port)),
  sockets.shell.bind(address(connection.shell_port)),
  sockets.control.bind(address(connection.control_port)),
  sockets.stdin.bind(address(connection.stdin_port)),
  heartbeat.bind(address(connection.hb_port)),
]);

const lastSend: Record<ChannelName, Promise<unknown>> = {
  iopub: bound,
  shell: bound,
  control: bound,
  stdin: bound,
};
let mainIsReady = false;
/** As last published. Requests are taken from the start on, so a kernel that starts is idle to those who come. */
let state: unknown = "idle";

/** Sends in order, one at a time on each socket: zeromq fails when more than 512 sends are under way. */
function send(channel: ChannelName, message: Outgoing) {
  if (message.type === "status") state = message.content.execution_state;
  lastSend[channel] = lastSend[channel]
    .then(() => sockets[channel].send(codec.encode(message) as Zmq.MessageLike[]))
    .catch((error) => complain(`cannot send ${message.type}: ${error}`));
}

const joiner = createStreamJoiner(({ name, text, parent }) =>
  send("iopub", { idents: [`stream.${name}`], type: "stream", content: { name, text }, parent }),
);
const interrupter = createInterrupter(flags, (kind) => post({ kind }));

function post(message: FromIo) {
  port.postMessage(message);
}

port.on("message", async (message: ToIo) => {
  if (message.kind === "stream") return joiner.add(message);
  joiner.flush();
  if (message.kind === "send") return send(message.channel, message);
  if (message.kind === "answer") return answer(message);
  if (message.kind === "ready") {
    mainIsReady = true;
    return;
  }
  await Promise.all(Object.values(lastSend));
  // A socket or an inspector left open when the thread is torn down aborts the process.
  for (const socket of [...Object.values(sockets), heartbeat]) socket.close();
  interrupter.close();
  await sleep(settleMs);
  Atomics.store(flags, closed, 1);
  Atomics.notify(flags, closed);
});

/** Asks the main thread to exit in its own way (so that what it started is ended too) and, if it cannot, ends it. */
function exit({ isOrphan }: { isOrphan: boolean }) {
  tellSupervisorEnding();
  post({ kind: "shutdown", isOrphan });
  // While TypeScript still loads there is nothing to end in order.
  setTimeout(() => process.kill(process.pid, "SIGKILL"), mainIsReady ? exitPatienceMs : 0);
}

async function* messages(channel: "shell" | "control" | "stdin"): AsyncGenerator<Message> {
  for await (const frames of sockets[channel]) {
    try {
      yield codec.decode(frames);
    } catch (error) {
      complain(`dropped a message on ${channel}: ${error}`);
    }
  }
}

async function serveShell() {
  for await (const message of messages("shell")) {
    // Until the compiler is loaded, this thread says what kind of kernel this is: a front end waits for that.
    if (!mainIsReady && message.header.msg_type === "kernel_info_request") {
      answer({ request: message, type: "kernel_info_reply", content: kernelInfo });
    } else if (message.header.msg_type === "shutdown_request") await shutDown("shell", message);
    else post({ kind: "request", channel: "shell", message });
  }
}

function answer({ request: { idents, header }, type, content }: Answer) {
  publishStatus("busy", header);
  send("shell", { idents, type, content, parent: header });
  publishStatus("idle", header);
}

function publishStatus(execution_state: unknown, parent: Partial<Header>) {
  send("iopub", { idents: ["status"], type: "status", content: { execution_state }, parent });
}

async function serveControl() {
  for await (const message of messages("control")) {
    const { idents, header } = message;
    const type = header.msg_type;
    const reply = (answer: Content) =>
      send("control", { idents, type: type.replace("_request", "_reply"), content: answer, parent: header });
    if (type === "interrupt_request") {
      reply({ status: "ok" });
      interrupter.interrupt();
    } else if (type === "shutdown_request") {
      await shutDown("control", message);
    } else if (type === "kernel_info_request") {
      reply(kernelInfo);
    }
  }
}

/** Every front end hears of it, not only the one that asked. */
async function shutDown(channel: "shell" | "control", { idents, header, content }: Message) {
  joiner.flush();
  const answer = {
    type: "shutdown_reply",
    content: { status: "ok", restart: content.restart === true },
    parent: header,
  };
  send(channel, { idents, ...answer });
  send("iopub", { idents: [answer.type], ...answer });
  await Promise.all(Object.values(lastSend));
  exit({ isOrphan: false });
}

async function serveStdin() {
  for await (const message of messages("stdin")) post({ kind: "request", channel: "stdin", message });
}

/** Tells a subscriber that it is connected and misses nothing from now on (Jupyter enhancement proposal 65). */
async function welcomeSubscribers() {
  for await (const [subscription] of sockets.iopub) {
    if (subscription?.[0] !== 1) continue;
    const topic = subscription.subarray(1).toString();
    send("iopub", { idents: [topic], type: "iopub_welcome", content: { subscription: topic }, parent: {} });
    // A front end whose kernel was started anew waits to hear how the new one is.
    publishStatus(state, {});
  }
}

async function beat() {
  for await (const frames of heartbeat) await heartbeat.send(frames);
}

function complain(text: string) {
  // Not process.stderr: in a worker that goes through the main thread, and from there into a cell's output.
  writeSync(2, `kernel: ${text}\n`);
}

// A kernel whose Jupyter server has died goes away.
const parentPid = process.ppid;
setInterval(() => {
  if (process.ppid !== parentPid) exit({ isOrphan: true });
}, parentCheckMs);

bound
  .then(() => {
    publishStatus("starting", {});
    state = "idle";
    return Promise.all([serveShell(), serveControl(), serveStdin(), welcomeSubscribers(), beat()]);
  })
  .catch((error) => {
    complain(`I/O thread failed: ${error?.stack ?? error}`);
    process.kill(process.pid, "SIGKILL");
  });
