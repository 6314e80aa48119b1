/** A Jupyter front end in a few functions: starts the real kernel and speaks the protocol with it over ZeroMQ. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before } from "node:test";
import type * as Zmq from "zeromq";
import { type Connection, type Content, createCodec, type Message } from "../../kernel-setup/kernel/wire";

const zmq: typeof Zmq = createRequire(require.resolve("tslab/package.json"))("zeromq");
const checkoutDir = path.resolve(__dirname, "..", "..");
const spec = path.join(checkoutDir, "kernel-setup", "kernels", "brainlens");
/** A kernel that hangs fails its test in the end; on a busy machine a start takes more than a minute. */
const usualPatienceMs = 180_000;

const askAgainMs = 20;

export type Channel = "shell" | "control";

/** What one cell put out and how it ended. */
export interface CellResult {
  reply: Content;
  /** Everything published for the cell, status messages aside, in order. */
  outputs: Message[];
  stdout: string;
  stderr: string;
  /** Bundle of the last expression. */
  result?: Record<string, unknown>;
  error?: { ename: string; evalue: string; traceback: string };
}

export interface KernelClient {
  readonly process: ChildProcess;
  readonly connection: Connection;
  execute(code: string, options?: Content): Promise<CellResult>;
  /** Sends without waiting; the result comes by the promise. */
  request(type: string, content?: Content, channel?: Channel): Promise<Message>;
  /** Sends a message that has no reply; returns its id. */
  tell(type: string, content: Content, buffers?: Uint8Array[]): Promise<string>;
  /** Sends frames as they are. */
  sendRaw(frames: (string | Uint8Array)[]): Promise<void>;
  /** Resolves with the first published message that fits. */
  published(fits: (message: Message) => boolean): Promise<Message>;
  interrupt(): Promise<Message>;
  /** Answers the next input request; resolves with the request. */
  answerInput(value: string): Promise<Message>;
  stop(): Promise<void>;
}

/** How a kernel is started, where it differs from what Jupyter would do for a notebook in the checkout. */
export interface Start {
  /** Folder of the notebook. */
  folder?: string;
  /** Flags of Node for the process that runs the cells. */
  flags?: string[];
  /** Folder of the history; one of its own unless it is named. */
  history?: string;
}

/** One kernel for the tests of a file: started before them and stopped after. */
export function sharedKernel(start?: Start): () => KernelClient {
  let client: KernelClient;
  before(async () => {
    client = await startKernel(start);
  });
  after(() => client?.stop());
  return () => client;
}

/** Starts the kernel by its kernelspec, as Jupyter would. */
export async function startKernel({
  folder = checkoutDir,
  flags = [],
  history,
}: Start = {}): Promise<KernelClient> {
  const connection = await freeConnection();
  const scratch = mkdtempSync(path.join(tmpdir(), "brainlens-kernel-"));
  const connectionFile = path.join(scratch, "connection.json");
  writeFileSync(connectionFile, JSON.stringify(connection), { mode: 0o600 });
  const { argv } = JSON.parse(readFileSync(path.join(spec, "kernel.json"), "utf8"));
  const fill = (arg: string) =>
    arg.replace("{resource_dir}", spec).replace("{connection_file}", connectionFile);
  const [, supervisor, ...args] = argv.map(fill);
  const child = spawn(process.execPath, [supervisor, ...flags, ...args], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit"],
    // As Jupyter does: the head of a group of its own.
    detached: true,
    env: { ...process.env, BRAINLENS_HISTORY: history ?? path.join(scratch, "history") },
  });
  return connect(child, connection, () => rmSync(scratch, { recursive: true, force: true }));
}

