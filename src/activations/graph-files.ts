import { createHash, type Hash, randomUUID } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { explainWriteError, writeAtomically } from "../store";
import { encodeOnnx, isExternal, type OnnxModel, type OnnxTensor } from "./onnx-file";

/** The edited graph, and beside it its large weights: read by the runtime as they are needed, in no limit of size. */
export const GRAPH_FILE = "graph.onnx";
const WEIGHT_FILE = "weights.bin";
/** Smaller tensors stand in the graph itself. */
const INLINE_BYTES = 1 << 14;
/** Weights begin at multiples of this, so that any processor can read them in place. */
const ALIGNMENT = 64;
const CHUNK_BYTES = 1 << 24;

/** What a written file is known by. */
export interface FileRecord {
  file: string;
  bytes: number;
  sha256: string;
}

/**
 * Writes a model as a folder that appears whole or not at all, never holding more of its weights than a piece of one:
 * `chunksOf` gives the bytes of a tensor piece by piece. An earlier folder is replaced.
 */
export function writeGraphFiles(
  folder: string,
  model: OnnxModel,
  chunksOf: (tensor: OnnxTensor) => Iterable<Uint8Array>,
): FileRecord[] {
  const temporary = `${folder}.${process.pid}.${randomUUID()}.tmp`;
  try {
    mkdirSync(temporary, { recursive: true });
    const weights = openSync(join(temporary, WEIGHT_FILE), "wx");
    const hash = createHash("sha256");
    let offset = 0;
    const append = (bytes: Uint8Array) => {
      writeSync(weights, bytes);
      hash.update(bytes);
      offset += bytes.length;
    };
    try {
      for (const tensor of model.graph.initializer) {
        const isLarge = isExternal(tensor) || tensor.rawData.length >= INLINE_BYTES;
        if (!isLarge) {
          if (tensor.rawData.length > 0) tensor.rawData = Buffer.concat([...chunksOf(tensor)]);
          continue;
        }
        append(new Uint8Array((ALIGNMENT - (offset % ALIGNMENT)) % ALIGNMENT));
        const start = offset;
        for (const chunk of chunksOf(tensor)) append(chunk);
        // The field goes, since an empty one that is present would still count as the values.
        Reflect.deleteProperty(tensor, "rawData");
        tensor.dataLocation = 1;
        tensor.externalData = [
          { key: "location", value: WEIGHT_FILE },
          { key: "offset", value: `${start}` },
          { key: "length", value: `${offset - start}` },
        ];
      }
      fsyncSync(weights);
    } finally {
      closeSync(weights);
    }
    const graph = encodeOnnx(model);
    writeAtomically(join(temporary, GRAPH_FILE), graph);
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
    return [
      {
        file: GRAPH_FILE,
        bytes: graph.length,
        sha256: createHash("sha256").update(graph).digest("hex"),
      },
      { file: WEIGHT_FILE, bytes: offset, sha256: hash.digest("hex") },
    ];
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw explainWriteError("openModel", join(folder, WEIGHT_FILE), error);
  }
}

/** Throws when the files of a folder are not those that were written. */
export function checkGraphFiles(folder: string, files: FileRecord[]): void {
  for (const { file, bytes, sha256 } of files) {
    const path = join(folder, file);
    const size = statSync(path, { throwIfNoEntry: false })?.size;
    if (size !== bytes) throw new Error(`${file} has ${size ?? "no"} bytes instead of ${bytes}`);
    if (hashFile(path) !== sha256) throw new Error(`${file} does not have its checksum`);
  }
}

/** SHA-256 of a file of any size, read piece by piece. */
export function hashFile(path: string): string {
  const hash: Hash = createHash("sha256");
  const file = openSync(path, "r");
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let nRead = readSync(file, chunk); nRead > 0; nRead = readSync(file, chunk)) {
      hash.update(chunk.subarray(0, nRead));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}
