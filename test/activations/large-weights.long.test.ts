import assert from "node:assert/strict";
import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { extractActivations, openModel } from "../../src/activations";
import { decodeOnnx, encodeOnnx, toNumber } from "../../src/activations/onnx-file";
import { openStore } from "../../src/store";
import { EXPORTED, readyInputs, referencesOf } from "./exported-models";
import { relativeDifference } from "./relative-difference";
import { temporaryFolder } from "./tiny-models";

const folder = temporaryFolder();
/** Rows of the word embedding, 48 bytes each: 2.2 GB. */
const N_ROWS = 46_000_000;

/** The small RoBERTa with a vocabulary that no protobuf could hold; all words but the first 40 are zeros. */
function largeModel(): string {
  const [name, data] = ["roberta.external.onnx", "roberta.external.onnx_data"];
  const model = decodeOnnx(readFileSync(join(EXPORTED, name)), name);
  const words = model.graph.initializer.find(({ dims }) => toNumber(dims[0]) === 40)!;
  const place = (key: string) => words.externalData!.find((entry) => entry.key === key)!;
  const [start, length] = [Number(place("offset").value), Number(place("length").value)];
  copyFileSync(join(EXPORTED, data), join(folder, data));
  const file = openSync(join(folder, data), "r+");
  const at = 1 << 20;
  writeSync(file, readFileSync(join(EXPORTED, data)).subarray(start, start + length), 0, length, at);
  // A hole in the file: zeros that take no room.
  ftruncateSync(file, at + N_ROWS * 48);
  closeSync(file);
  words.dims = [N_ROWS, 12];
  place("offset").value = `${at}`;
  place("length").value = `${N_ROWS * 48}`;
  const path = join(folder, name);
  writeFileSync(path, encodeOnnx(model));
  return path;
}

test("a model of more than 2 GB is read through its weights' file, piece by piece", async () => {
  const path = largeModel();
  const store = openStore(join(folder, "store"));
  const references = referencesOf("roberta.external.onnx");
  const inputs = readyInputs(references);
  const model = await openModel(path, { store });
  assert.ok(statSync(join(model.graph.path, "..", "weights.bin")).size > 2 ** 31);
  const readings = ["qkMean"] as const;
  const { qkMean } = await extractActivations({ model, store, inputs, readings });
  const [first] = references[0].attentions;
  const width = first.qkMean.length / 2;
  const layer = [0, 1].flatMap((step) =>
    Array.from(qkMean.data.subarray(step * 2 * width, step * 2 * width + width)),
  );
  assert.ok(relativeDifference(layer, first.qkMean) < 1e-5);
  // Node and onnxruntime take 200 MB; pages of the file that were read may count, all of it in memory would be more.
  assert.ok(process.resourceUsage().maxRSS / 1024 < 2000, `${process.resourceUsage().maxRSS / 1024} MB`);
  assert.equal(model.graph.inputs[0].vocabulary, N_ROWS);
});
