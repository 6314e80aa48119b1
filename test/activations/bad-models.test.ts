import assert from "node:assert/strict";
import fs from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  captionTensors,
  extractActivations,
  extractWordActivations,
  openModel,
  openStepTensors,
  openTokenizer,
  type ReadingName,
  stepTensor,
  writeActivations,
} from "../../src/activations";
import { decodeOnnx, encodeOnnx, type OnnxModel } from "../../src/activations/onnx-file";
import { wordWindows } from "../../src/stimuli";
import { openStore } from "../../src/store";
import { EXPORTED, meterPairs } from "./exported-models";
import { TINY_TOKENIZER, TINY_WORDS, temporaryFolder, tinyModel, tinyPath } from "./tiny-models";

const folder = temporaryFolder();
let nFolders = 0;
const newFolder = () => {
  const path = join(folder, `${nFolders++}`);
  fs.mkdirSync(path);
  return path;
};
const newStore = () => openStore(newFolder());

/** The RoBERTa whose weights stand in another file, in a folder of its own, edited. */
function externalModel(edit: (model: OnnxModel, folder: string) => void): string {
  const place = newFolder();
  const [file, data] = ["roberta.external.onnx", "roberta.external.onnx_data"];
  fs.copyFileSync(join(EXPORTED, data), join(place, data));
  const model = decodeOnnx(fs.readFileSync(join(EXPORTED, file)), file);
  edit(model, place);
  const path = join(place, "model.onnx");
  fs.writeFileSync(path, encodeOnnx(model));
  return path;
}

/** Sends every tensor to another file. */
function relocate(model: OnnxModel, location: string): void {
  for (const { externalData } of model.graph.initializer) {
    for (const entry of externalData ?? []) if (entry.key === "location") entry.value = location;
  }
}

test("weights whose place leaves the model's folder are refused, whatever is there", async () => {
  const outside = ["../secret", "a/../../secret", "/etc/hostname", "C:\\secret", "\\\\server\\secret", ""];
  for (const location of outside) {
    const path = externalModel((model) => relocate(model, location));
    await assert.rejects(openModel(path, { store: newStore() }), {
      message: `openModel: invalid place of the weights of ${path}: ${JSON.stringify(location)}; expected a file in the folder of the model. Do not use models from people you do not trust.`,
    });
  }
});

test("weights behind a link are refused, and so is a folder in their place", async () => {
  const secret = join(folder, "secret");
  fs.writeFileSync(secret, Buffer.alloc(100_000));
  const linked = externalModel((model, place) => {
    fs.symlinkSync(secret, join(place, "link"));
    relocate(model, "link");
  });
  await assert.rejects(openModel(linked, { store: newStore() }), /link is a link; expected a file\./);
  const throughFolder = externalModel((model, place) => {
    fs.symlinkSync(folder, join(place, "data"));
    relocate(model, "data/secret");
  });
  await assert.rejects(openModel(throughFolder, { store: newStore() }), /data is a link; expected a file\./);
  const noFile = externalModel((model, place) => {
    fs.mkdirSync(join(place, "data"));
    relocate(model, "data");
  });
  await assert.rejects(openModel(noFile, { store: newStore() }), /data is no file; expected a file\./);
});

test("weights that are missing or cut short are named", async () => {
  const missing = externalModel((_, place) => fs.rmSync(join(place, "roberta.external.onnx_data")));
  const data = join(missing, "..", "roberta.external.onnx_data");
  await assert.rejects(openModel(missing, { store: newStore() }), {
    message: `openModel: missing weights of ${missing}: ${data}; expected the file beside the model. Download it too, or put both into one folder.`,
  });
  const short = externalModel((_, place) => fs.truncateSync(join(place, "roberta.external.onnx_data"), 5000));
  await assert.rejects(
    openModel(short, { store: newStore() }),
    /^Error: openModel: invalid weights of .*: tensor "t\d+": bytes \d+ to \d+ of 5000 in .*; expected \d+ bytes inside the file\./,
  );
});

test("other weights beside the same file are another model", async () => {
  const store = newStore();
  const path = externalModel(() => {});
  const before = await openModel(path, { store });
  const data = join(path, "..", "roberta.external.onnx_data");
  const bytes = fs.readFileSync(data);
  bytes[4001] ^= 1;
  fs.writeFileSync(data, bytes);
  const after = await openModel(path, { store });
  assert.equal(before.sha256, after.sha256);
  assert.notEqual(before.graph.key, after.graph.key);
});

test("an operator set that is too old or not known yet is named", async () => {
  for (const [version, message] of [
    [10, /unsupported operator set of .*model\.onnx: 10; expected 11 or later\. Export the model again/],
    [99, /openSession: failed loading of .*99.*; expected a graph that onnxruntime can run/s],
  ] as const) {
    const model = tinyModel("eager");
    model.opsetImport[0].version = version;
    const path = join(newFolder(), "model.onnx");
    fs.writeFileSync(path, encodeOnnx(model));
    await assert.rejects(openModel(path, { store: newStore() }), { message });
  }
});