/** @param options `welcomes`: whether the kernel greets its subscribers, as ours does; others are asked until they answer. */
export async function connect(
  child: ChildProcess,
  connection: Connection,
  cleanUp: () => void,
  { welcomes = true, patienceMs = usualPatienceMs } = {},
): Promise<KernelClient> {
  const codec = createCodec(connection.key);
  const dealer = (port: number) => {
    const socket = new zmq.Dealer({ linger: 0, routingId: identity });
    socket.connect(`tcp://${connection.ip}:${port}`);
    return socket;
  };
  const identity = randomUUID();
  const sockets = {
    shell: dealer(connection.shell_port),
    control: dealer(connection.control_port),
    stdin: dealer(connection.stdin_port),
  };
  const iopub = new zmq.Subscriber({ linger: 0 });
  iopub.connect(`tcp://${connection.ip}:${connection.iopub_port}`);
  iopub.subscribe("");

  const waiting = new Set<{ fits: (message: Message) => boolean; take: (message: Message) => void }>();
  const collected = new Map<string, Message[]>();

  function deliver(message: Message) {
    for (const waiter of [...waiting]) {
      if (!waiter.fits(message)) continue;
      waiting.delete(waiter);
      waiter.take(message);
    }
  }
  async function receive(socket: AsyncIterable<Uint8Array[]>) {
    for await (const frames of socket) {
      const message = codec.decode(frames);
      collected.get(message.parent.msg_id ?? "")?.push(message);
      deliver(message);
    }
  }
  for (const socket of [...Object.values(sockets), iopub]) {
    receive(socket as AsyncIterable<Uint8Array[]>).catch(() => {});
  }

  function expectMessage(fits: (message: Message) => boolean, what: string): Promise<Message> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${what} within ${patienceMs} ms`)), patienceMs);
      waiting.add({
        fits,
        take(message) {
          clearTimeout(timer);
          resolve(message);
        },
      });
    });
  }

  /** Collecting begins before the message leaves: a fast kernel answers before `send` has returned. */
  function prepare(channel: Channel, type: string, content: Content, buffers?: Uint8Array[]) {
    const frames = codec.encode({ idents: [], type, content, parent: {}, buffers });
    const { msg_id } = JSON.parse(String(frames[2]));
    const outputs: Message[] = [];
    collected.set(msg_id, outputs);
    return { msg_id, outputs, send: () => sockets[channel].send(frames as Zmq.MessageLike[]) };
  }

  async function request(type: string, content: Content = {}, channel: Channel = "shell"): Promise<Message> {
    const replyType = type.replace("_request", "_reply");
    const { msg_id, send } = prepare(channel, type, content);
    const reply = expectMessage(
      (m) => m.parent.msg_id === msg_id && m.header.msg_type === replyType,
      replyType,
    );
    const [message] = await Promise.all([reply, send()]);
    return message;
  }

  async function execute(code: string, options: Content = {}): Promise<CellResult> {
    const content = {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: true,
      ...options,
    };
    const { msg_id, outputs: messages, send } = prepare("shell", "execute_request", content);
    const isOurs = (m: Message) => m.parent.msg_id === msg_id;
    const reply = expectMessage(
      (m) => isOurs(m) && m.header.msg_type === "execute_reply",
      `reply to ${code}`,
    );
    const idle = expectMessage(
      (m) => isOurs(m) && m.content.execution_state === "idle",
      `idle after ${code}`,
    );
    await Promise.all([reply, idle, send()]);
    const outputs = messages.filter(({ header }) => !/^(status|execute_reply)$/.test(header.msg_type));
    return { reply: (await reply).content, outputs, ...summary(outputs) };
  }

  /** Asks for kernel_info until its status messages arrive too: then nothing that is published is missed. */
  async function subscribed() {
    const heard = expectMessage((m) => m.header.msg_type === "status", "status");
    const asking = setInterval(() => request("kernel_info_request").catch(() => {}), askAgainMs);
    await heard;
    clearInterval(asking);
  }

  async function stop() {
    const exited = new Promise((resolve) => child.once("exit", resolve));
    if (child.exitCode === null && child.signalCode === null) {
      await Promise.race([exited, request("shutdown_request", { restart: false }, "control")]);
      await exited;
    }
    for (const socket of [...Object.values(sockets), iopub]) socket.close();
    cleanUp();
  }

  if (welcomes) await expectMessage((m) => m.header.msg_type === "iopub_welcome", "iopub_welcome");
  else await subscribed();
  await request("kernel_info_request");
  return {
    process: child,
    connection,
    execute,
    request,
    async tell(type, content, buffers) {
      const { msg_id, send } = prepare("shell", type, content, buffers);
      await send();
      return msg_id;
    },
    sendRaw: (frames) => sockets.shell.send(frames as Zmq.MessageLike[]),
    published: (fits) => expectMessage(fits, "published message"),
    interrupt: () => request("interrupt_request", {}, "control"),
    async answerInput(value) {
      const asked = await expectMessage((m) => m.header.msg_type === "input_request", "input_request");
      const frames = codec.encode({
        idents: [],
        type: "input_reply",
        content: { value },
        parent: asked.header,
      });
      await sockets.stdin.send(frames as Zmq.MessageLike[]);
      return asked;
    },
    stop,
  };
}

function summary(outputs: Message[]) {
  const textOf = (name: string) =>
    outputs
      .filter(({ header, content }) => header.msg_type === "stream" && content.name === name)
      .map(({ content }) => content.text)
      .join("");
  const find = (type: string) => outputs.find(({ header }) => header.msg_type === type)?.content;
  const error = find("error");
  return {
    stdout: textOf("stdout"),
    stderr: textOf("stderr"),
    result: find("execute_result")?.data as Record<string, unknown> | undefined,
    error: error && {
      ename: String(error.ename),
      evalue: String(error.evalue),
      traceback: plain((error.traceback as string[]).join("\n")),
    },
  };
}

/** Text without ANSI colours. */
export function plain(text: string): string {
  return text.replace(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g"), "");
}

export async function freeConnection(): Promise<Connection> {
  const [shell_port, iopub_port, stdin_port, control_port, hb_port] = await freePorts(5);
  return {
    transport: "tcp",
    ip: "127.0.0.1",
    key: randomUUID(),
    shell_port: shell_port!,
    iopub_port: iopub_port!,
    stdin_port: stdin_port!,
    control_port: control_port!,
    hb_port: hb_port!,
  };
}

/** All are held open together, so that they differ, and then let go. */
async function freePorts(n: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: n }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
