import { createHash, type Hash } from "node:crypto";
import { createReadStream, existsSync, renameSync, rmSync, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { explainWriteError, throwIfAborted } from "../store";
import type { SourceFile } from "./sources";

/** More than any file of a source: what is read at most of a file whose size is not known. */
const LARGEST_BYTES = 16 * 2 ** 30;

/**
 * Downloads one file to `path` and gives its size. What arrives is kept in `path.part`, from which the next call goes on
 * where the server allows it (HTTP Range); the file gets its name when size and SHA-256 are right. A file of another size
 * or hash is not kept. Every failure is one sentence that says what to do.
 */
export async function downloadFile(
  file: SourceFile,
  path: string,
  { onBytes, signal }: { onBytes: (nReceived: number) => void; signal?: AbortSignal },
): Promise<number> {
  const part = `${path}.part`;
  const limit = file.bytes ?? LARGEST_BYTES;
  if (existsSync(part) && statSync(part).size > limit) rmSync(part);
  let nBytes = existsSync(part) ? statSync(part).size : 0;
  let hash = createHash("sha256");
  if (nBytes > 0) await feedFile(hash, part);
  throwIfAborted(signal, "fetchSource");

  if (nBytes === 0 || nBytes !== file.bytes) {
    const response = await request(file, path, nBytes, signal);
    const isContinued = response.status === 206;
    if (!isContinued) {
      nBytes = 0;
      hash = createHash("sha256");
    }
    const length = response.headers.get("content-length");
    const announced = length === null ? null : nBytes + Number(length);
    if (announced !== null && (announced > limit || (file.bytes !== null && announced !== file.bytes))) {
      await response.body?.cancel();
      rmSync(part, { force: true });
      throw wrongSize(file, `${announced} bytes`, limit);
    }
    nBytes = await receive(response, { file, path, part, nBytes, hash, limit, isContinued, onBytes, signal });
  }

  const got = hash.digest("hex");
  if (got !== file.sha256) {
    rmSync(part);
    throw new Error(
      `fetchSource: mismatched SHA-256 of ${file.path} from ${file.url}: ${got}; expected ${file.sha256}. The file was not kept: try once more, and if it stays so, the public file is another one than this version was made for.`,
    );
  }
  try {
    renameSync(part, path);
  } catch (error) {
    throw explainWriteError("fetchSource", path, error);
  }
  return nBytes;
}

/** Asks for the file from byte `from` on. The answer is 200 (all of it) or 206 (from there on). */
async function request(
  file: SourceFile,
  path: string,
  from: number,
  signal?: AbortSignal,
): Promise<Response> {
  // Unpacked on the way, the bytes would be others than those whose size the server announces.
  const headers: Record<string, string> = { "accept-encoding": "identity" };
  if (from > 0) headers.range = `bytes=${from}-`;
  let response: Response;
  try {
    response = await fetch(file.url, { headers, signal });
  } catch (error) {
    throwIfAborted(signal, "fetchSource");
    throw new Error(
      `fetchSource: missing connection to ${new URL(file.url).host}: ${reasonOf(error)}; expected ${file.path} from it. Check the network, or get ${file.url} elsewhere and place it as ${path}.`,
      { cause: error },
    );
  }
  const startsRight = response.headers.get("content-range")?.startsWith(`bytes ${from}-`);
  if (response.status === 200 || (response.status === 206 && from > 0 && startsRight)) return response;
  await response.body?.cancel();
  // The server cannot go on from there (416) or goes on from elsewhere: once more, from the start.
  if (from > 0) return await request(file, path, 0, signal);
  throw new Error(
    `fetchSource: missing file: ${file.url} answered ${response.status} ${response.statusText}; expected ${file.path}. Try later; if the address has changed, place the file as ${path}.`,
  );
}

interface Transfer {
  file: SourceFile;
  path: string;
  part: string;
  /** Bytes already in the partial file, and in `hash`. */
  nBytes: number;
  hash: Hash;
  limit: number;
  isContinued: boolean;
  onBytes: (nReceived: number) => void;
  signal?: AbortSignal;
}

/** Streams the answer into the partial file and the hash; gives the size reached. */
async function receive(response: Response, transfer: Transfer): Promise<number> {
  const { file, path, part, hash, limit, isContinued, onBytes, signal } = transfer;
  let nBytes = transfer.nBytes;
  const write = async <T>(step: () => Promise<T>): Promise<T> => {
    try {
      return await step();
    } catch (error) {
      throw explainWriteError("fetchSource", path, error);
    }
  };
  const output: FileHandle = await write(() => open(part, isContinued ? "a" : "w"));
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const next = await reader?.read().catch((error) => {
        throwIfAborted(signal, "fetchSource");
        throw interrupted(file, nBytes, reasonOf(error));
      });
      if (next === undefined || next.done) break;
      if (nBytes + next.value.length > limit) {
        rmSync(part);
        throw wrongSize(file, `more than ${limit} bytes`, limit);
      }
      await write(() => output.writeFile(next.value));
      hash.update(next.value);
      nBytes += next.value.length;
      onBytes(nBytes);
    }
    await write(() => output.sync());
  } finally {
    await reader?.cancel().catch(() => {});
    await output.close();
  }
  if (file.bytes !== null && nBytes < file.bytes) throw interrupted(file, nBytes, "the server ended early");
  return nBytes;
}

async function feedFile(hash: Hash, path: string): Promise<void> {
  for await (const chunk of createReadStream(path)) hash.update(chunk);
}

function interrupted(file: SourceFile, nBytes: number, reason: string): Error {
  const { host } = new URL(file.url);
  return new Error(
    `fetchSource: interrupted download of ${file.path} from ${host} after ${nBytes} bytes: ${reason}; expected ${file.bytes ?? "more"}. What arrived is kept: run it again to go on.`,
  );
}

function wrongSize(file: SourceFile, got: string, limit: number): Error {
  const expected = file.bytes === null ? `at most ${limit}` : `${file.bytes}`;
  return new Error(
    `fetchSource: mismatched size of ${file.path} from ${file.url}: ${got}; expected ${expected}. The file was not kept: the public file is another one than this version was made for.`,
  );
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message: string };
  return cause?.code ?? cause?.message ?? message;
}