test("ids of another model's tokenizer are named, not looked up beyond the embedding", async () => {
  const store = newStore();
  const model = await openModel(tinyPath("eager"), { store });
  const tokenizer = openTokenizer(TINY_TOKENIZER);
  const other = {
    ...tokenizer,
    encodeWords: (words: readonly string[]) => ({
      ids: [101, ...words.map(() => 49_407)],
      wordOfToken: [null, ...words.keys()],
    }),
  };
  const windows = wordWindows(TINY_WORDS, { nWords: 3 });
  const words = { model, store, words: TINY_WORDS, windows, readings: ["qkWord"] as const };
  const message = (where: string, id: number) =>
    `${where}: mismatched tokens: input_ids holds ${id}; expected 0 to 23, the rows of the model's embedding. Use the tokenizer of this model.`;
  await assert.rejects(extractWordActivations({ ...words, tokenizer: other }), {
    message: message("extractWordActivations", 101),
  });
  const inputs = captionTensors(["the bank"], { ...tokenizer, encode: () => [101, 24] }).inputs;
  await assert.rejects(extractActivations({ model, store, inputs, readings: ["qkMean"] }), {
    message: message("extractActivations", 101),
  });
});

test("a full disk is named, and what was finished before is kept", async (t) => {
  const [store, out] = [newStore(), join(newFolder(), "out")];
  const full = () => {
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  };
  const writing = t.mock.method(fs, "writeSync", full);
  const path = join(EXPORTED, "meter.ts-sdpa.onnx");
  await assert.rejects(
    openModel(path, { store }),
    /missing disk space for .*: the disk is full; expected room/,
  );
  writing.mock.restore();
  const model = await openModel(path, { store });
  assert.deepEqual(
    fs.readdirSync(store.folder).filter((name) => name.endsWith(".tmp")),
    [],
  );

  const stimulus = { model, store, inputs: meterPairs(4), readings: ["qkMean"] as const, batchSize: 2, out };
  let nFlushed = 0;
  const { fsyncSync } = fs;
  const flushing = t.mock.method(fs, "fsyncSync", (file: number) =>
    nFlushed++ < 1 ? fsyncSync(file) : full(),
  );
  await assert.rejects(writeActivations(stimulus), /missing disk space for .*1\.npy: the disk is full/);
  flushing.mock.restore();
  assert.deepEqual(fs.readdirSync(out), []);
  const progress: number[] = [];
  await writeActivations({ ...stimulus, onProgress: (done) => progress.push(done) });
  assert.deepEqual(progress, [2, 4]);
});

test("inputs that are missing, unknown or of another shape are named", async () => {
  const store = newStore();
  const model = await openModel(join(EXPORTED, "meter.ts-sdpa.onnx"), { store });
  const inputs = meterPairs(2);
  const extract = (changed: Record<string, (typeof inputs)[string]>, reading: ReadingName = "qkMean") =>
    extractActivations({ model, store, inputs: changed, readings: [reading] });
  const { attention_mask, ...noMask } = inputs;
  await assert.rejects(extract(noMask), {
    message:
      "extractActivations: missing inputs: attention_mask; expected pixel_values, input_ids, attention_mask. Give each input of the model, by its name.",
  });
  await assert.rejects(extract({ ...inputs, pixels: attention_mask }), /unknown inputs: pixels; expected/);
  const small = stepTensor(new Float32Array(2 * 3 * 4 * 4), [3, 4, 4]);
  await assert.rejects(extract({ ...inputs, pixel_values: small }), {
    message:
      "extractActivations: mismatched shape of pixel_values: 2 × 3 × 4 × 4; expected [2, 3, 8, 8]. Prepare the stimulus for this model.",
  });
  const empty = stepTensor(new BigInt64Array(12), [6]);
  await assert.rejects(extract({ ...inputs, attention_mask: empty }), {
    message:
      "extractActivations: invalid attention_mask of step 0: 0 0 0 0 0 0; expected 1 for tokens and 0 for padding, and at least one token. Leave out steps without text.",
  });
  await assert.rejects(extract(inputs, "qkWord"), {
    message:
      'extractActivations: invalid reading: "qkWord"; expected one of qkMean, clsQuery, qkDiagonal, headOutput, since ready inputs have no words. Read words with extractWordActivations.',
  });
  await assert.rejects(extract(inputs, "qkDiagonal"), {
    message:
      /^addNeuronOutputs: invalid reading qkDiagonal for cross-attention: .*; expected the same tokens on both sides\. Choose qkMean/,
  });
});

test("a folder of inputs that is empty, damaged or uneven is named", () => {
  const place = newFolder();
  assert.throws(
    () => openStepTensors(place),
    /missing inputs in .*: no \.npy; expected a file for each input/,
  );
  const header = (shape: string, descr = "<f4") =>
    `\x93NUMPY\x01\x00\x76\x00${`{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117)}\n`;
  const cases: [content: string, message: RegExp][] = [
    ["not numpy at all", /invalid start of .*pixel_values\.npy: "not nu"; expected the npy magic string/],
    [header("(2, 3)"), /invalid size of .*: 0 bytes of data; expected 2 × 3 × 4/],
    [header("(6,)"), /invalid shape of .*: \(6\); expected \[nSteps × …\], two axes or more/],
    [header("(2, 99999999999999)"), /invalid size of/],
    [header("(1, 1)", "|O"), /invalid element type of .*: \|O; expected <f4/],
  ];
  for (const [content, message] of cases) {
    fs.writeFileSync(join(place, "pixel_values.npy"), content, "latin1");
    assert.throws(() => openStepTensors(place), message);
  }
});
