import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  captionTensors,
  extractActivations,
  extractWordActivations,
  frameTensor,
  type Model,
  openModel,
  openStepTensors,
  openTokenizer,
  type ReadingName,
  randomTwin,
  type StepTensor,
  stepTensor,
  writeActivations,
} from "../../src/activations";
import type { FrameSource, Preprocessing } from "../../src/stimuli";
import { openStore } from "../../src/store";
import { decodeNpy, matrix, row, selectRows } from "../../src/tensor";
import { EXPORTED, meterPairs, readyInputs, referencesOf } from "./exported-models";
import { relativeDifference } from "./relative-difference";
import { TINY_TOKENIZER, temporaryFolder, tinyPath } from "./tiny-models";

const folder = temporaryFolder();
let nStores = 0;
const newStore = () => openStore(join(folder, `store ${nStores++}`));
const openMeter = (store = newStore()): Promise<Model> =>
  openModel(join(EXPORTED, "meter.ts-sdpa.onnx"), { store });

const npy = (values: Float32Array | BigInt64Array, shape: number[]) => {
  const descr = values instanceof Float32Array ? "<f4" : "<i8";
  const fields = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`;
  const header = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${fields.padEnd(117)}\n`, "latin1");
  header.writeUInt16LE(118, 8);
  return Buffer.concat([header, Buffer.from(values.buffer)]);
};

test("a pair's neurons are the same alone and in a batch with longer texts", async () => {
  const model = await openMeter();
  const stimulus = { model, inputs: meterPairs(6), readings: ["qkMean", "clsQuery"] as ReadingName[] };
  const alone = await extractActivations({ ...stimulus, store: newStore(), batchSize: 1 });
  const together = await extractActivations({ ...stimulus, store: newStore(), batchSize: 4 });
  for (const reading of stimulus.readings) {
    assert.deepEqual(alone[reading].shape, [6, 144]);
    // Another shape of the products may round the last bits differently.
    assert.ok(relativeDifference(together[reading].data, alone[reading].data) < 1e-6, reading);
  }
});

test("captions read as ready tensors have the neurons of the same words read in windows", async () => {
  const store = newStore();
  const model = await openModel(tinyPath("eager"), { store });
  const tokenizer = openTokenizer(TINY_TOKENIZER);
  const texts = ["Alice was sitting", "the bank", "her sister was very tired of the bank"];
  const { inputs, truncated } = captionTensors(texts, tokenizer);
  assert.deepEqual(truncated, []);
  const readings = ["qkMean", "clsQuery"] as const;
  const captions = await extractActivations({ model, store, inputs, readings });
  const words = texts.flatMap((text) => text.split(" ").map((word) => ({ text: word })));
  const windows = [
    { first: 0, last: 2 },
    { first: 3, last: 4 },
    { first: 5, last: 12 },
  ];
  const inWindows = await extractWordActivations({ model, tokenizer, words, windows, readings, store });
  for (const reading of readings) assert.deepEqual(captions[reading], inWindows[reading]);
});

test("a caption longer than the model takes is cut before its last special token, and told", () => {
  const tokenizer = openTokenizer(TINY_TOKENIZER);
  const text = "Alice was beginning to get very tired";
  const whole = tokenizer.encode(text);
  const { inputs, truncated } = captionTensors(["the bank", text], tokenizer, { maxTokens: 5 });
  assert.deepEqual(truncated, [1]);
  const ids = Array.from(inputs.input_ids.read([1]) as BigInt64Array, Number);
  assert.deepEqual(ids, [...whole.slice(0, 4), whole.at(-1)]);
});

test("an attention mask that the exporter dropped is an input again and hides padding", async () => {
  for (const architecture of ["bert", "clip-text"]) {
    const files = ["no-mask", "ts-eager"].map((style) => `${architecture}.${style}.onnx`);
    const [dropped, kept] = await Promise.all(
      files.map(async (file) => {
        const store = newStore();
        const model = await openModel(join(EXPORTED, file), { store });
        const inputs = readyInputs(referencesOf(file));
        return (await extractActivations({ model, store, inputs, readings: ["qkMean"] })).qkMean;
      }),
    );
    assert.ok(relativeDifference(dropped.data, kept.data) < 1e-6, architecture);
  }
});

