import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { throwIfAborted } from "../store";
import type { ByteRange, ByteSource } from "./byte-source";

const FILE_PIECE = 2 ** 22;
const OUTPUT_PIECE = 2 ** 20;
const LEAST_PIECE = 2 ** 10;

/**
 * The decompressed bytes from `range.start` to `range.end`, piece by piece, across all members of the gzip file. `extent` says whether the
 * content has to end at `range.contentEnd` ("whole") or only starts with what is asked for ("head": shorter content gives a
 * shorter last piece, and what follows is not read). A piece is good until the next is asked for.
 *
 * Never holds more than a few pieces, whatever the file unpacks to: decompression stops at the first byte past `contentEnd`.
 * Checksums are verified by zlib at the end of each member.
 */
export async function* gunzipPieces(
  source: ByteSource,
  range: ByteRange,
  extent: "whole" | "head",
): AsyncGenerator<Buffer> {
  const { start, end, contentEnd, pieceBytes, signal } = range;
  const { caller, label } = source;
  const file = createReadStream(source.path, { highWaterMark: FILE_PIECE });
  const gunzip = createGunzip({ chunkSize: Math.max(LEAST_PIECE, Math.min(OUTPUT_PIECE, contentEnd + 1)) });
  file.on("error", (error) => gunzip.destroy(error));
  file.pipe(gunzip);
  let position = 0;
  // Made when the first byte for it is there: a header may promise more than there is.
  let memory: Buffer | null = null;
  let filled = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      throwIfAborted(signal, caller);
      // What lies before `start` is skipped.
      let at = Math.min(chunk.length, Math.max(0, start - position));
      while (at < chunk.length && position + at < end) {
        memory ??= Buffer.allocUnsafeSlow(Math.min(pieceBytes, end - start));
        const length = Math.min(memory.length, filled + end - position - at);
        const n = Math.min(length - filled, chunk.length - at);
        chunk.copy(memory, filled, at, at + n);
        filled += n;
        at += n;
        if (filled < length) continue;
        yield memory.subarray(0, filled);
        filled = 0;
      }
      position += chunk.length;
      if (position >= end && extent === "head") return;
      if (position > contentEnd) {
        throw new Error(
          `${caller}: mismatched size of ${label}: it unpacks to more than ${contentEnd} bytes; expected that many, as its header promises. The header or the file is damaged: copy it again.`,
        );
      }
    }
  } catch (error) {
    throw explainZlibError(error as NodeJS.ErrnoException, source, position);
  } finally {
    file.destroy();
    gunzip.destroy();
  }
  if (extent === "head") {
    if (memory !== null && filled > 0) yield memory.subarray(0, filled);
    return;
  }
  if (position < contentEnd) {
    throw new Error(
      `${caller}: truncated content of ${label}: it unpacks to ${position} bytes; expected ${contentEnd}, as its header promises. Copy or download the file again.`,
    );
  }
  await checkTail(source, gunzip.bytesWritten);
}

/** zlib stops at zero bytes after the last member, which tapes leave there: anything else after them is garbage. */
async function checkTail(source: ByteSource, from: number): Promise<void> {
  if (from >= source.diskBytes) return;
  const file = await open(source.path);
  const tail = Buffer.alloc(FILE_PIECE);
  try {
    for (let position = from; position < source.diskBytes; ) {
      const { bytesRead } = await file.read(tail, 0, tail.length, position);
      if (bytesRead === 0) return;
      const odd = tail.subarray(0, bytesRead).findIndex((byte) => byte !== 0);
      if (odd >= 0) throw trailingGarbage(source, position + odd);
      position += bytesRead;
    }
  } finally {
    await file.close();
  }
}

function trailingGarbage({ caller, label }: ByteSource, at: number): Error {
  return new Error(
    `${caller}: invalid end of ${label}: bytes that are no gzip data from byte ${at}; expected the end of the file. Copy or download the file again.`,
  );
}

/** zlib's error as one that names the file and the remedy; other errors as they are. */
function explainZlibError(error: NodeJS.ErrnoException, source: ByteSource, position: number): Error {
  const { caller, label } = source;
  if (!error.code?.startsWith("Z_")) return error;
  const cause = { cause: error };
  if (error.code === "Z_BUF_ERROR") {
    return new Error(
      `${caller}: truncated gzip ${label}: the stream ends after ${position} unpacked bytes; expected its end mark. Copy or download the file again.`,
      cause,
    );
  }
  return new Error(
    `${caller}: invalid gzip ${label}: ${error.message}; expected sound gzip data to the end of the file. Copy or download the file again.`,
    cause,
  );
}
