/** Joins neighbouring pieces of printed text, so that a loop of 50,000 prints reaches the front end as a few messages. */
import type { Header } from "./wire";

const quietMs = 50;
const maxJoinedLength = 1 << 16;

export type StreamName = "stdout" | "stderr";

export interface StreamPiece {
  name: StreamName;
  text: string;
  parent: Partial<Header>;
}

/**
 * Text of one stream and one cell is held back for at most 50 ms or 64 Ki characters. Call `flush` before any other
 * message goes out: that keeps text and displays in the order in which the cell made them.
 */
export function createStreamJoiner(send: (piece: StreamPiece) => void) {
  let held: StreamPiece | undefined;
  let timer: NodeJS.Timeout | undefined;
  let lastSent = 0;

  function flush() {
    clearTimeout(timer);
    timer = undefined;
    if (!held) return;
    const piece = held;
    held = undefined;
    lastSent = Date.now();
    send(piece);
  }

  function add(piece: StreamPiece) {
    if (held && (held.name !== piece.name || held.parent.msg_id !== piece.parent.msg_id)) flush();
    if (held) held.text += piece.text;
    else held = { ...piece };
    if (held.text.length > maxJoinedLength) flush();
    else timer ??= setTimeout(flush, Math.max(1, quietMs - (Date.now() - lastSent)));
  }

  return { add, flush };
}