test("causal attention may be stated instead of found", async () => {
  const store = newStore();
  const file = "bert.ts-eager.onnx";
  const plain = await openModel(join(EXPORTED, file), { store });
  const stated = await openModel(join(EXPORTED, file), { store, causal: ["input_ids"] });
  assert.deepEqual([plain.towers[0].isCausal, stated.towers[0].isCausal], [false, true]);
  assert.notEqual(plain.graph.key, stated.graph.key);
  const text = await openModel(join(EXPORTED, "clip-text.ts-eager.onnx"), { store, causal: [] });
  assert.equal(text.towers[0].isCausal, false);
});

test("inputs that stand ready as .npy are read step by step and give the same neurons", async () => {
  const model = await openMeter();
  const inputs = meterPairs(4);
  const ready = join(folder, "ready");
  mkdirSync(ready);
  const every = [0, 1, 2, 3];
  for (const [name, tensor] of Object.entries(inputs)) {
    writeFileSync(join(ready, `${name}.npy`), npy(await tensor.read(every), [4, ...tensor.dims]));
  }
  const opened = openStepTensors(ready);
  assert.deepEqual(Object.keys(opened).sort(), Object.keys(inputs).sort());
  const store = newStore();
  const fromFiles = await extractActivations({ model, store, inputs: opened, readings: ["qkMean"] });
  const fromMemory = await extractActivations({ model, store, inputs, readings: ["qkMean"] });
  assert.deepEqual(fromFiles, fromMemory);
});

