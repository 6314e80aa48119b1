/** Sends what cells print (console.log, process.stdout.write) to the front end instead of the terminal. */
import { currentParent } from "./current-request";
import type { IoPort } from "./io-port";
import type { StreamName } from "./stream-joiner";

/** Replaces `write` of both standard streams. Every piece goes to the I/O thread at once: a busy cell streams too. */
export function capturePrintedOutput(io: IoPort) {
  redirect(process.stdout, "stdout", io);
  redirect(process.stderr, "stderr", io);
}

function redirect(stream: NodeJS.WriteStream, name: StreamName, io: IoPort) {
  type Callback = () => void;
  stream.write = (chunk: string | Uint8Array, encoding?: BufferEncoding | Callback, callback?: Callback) => {
    const text =
      typeof chunk === "string"
        ? chunk
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString();
    io.print(name, text, currentParent());
    const done = typeof encoding === "function" ? encoding : callback;
    if (done) process.nextTick(done);
    return true;
  };
}
