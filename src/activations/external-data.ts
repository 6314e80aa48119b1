import { closeSync, lstatSync, openSync, readSync } from "node:fs";
import { dirname, join } from "node:path";
import { byteCount, isExternal, type OnnxModel, type OnnxTensor } from "./onnx-file";

/** Bytes read at once: whole elements, whatever their type. */
const CHUNK_BYTES = 1 << 24;

/** The files, relative to the model's folder, in which a model keeps weights (models of more than 2 GB must). */
export function weightFiles(model: OnnxModel): string[] {
  const locations = model.graph.initializer.filter(isExternal).map((tensor) => entry(tensor, "location"));
  return [...new Set(locations.map((location) => location ?? ""))].sort();
}

/**
 * The bytes of a tensor's elements piece by piece, at most 16 MB at once, wherever they are kept; `source` is the file of the
 * model. Throws when another file is missing, is shorter than the tensor needs, or is anything else than a file in the
 * model's folder or below: an absolute path, one with "..", or a link could read any file of this machine.
 */
export function* tensorChunks(tensor: OnnxTensor, source: string): Generator<Uint8Array> {
  if (!isExternal(tensor)) {
    for (let at = 0; at < tensor.rawData.length; at += CHUNK_BYTES)
      yield tensor.rawData.subarray(at, at + CHUNK_BYTES);
    return;
  }
  const { path, offset, length } = locate(tensor, source);
  const file = openSync(path, "r");
  try {
    for (let at = 0; at < length; at += CHUNK_BYTES) {
      const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, length - at));
      for (let filled = 0; filled < chunk.length; ) {
        const nRead = readSync(file, chunk, filled, chunk.length - filled, offset + at + filled);
        if (nRead === 0) throw invalidWeights(tensor, source, `${path} became shorter while it was read`);
        filled += nRead;
      }
      yield chunk;
    }
  } finally {
    closeSync(file);
  }
}

/** Checks that a file of weights may be read and returns its path. */
export function weightFilePath(location: string, source: string): string {
  const parts = location.split(/[\\/]/);
  const isUnsafe =
    parts.includes("..") || parts[0] === "" || location.includes("\0") || /^[a-zA-Z]:/.test(location);
  if (isUnsafe) {
    throw new Error(
      `openModel: invalid place of the weights of ${source}: ${JSON.stringify(location)}; expected a file in the folder of the model. Do not use models from people you do not trust.`,
    );
  }
  let path = dirname(source);
  for (const [i, part] of parts.entries()) {
    path = join(path, part);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (!stat) {
      throw new Error(
        `openModel: missing weights of ${source}: ${path}; expected the file beside the model. Download it too, or put both into one folder.`,
      );
    }
    const isRight = i < parts.length - 1 ? stat.isDirectory() : stat.isFile();
    if (!isRight) {
      throw new Error(
        `openModel: invalid weights of ${source}: ${path} is ${stat.isSymbolicLink() ? "a link" : "no file"}; expected a file. Put the file itself beside the model.`,
      );
    }
  }
  return path;
}

function locate(tensor: OnnxTensor, source: string): { path: string; offset: number; length: number } {
  const path = weightFilePath(entry(tensor, "location") ?? "", source);
  const expected = byteCount(tensor);
  const offset = Number(entry(tensor, "offset") ?? 0);
  const length = Number(entry(tensor, "length") ?? expected);
  const size = lstatSync(path).size;
  const isInside = Number.isSafeInteger(offset) && offset >= 0 && offset + length <= size;
  if (length !== expected || !isInside) {
    throw invalidWeights(tensor, source, `bytes ${offset} to ${offset + length} of ${size} in ${path}`);
  }
  return { path, offset, length };
}

function entry(tensor: OnnxTensor, key: string): string | undefined {
  return tensor.externalData?.find((entry) => entry.key === key)?.value;
}

function invalidWeights(tensor: OnnxTensor, source: string, got: string): Error {
  return new Error(
    `openModel: invalid weights of ${source}: tensor "${tensor.name}": ${got}; expected ${byteCount(tensor)} bytes inside the file. Download the model again.`,
  );
}
