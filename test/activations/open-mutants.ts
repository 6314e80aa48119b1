/**
 * A process that opens damaged models, one after the other: mutants FIRST to LAST of the exported fixtures, by number. It prints a line
 * before each ("12 bert.ts-eager.onnx flip") and at the end the largest memory in MB and the longest opening in ms. A model may
 * open or be refused with a message; anything else ends the process. Arguments: FIRST, LAST, a folder.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openModel } from "../../src/activations";
import { decodeOnnx, encodeOnnx, type OnnxModel } from "../../src/activations/onnx-file";
import { openStore } from "../../src/store";
import { type Random, random } from "../../src/tensor";
import { EXPORTED, exportedFiles } from "./exported-models";

/** What may happen to a file's bytes. */
const BYTE_MUTATIONS: Record<string, (bytes: Buffer, draw: Random) => Buffer> = {
  flip(bytes, draw) {
    for (let i = 0; i <= draw.integer(8); i++) bytes[draw.integer(bytes.length)] ^= 1 << draw.integer(8);
    return bytes;
  },
  cut: (bytes, draw) => bytes.subarray(0, draw.integer(bytes.length)),
  fill(bytes, draw) {
    // 0xff is the start of a length of up to 2^64.
    const at = draw.integer(bytes.length);
    return bytes.fill([0, 0x7f, 0xff][draw.integer(3)], at, at + 1 + draw.integer(16));
  },
  repeat(bytes, draw) {
    const at = draw.integer(bytes.length);
    const part = bytes.subarray(at, at + draw.integer(400));
    return Buffer.concat([bytes.subarray(0, at), part, part, bytes.subarray(at)]);
  },
  drop(bytes, draw) {
    const at = draw.integer(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + draw.integer(64))]);
  },
};

const HUGE = [-1, 0, 2, 3, 1 << 16, 2 ** 31 - 1, 2 ** 40, 2 ** 53 - 1];

/** What may happen to a model that is still a protobuf. */
const GRAPH_MUTATIONS: Record<string, (model: OnnxModel, draw: Random) => void> = {
  "input of a node"({ graph }, draw) {
    const tensors = graph.node.flatMap(({ output }) => output);
    const { input } = pick(graph.node, draw);
    if (input.length > 0) input[draw.integer(input.length)] = pick(tensors, draw);
  },
  "kind of a node"({ graph }, draw) {
    pick(graph.node, draw).opType = pick(graph.node, draw).opType;
  },
  "number of a node"({ graph }, draw) {
    const attributes = graph.node.flatMap(({ attribute }) => attribute).filter(({ i, ints }) => i || ints);
    if (attributes.length === 0) return;
    const attribute = pick(attributes, draw);
    if (attribute.ints && attribute.ints.length > 0)
      attribute.ints[draw.integer(attribute.ints.length)] = pick(HUGE, draw);
    else attribute.i = pick(HUGE, draw);
  },
  "constant of a shape"({ graph }, draw) {
    const constants = graph.node.flatMap(({ attribute }) => attribute.flatMap(({ t }) => (t ? [t] : [])));
    const integers = [...constants, ...graph.initializer].filter(
      ({ dataType, rawData }) => dataType === 7 && rawData.length >= 8,
    );
    if (integers.length === 0) return;
    const tensor = pick(integers, draw);
    const rawData = Buffer.from(tensor.rawData);
    rawData.writeBigInt64LE(BigInt(pick(HUGE, draw)), 8 * draw.integer(rawData.length / 8));
    tensor.rawData = rawData;
  },
  "size of a weight"({ graph }, draw) {
    const { dims } = pick(graph.initializer, draw);
    if (dims.length > 0) dims[draw.integer(dims.length)] = pick(HUGE, draw);
  },
  "type of a weight"({ graph }, draw) {
    pick(graph.initializer, draw).dataType = draw.integer(20);
  },
  "size of an input"({ graph }, draw) {
    const dims = pick(graph.input, draw).type?.tensorType?.shape?.dim ?? [];
    if (dims.length > 0) dims[draw.integer(dims.length)] = { dimValue: pick(HUGE, draw) };
  },
  "order of the nodes"({ graph }, draw) {
    const [node] = graph.node.splice(draw.integer(graph.node.length), 1);
    graph.node.splice(draw.integer(graph.node.length), 0, node);
  },
  "lost node"({ graph }, draw) {
    graph.node.splice(draw.integer(graph.node.length), 1);
  },
};

function pick<T>(list: readonly T[], draw: Random): T {
  return list[draw.integer(list.length)];
}

/** Mutant `index`: a file, what happened to it, and its bytes. */
function mutant(index: number): { file: string; what: string; bytes: Uint8Array } {
  const files = exportedFiles();
  const file = files[index % files.length];
  const draw = random(index);
  const bytes = readFileSync(join(EXPORTED, file));
  if (index % 2 === 0) {
    const what = pick(Object.keys(BYTE_MUTATIONS), draw);
    return { file, what, bytes: BYTE_MUTATIONS[what](bytes, draw) };
  }
  const what = pick(Object.keys(GRAPH_MUTATIONS), draw);
  const model = decodeOnnx(bytes, file);
  GRAPH_MUTATIONS[what](model, draw);
  return { file, what, bytes: encodeOnnx(model) };
}

async function main(first: number, last: number, folder: string): Promise<void> {
  let [nOpened, longestMs] = [0, 0];
  for (let index = first; index < last; index++) {
    const { file, what, bytes } = mutant(index);
    process.stdout.write(`${index} ${file} ${what}\n`);
    const path = join(folder, `${index}.onnx`);
    const storeFolder = join(folder, `store-${index}`);
    writeFileSync(path, bytes);
    const startedMs = performance.now();
    try {
      await openModel(path, { store: openStore(storeFolder) });
      nOpened++;
    } catch (error) {
      if (!/^\w+: .*; expected /s.test((error as Error).message)) throw error;
    }
    longestMs = Math.max(longestMs, performance.now() - startedMs);
    rmSync(storeFolder, { recursive: true, force: true });
    rmSync(path);
  }
  const largestMb = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(`done ${JSON.stringify({ nOpened, largestMb, longestMs: Math.round(longestMs) })}\n`);
}

main(Number(process.argv[2]), Number(process.argv[3]), process.argv[4]).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
