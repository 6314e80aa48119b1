import { open, stat } from "node:fs/promises";
import { throwIfAborted } from "../store";
import { gunzipPieces } from "./gunzip-pieces";

/**
 * The content of a file that is read from front to back, decompressed where it is gzip. Nothing stays open between two
 * calls; that the file is still the one that was opened is checked around each of them.
 */
export interface ByteSource {
  readonly path: string;
  /** The file, and its run where there is one, for messages. */
  readonly label: string;
  /** The public function that reads, for messages. */
  readonly caller: string;
  readonly compression: "none" | "gzip";
  /** Bytes on the disk. */
  readonly diskBytes: number;
  /** Content bytes: exact for a plain file, for gzip the most that its bytes can unpack to. */
  readonly mostBytes: number;
  /** Changes when the file is replaced or written to. */
  readonly stamp: string;
}

/** Which bytes of the content: from `start` to before `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
  /** Where the content has to end. */
  readonly contentEnd: number;
  /** How many bytes come at a time; the last piece may be shorter. */
  readonly pieceBytes: number;
  readonly signal?: AbortSignal;
}

/** Deflate cannot pack more than this into a byte. Source: zlib's technical details. */
const MOST_DEFLATE_RATIO = 1032;
const GZIP_MAGIC = [0x1f, 0x8b];

/** Opens a file for reading. Throws when it is missing, empty or no file. `run` is named in messages beside the path. */
export async function openByteSource(path: string, caller: string, run?: string): Promise<ByteSource> {
  const label = run === undefined ? path : `run ${run} (${path})`;
  const { size, stamp } = await identify(path, label, caller);
  if (size === 0) {
    throw new Error(
      `${caller}: invalid size of ${label}: 0 bytes; expected an image. Copy or download the file again.`,
    );
  }
  const start = Buffer.alloc(2);
  const file = await open(path);
  try {
    await file.read(start, 0, 2, 0);
  } finally {
    await file.close();
  }
  const compression = start.equals(Buffer.from(GZIP_MAGIC)) ? "gzip" : "none";
  const mostBytes = compression === "gzip" ? size * MOST_DEFLATE_RATIO : size;
  return { path, label, caller, compression, diskBytes: size, mostBytes, stamp };
}

async function identify(path: string, label: string, caller: string) {
  const found = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `${caller}: missing file: ${label} (${error.code}); expected a file that can be read. Check the path and its permissions.`,
      { cause: error },
    );
  });
  if (!found.isFile()) {
    throw new Error(
      `${caller}: invalid file: ${label} is no regular file; expected one. Check the path: a folder cannot be read as an image.`,
    );
  }
  return { size: Number(found.size), stamp: `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs}` };
}

/** Throws when the file is no longer the one that was opened. */
export async function checkUnchanged(source: ByteSource): Promise<void> {
  const { stamp } = await identify(source.path, source.label, source.caller);
  if (stamp === source.stamp) return;
  throw new Error(
    `${source.caller}: mismatched file ${source.label}: it was replaced or written to while it was read; expected the file that was opened. Wait until it is finished and read it again.`,
  );
}

/** The first `nBytes` of the content, fewer where it is shorter. */
export async function readHead(source: ByteSource, nBytes: number): Promise<Buffer> {
  const wanted = Math.min(nBytes, source.mostBytes);
  await checkUnchanged(source);
  if (source.compression === "gzip") {
    const range = { start: 0, end: wanted, contentEnd: wanted, pieceBytes: wanted };
    for await (const piece of gunzipPieces(source, range, "head")) {
      return piece;
    }
    return Buffer.alloc(0);
  }
  const file = await open(source.path);
  try {
    return await readFully(file, 0, Buffer.allocUnsafeSlow(wanted), source);
  } finally {
    await file.close();
  }
}

/**
 * The content's bytes from `start` to `end`, piece by piece. A piece may be written to, and is good until the next one is asked for:
 * its memory is used again, while another is read ahead. Of a plain file nothing else is read; a gzip file is unpacked to its end. Throws
 * when the content ends before or goes on after `contentEnd`, when a gzip stream is damaged, and when the file changed in
 * the meantime. Memory: two pieces.
 */
export async function* readPieces(source: ByteSource, range: ByteRange): AsyncGenerator<Buffer> {
  await checkUnchanged(source);
  checkPromise(source, range.contentEnd);
  if (source.compression === "gzip") yield* gunzipPieces(source, range, "whole");
  else yield* plainPieces(source, range);
  await checkUnchanged(source);
}

/** Throws when the file cannot hold, or holds more than, what its header promises: before anything is allocated for it. */
export function checkPromise(source: ByteSource, promisedBytes: number): void {
  const { caller, label, mostBytes, diskBytes, compression } = source;
  const got =
    compression === "gzip" ? `${diskBytes} compressed bytes, at most ${mostBytes}` : `${mostBytes} bytes`;
  if (promisedBytes > mostBytes) {
    throw new Error(
      `${caller}: truncated file ${label}: ${got}; expected ${promisedBytes}, as its header promises. Copy or download the file again.`,
    );
  }
  if (compression === "none" && promisedBytes < mostBytes) {
    throw new Error(
      `${caller}: mismatched size of ${label}: ${got}; expected ${promisedBytes}, as its header promises. The header or the file is damaged: copy it again.`,
    );
  }
}

async function* plainPieces(source: ByteSource, range: ByteRange): AsyncGenerator<Buffer> {
  const { start, end, pieceBytes, signal } = range;
  const file = await open(source.path);
  const spare = [0, 1].map(() => Buffer.allocUnsafeSlow(Math.max(0, Math.min(pieceBytes, end - start))));
  const pieceAt = (position: number) => {
    const memory = spare[((position - start) / pieceBytes) % 2];
    const piece = readFully(file, position, memory.subarray(0, end - position), source);
    // Its failure is met when the piece is waited for, which may be later than Node expects.
    piece.catch(() => undefined);
    return piece;
  };
  let coming: Promise<Buffer> | null = null;
  try {
    coming = start < end ? pieceAt(start) : null;
    for (let position = start; coming !== null; position += pieceBytes) {
      throwIfAborted(signal, source.caller);
      const piece = await coming;
      coming = position + pieceBytes < end ? pieceAt(position + pieceBytes) : null;
      yield piece;
    }
  } finally {
    await coming?.catch(() => undefined);
    await file.close();
  }
}

async function readFully(
  file: Awaited<ReturnType<typeof open>>,
  position: number,
  piece: Buffer,
  source: ByteSource,
): Promise<Buffer> {
  const nBytes = piece.length;
  let filled = 0;
  while (filled < nBytes) {
    const { bytesRead } = await file.read(piece, filled, nBytes - filled, position + filled);
    if (bytesRead === 0) {
      throw new Error(
        `${source.caller}: truncated file ${source.label}: it ends at byte ${position + filled}; expected ${position + nBytes}. Wait until it is written, or copy it again.`,
      );
    }
    filled += bytesRead;
  }
  return piece;
}
