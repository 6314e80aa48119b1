/** The Jupyter wire protocol: a message as ZeroMQ frames and back, signed with HMAC-SHA256. */
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** Version of the messaging protocol that this kernel speaks. */
export const protocolVersion = "5.4";

const delimiter = "<IDS|MSG>";
const nRememberedSignatures = 65536;

/** What Jupyter writes into the connection file. */
export interface Connection {
  transport: string;
  ip: string;
  key: string;
  shell_port: number;
  iopub_port: number;
  stdin_port: number;
  control_port: number;
  hb_port: number;
}

export interface Header {
  msg_id: string;
  session: string;
  username: string;
  date: string;
  msg_type: string;
  version: string;
}

export type Content = Record<string, unknown>;

/** A message that was received, its signature checked. `idents` is where the reply goes. */
export interface Message {
  idents: Uint8Array[];
  header: Header;
  parent: Partial<Header>;
  metadata: Content;
  content: Content;
  buffers: Uint8Array[];
}

/** A message to send; `parent` is the header of the request that it answers. */
export interface Outgoing {
  idents: (string | Uint8Array)[];
  type: string;
  content: Content;
  parent: Partial<Header>;
  metadata?: Content;
  /** Binary frames after the message; they are not signed, as the protocol has it. */
  buffers?: Uint8Array[];
}

export interface Codec {
  encode(message: Outgoing): (string | Uint8Array)[];
  /** Throws on a message that is malformed, unsigned, signed with another key or seen before. */
  decode(frames: Uint8Array[]): Message;
}

/** Encoder and decoder for one kernel's key. An empty key means unsigned messages, as the protocol allows. */
export function createCodec(key: string): Codec {
  const session = randomUUID();
  const seen = new Set<string>();

  function sign(parts: (string | Uint8Array)[]): string {
    if (key === "") return "";
    const mac = createHmac("sha256", key);
    for (const part of parts) mac.update(part);
    return mac.digest("hex");
  }

  function encode(message: Outgoing) {
    const header: Header = {
      msg_id: randomUUID(),
      session,
      username: "kernel",
      date: new Date().toISOString(),
      msg_type: message.type,
      version: protocolVersion,
    };
    // As bytes: a text of 20 MB would be turned into them twice, to be signed and to be sent.
    const parts = [header, message.parent, message.metadata ?? {}, message.content].map((p) =>
      Buffer.from(JSON.stringify(p)),
    );
    return [...message.idents, delimiter, sign(parts), ...parts, ...(message.buffers ?? [])];
  }

  function decode(frames: Uint8Array[]): Message {
    const at = frames.findIndex((frame) => Buffer.from(frame).toString() === delimiter);
    if (at < 0 || frames.length < at + 6) {
      throw new Error(
        `decode: malformed message: ${frames.length} frames; expected a delimiter and five after it`,
      );
    }
    const signature = Buffer.from(frames[at + 1]!).toString();
    const parts = frames.slice(at + 2, at + 6);
    if (key !== "") {
      const expected = Buffer.from(sign(parts));
      const got = Buffer.from(signature);
      if (got.length !== expected.length || !timingSafeEqual(got, expected)) {
        throw new Error("decode: invalid signature");
      }
      if (seen.has(signature)) throw new Error("decode: replayed message");
      remember(signature);
    }
    const [header, parent, metadata, content] = parts.map((part) => JSON.parse(Buffer.from(part).toString()));
    if (typeof header?.msg_type !== "string" || typeof content !== "object" || content === null) {
      throw new Error("decode: malformed message: no msg_type or no content");
    }
    const idents = frames.slice(0, at).map((frame) => new Uint8Array(frame));
    return { idents, header, parent, metadata, content, buffers: frames.slice(at + 6) };
  }

  function remember(signature: string) {
    seen.add(signature);
    if (seen.size > nRememberedSignatures) seen.delete(seen.values().next().value!);
  }

  return { encode, decode };
}