test("frames are decoded batch by batch, in the order of the steps, and their preprocessing is part of the key", async () => {
  const decoded: number[][] = [];
  const frames: FrameSource = {
    source: "film",
    names: ["0", "1", "2"],
    sha256: "of the film",
    async *read(indices) {
      decoded.push([...indices]);
      for (const index of indices) yield { width: 8, height: 8, data: new Uint8Array(192).fill(40 * index) };
    },
  };
  const preprocessing: Preprocessing = {
    ...{
      source: "a",
      resize: { height: 8, width: 8 },
      resample: "bicubic",
      crop: null,
      cropRounding: "down",
    },
    ...{ rescaleFactor: 1 / 255, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  };
  const store = newStore();
  const model = await openModel(join(EXPORTED, "vit.ts-sdpa.onnx"), { store });
  const pixels = frameTensor(frames, preprocessing, [2, 0, 1, 2]);
  const read = async (pixel_values: StepTensor) =>
    (await extractActivations({ model, store, inputs: { pixel_values }, readings: ["qkMean"], batchSize: 2 }))
      .qkMean;
  const film = await read(pixels);
  assert.deepEqual(decoded, [
    [2, 0],
    [1, 2],
  ]);
  assert.deepEqual(row(film, 0), row(film, 3));
  const values = (frame: number) =>
    Float32Array.from({ length: 192 }, () => ((40 * frame) / 255 - 0.5) / 0.5);
  const ready = Float32Array.from([2, 0, 1, 2].flatMap((frame) => Array.from(values(frame))));
  assert.ok(relativeDifference(film.data, (await read(stepTensor(ready, [3, 8, 8]))).data) < 1e-6);

  const moved = frameTensor(frames, { ...preprocessing, source: "b" }, [2, 0, 1, 2]);
  const other = frameTensor(frames, { ...preprocessing, resample: "bilinear" }, [2, 0, 1, 2]);
  assert.equal(moved.key, pixels.key);
  assert.notEqual(other.key, pixels.key);
});

test("a written folder holds what extractActivations returns, a line for each column, and a manifest", async () => {
  const store = newStore();
  const model = await openMeter(store);
  const out = join(folder, "out");
  const stimulus = { model, store, inputs: meterPairs(6), readings: ["qkMean"] as const, batchSize: 4 };
  const manifest = await writeActivations({ ...stimulus, out });
  const { qkMean } = await extractActivations(stimulus);
  assert.deepEqual(decodeNpy(readFileSync(join(out, "activations.npy")), "activations.npy"), qkMean);
  const lines = readFileSync(join(out, "neurons.tsv"), "utf8").trimEnd().split("\n");
  assert.equal(lines[0], "index\ttower\tkind\tkeysFrom\tlayer\tdepth\thead\tdim");
  assert.equal(lines.length, 1 + 144);
  assert.equal(lines[144], "143\tfusion-vision\tcross\tfusion-text\t1\t4\t2\t3");
  assert.deepEqual(JSON.parse(readFileSync(join(out, "manifest.json"), "utf8")), manifest);
  assert.deepEqual([manifest.nSteps, manifest.nNeurons, manifest.reading], [6, 144, "qkMean"]);
  assert.deepEqual(readdirSync(out).sort(), ["activations.npy", "manifest.json", "neurons.tsv"]);

  const onProgress = () => assert.fail("nothing is left to do");
  assert.deepEqual(await writeActivations({ ...stimulus, out, onProgress }), manifest);
});

test("another model, stimulus, reading or batch size is another key, and a damaged folder is written again", async () => {
  const store = newStore();
  const model = await openMeter(store);
  const stimulus = {
    model,
    store,
    inputs: meterPairs(2),
    readings: ["qkMean"] as ReadingName[],
    batchSize: 2,
  };
  const changes = [
    {},
    { model: await randomTwin(model, 1, { store }) },
    { inputs: meterPairs(4) },
    { readings: ["clsQuery"] as ReadingName[] },
    { batchSize: 1 },
  ];
  const out = join(folder, "changing");
  const keys = new Set<string>();
  for (const change of changes) keys.add((await writeActivations({ ...stimulus, ...change, out })).key);
  assert.equal(keys.size, changes.length);

  const file = join(out, "activations.npy");
  const bytes = readFileSync(file);
  const damaged = Buffer.from(bytes);
  damaged[200] ^= 1;
  writeFileSync(file, damaged);
  await writeActivations({ ...stimulus, batchSize: 1, out });
  assert.deepEqual(readFileSync(file), bytes);
});

function startChild(...args: string[]): ChildProcess {
  const script = join(__dirname, "write-pairs.ts");
  const options = ["--require", "tsx/cjs", "--conditions=import"];
  return spawn(process.execPath, [...options, script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
}

test("a written folder whose writer was killed is finished from its last batch, with the same bytes", async () => {
  const [storeFolder, out, whole] = ["killed-store", "killed", "not-killed"].map((name) =>
    join(folder, name),
  );
  const child = startChild(storeFolder, out);
  await once(child.stdout!, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.ok(!existsSync(join(out, "manifest.json")) && !existsSync(join(out, "activations.npy")));

  const store = openStore(storeFolder);
  const stimulus = { inputs: meterPairs(8), readings: ["qkMean"] as const, batchSize: 2 };
  const files: string[] = [];
  const batches = () => readdirSync(storeFolder).find((name) => name.endsWith(".batches"));
  files.push(...readdirSync(join(storeFolder, batches()!)));
  assert.deepEqual(files.sort(), ["0.npy", "1.npy"]);
  await writeActivations({ ...stimulus, store, model: await openMeter(store), out });
  const other = newStore();
  await writeActivations({ ...stimulus, store: other, model: await openMeter(other), out: whole });
  for (const file of ["activations.npy", "neurons.tsv", "manifest.json"]) {
    assert.deepEqual(readFileSync(join(out, file)), readFileSync(join(whole, file)), file);
  }
  assert.deepEqual(readdirSync(out).sort(), readdirSync(whole).sort());
  assert.equal(batches(), undefined);
});

test("rows follow the steps, whatever the order in which texts of unlike length are read", async () => {
  const store = newStore();
  const model = await openModel(join(EXPORTED, "roberta.ts-sdpa.onnx"), { store });
  const ids = [
    [3, 7, 2, 1, 1, 1],
    [3, 7, 9, 19, 11, 2],
    [3, 5, 8, 2, 1, 1],
  ];
  const tensors = (rows: number[][]) => ({
    input_ids: stepTensor(BigInt64Array.from(rows.flat(), BigInt), [6]),
    attention_mask: stepTensor(
      BigInt64Array.from(rows.flat(), (id) => BigInt(id !== 1)),
      [6],
    ),
  });
  const read = async (rows: number[][], batchSize: number) =>
    (await extractActivations({ model, store, inputs: tensors(rows), readings: ["qkMean"], batchSize }))
      .qkMean;
  const forwards = await read(ids, 1);
  const backwards = await read([...ids].reverse(), 1);
  assert.deepEqual(selectRows(backwards, [2, 1, 0]), forwards);
  const together = await read(ids, 3);
  for (let t = 0; t < 3; t++) assert.ok(relativeDifference(row(together, t), row(forwards, t)) < 1e-6);
  assert.ok(relativeDifference(row(forwards, 0), row(forwards, 1)) > 0.01);
  assert.deepEqual(matrix(together.data, together.shape), together);
});
