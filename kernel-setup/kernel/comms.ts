/** Comms: named lines between code of a cell and code in the front end (widgets). Globals: openComm, onComm (globals.d.ts). */
import { randomUUID } from "node:crypto";
import { currentParent } from "./current-request";
import type { IoPort, Request } from "./io-port";
import type { Content } from "./wire";

interface CommMessage {
  data: unknown;
  metadata: Content;
  buffers: Uint8Array[];
}

interface CommOptions {
  metadata?: Content;
  buffers?: Uint8Array[];
}

type Listener = (message: CommMessage) => unknown;
type OpenListener = (comm: Comm, opening: CommMessage) => unknown;

interface Comm {
  readonly id: string;
  readonly target: string;
  send(data: unknown, options?: CommOptions): void;
  onMessage(listener: Listener): void;
  onClose(listener: Listener): void;
  close(data?: unknown): void;
}

interface OpenComm {
  comm: Comm;
  messageListeners: Listener[];
  closeListeners: Listener[];
}

export interface Comms {
  /** Takes a comm_open, comm_msg or comm_close from the front end. Rejects with what a cell's listener throws. */
  take(request: Request): Promise<void>;
  /** Answers comm_info_request. */
  info(content: Content): Content;
}

export function installComms(io: IoPort): Comms {
  const open = new Map<string, OpenComm>();
  const targets = new Map<string, OpenListener>();

  function publish(type: string, id: string, content: Content, { metadata, buffers }: CommOptions = {}) {
    io.publish(type, { comm_id: id, ...content }, currentParent(), { metadata, buffers });
  }

  function createComm(id: string, target: string): Comm {
    const messageListeners: Listener[] = [];
    const closeListeners: Listener[] = [];
    const requireOpen = (name: string) => {
      if (open.has(id)) return;
      throw new Error(
        `${name}: invalid comm: ${target} is closed; expected an open one. Open another with openComm.`,
      );
    };
    const comm: Comm = {
      id,
      target,
      send(data, options) {
        requireOpen("send");
        publish("comm_msg", id, { data }, options);
      },
      onMessage: (listener) => void messageListeners.push(listener),
      onClose: (listener) => void closeListeners.push(listener),
      close(data = {}) {
        requireOpen("close");
        open.delete(id);
        publish("comm_close", id, { data });
      },
    };
    open.set(id, { comm, messageListeners, closeListeners });
    return comm;
  }

  async function take({ header, content, metadata, buffers }: Request) {
    const id = String(content.comm_id);
    const message: CommMessage = { data: content.data, metadata, buffers };
    if (header.msg_type === "comm_open") {
      const target = String(content.target_name);
      const listener = targets.get(target);
      // The protocol's answer to a target that nobody listens to.
      if (listener) await listener(createComm(id, target), message);
      else publish("comm_close", id, { data: {} });
      return;
    }
    const known = open.get(id);
    if (!known) return;
    const isClosing = header.msg_type === "comm_close";
    if (isClosing) open.delete(id);
    for (const listener of isClosing ? known.closeListeners : known.messageListeners) await listener(message);
  }

  Object.assign(globalThis, {
    openComm(target: string, data: unknown = {}, options?: CommOptions): Comm {
      const comm = createComm(randomUUID(), target);
      publish("comm_open", comm.id, { target_name: target, data }, options);
      return comm;
    },
    onComm: (target: string, listener: OpenListener) => void targets.set(target, listener),
  });

  return {
    take,
    info({ target_name }) {
      const asked = [...open.values()].filter(
        ({ comm }) => target_name === undefined || target_name === null || comm.target === target_name,
      );
      const comms = Object.fromEntries(asked.map(({ comm }) => [comm.id, { target_name: comm.target }]));
      return { status: "ok", comms };
    },
  };
}
