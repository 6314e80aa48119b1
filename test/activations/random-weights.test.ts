import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { extractActivations, openModel, randomTwin } from "../../src/activations";
import { tensorChunks } from "../../src/activations/external-data";
import { decodeFloats, encodeFloats } from "../../src/activations/float-codec";
import { decodeOnnx, encodeOnnx, type OnnxTensor } from "../../src/activations/onnx-file";
import { openStore } from "../../src/store";
import { random } from "../../src/tensor";
import { EXPORTED, readyInputs, referencesOf } from "./exported-models";
import { relativeDifference } from "./relative-difference";
import { temporaryFolder, tinyModel, tinyPath } from "./tiny-models";

const folder = temporaryFolder();
const store = openStore(join(folder, "store"));

/** The weights of an edited graph, with the bytes of large ones, which stand beside it. */
const weightsOf = (path: string): Map<string, OnnxTensor> =>
  new Map(
    decodeOnnx(readFileSync(path), path).graph.initializer.map((tensor) => [
      tensor.name,
      { ...tensor, dims: tensor.dims, rawData: Buffer.concat([...tensorChunks(tensor, path)]) },
    ]),
  );
const floats = (tensor: OnnxTensor) => new Float32Array(new Uint8Array(tensor.rawData).buffer);

function moments(values: Float32Array): { mean: number; sd: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return { mean, sd: Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length) };
}

test("randomTwin redraws every weight with its tensor's own mean and SD, and nothing else", async () => {
  // A large embedding whose moments can be told, beside a scalar, a mask and integers, which are not learned.
  const model = tinyModel("eager");
  const words = model.graph.initializer.find(({ name }) => name === "words")!;
  const { normal } = random(5);
  words.dims = [4000, 8];
  words.rawData = Buffer.from(Float32Array.from({ length: 32_000 }, () => 3 + 0.5 * normal()).buffer);
  const kept: [name: string, dims: number[], dataType: number, data: ArrayBuffer][] = [
    ["scalar", [1], 1, new Float32Array([2.5]).buffer],
    ["mask", [1, 8], 1, new Float32Array(8).fill(-3.4e38).buffer],
    ["infinite mask", [8], 1, new Float32Array(8).fill(Number.NEGATIVE_INFINITY).buffer],
    ["position ids", [8], 7, new BigInt64Array(8).fill(3n).buffer],
  ];
  const path = join(folder, "large.onnx");
  writeFileSync(path, encodeOnnx(model));
  const opened = await openModel(path, { store });
  // Put in after the edit, which drops what no node reads.
  const graph = decodeOnnx(readFileSync(opened.graph.path), "graph");
  for (const [name, dims, dataType, data] of kept) {
    graph.graph.initializer.push({ name, dims, dataType, rawData: Buffer.from(data), floatData: [] });
  }
  const edited = join(folder, "edited");
  cpSync(dirname(opened.graph.path), edited, { recursive: true });
  const graphPath = join(edited, "graph.onnx");
  writeFileSync(graphPath, encodeOnnx(graph));
  const twin = await randomTwin({ ...opened, graph: { ...opened.graph, path: graphPath } }, 1, { store });

  const before = weightsOf(graphPath);
  const after = weightsOf(twin.graph.path);
  assert.deepEqual([...after.keys()], [...before.keys()]);
  const isDrawn = (name: string) => /^(words|positions|types|text)/.test(name);
  for (const [name, tensor] of before) {
    const isEqual = Buffer.from(tensor.rawData).equals(after.get(name)!.rawData);
    assert.equal(isEqual, !isDrawn(name), name);
    assert.deepEqual(after.get(name)!.dims, tensor.dims);
  }
  const { mean, sd } = moments(floats(after.get("words")!));
  // The standard errors of 32,000 draws are 0.0028 and 0.002.
  assert.ok(Math.abs(mean - 3) < 0.015, `${mean}`);
  assert.ok(Math.abs(sd - 0.5) < 0.01, `${sd}`);
});

test("a twin follows from its seed, tensor by tensor, and another seed gives another twin", async () => {
  const model = await openModel(tinyPath("eager"), { store });
  const [one, again, two] = [
    await randomTwin(model, 1, { store }),
    await randomTwin(model, 1, { store: openStore(join(folder, "elsewhere")) }),
    await randomTwin(model, 2, { store }),
  ];
  assert.deepEqual(readFileSync(one.graph.path), readFileSync(again.graph.path));
  const [first, second] = [weightsOf(one.graph.path), weightsOf(two.graph.path)];
  assert.notDeepEqual(first.get("words")!.rawData, second.get("words")!.rawData);
  // Tensors of one size do not share their draws.
  const standard = (name: string) => {
    const values = floats(first.get(name)!);
    const { mean, sd } = moments(values);
    return Array.from(values, (x) => ((x - mean) / sd).toFixed(3));
  };
  assert.notDeepEqual(standard("text.0.query.weight"), standard("text.0.key.weight"));
  assert.equal(one.name, "eager (random weights, seed 1)");
  assert.notEqual(one.graph.key, two.graph.key);
  assert.notEqual(one.graph.key, model.graph.key);
  assert.equal(one.neurons, model.neurons);
});

test("a tensor whose values stand in a typed field is redrawn as well", async () => {
  const model = tinyModel("eager");
  const types = model.graph.initializer.find(({ name }) => name === "types")!;
  types.floatData = Array.from(floats(types));
  // An empty field that is present would still count as the values.
  Reflect.deleteProperty(types, "rawData");
  const path = join(folder, "typed.onnx");
  writeFileSync(path, encodeOnnx(model));
  const plain = await randomTwin(await openModel(tinyPath("eager"), { store }), 1, { store });
  const typed = await randomTwin(await openModel(path, { store }), 1, { store });
  assert.deepEqual(
    floats(weightsOf(typed.graph.path).get("types")!),
    floats(weightsOf(plain.graph.path).get("types")!),
  );
});

/** A file of each architecture, and of each way to keep weights. */
const ONE_STYLE_EACH = [
  ...[
    "bert.ort-mha",
    "clip-text.ts-sdpa",
    "clip-text-half.half",
    "clip-vision.ort-attention",
    "clip.optimum",
  ],
  ...[
    "llama.dynamo-sdpa",
    "meter.attention-23",
    "roberta.external",
    "shared-keys.group-query",
    "vit.dynamo-eager",
  ],
].map((name) => `${name}.onnx`);

test("every architecture has a twin: other neurons, finite, for every reading", async () => {
  for (const file of ONE_STYLE_EACH) {
    const references = referencesOf(file);
    const model = await openModel(join(EXPORTED, file), { store });
    const twin = await randomTwin(model, 3, { store });
    const stimulus = { inputs: readyInputs(references), readings: ["qkMean", "headOutput"] as const, store };
    const real = await extractActivations({ ...stimulus, model });
    const random = await extractActivations({ ...stimulus, model: twin });
    for (const reading of stimulus.readings) {
      assert.ok(random[reading].data.every(Number.isFinite), `${file} ${reading}`);
      assert.ok(relativeDifference(random[reading].data, real[reading].data) > 0.1, `${file} ${reading}`);
    }
  }
});

test("a half-precision weight is redrawn to a half-precision weight of the same mean and SD", async () => {
  const model = await openModel(join(EXPORTED, "clip-text-half.half.onnx"), { store });
  const twin = await randomTwin(model, 1, { store });
  const [before, after] = [weightsOf(model.graph.path), weightsOf(twin.graph.path)];
  const [name] = [...before].find(([, { dataType, rawData }]) => dataType === 10 && rawData.length > 900)!;
  assert.equal(after.get(name)!.dataType, 10);
  const values = (tensor: OnnxTensor) => Float32Array.from(decodeFloats(tensor.rawData, 10));
  const [real, drawn] = [moments(values(before.get(name)!)), moments(values(after.get(name)!))];
  assert.notDeepEqual(before.get(name)!.rawData, after.get(name)!.rawData);
  // 480 draws: the standard errors of mean and SD are 5 and 3 % of the SD.
  assert.ok(Math.abs(drawn.mean - real.mean) < 0.2 * real.sd);
  assert.ok(Math.abs(drawn.sd / real.sd - 1) < 0.15);
});

test("halves are read and written as IEEE 754 says, all 65,536 of them", () => {
  const bytes = new Uint8Array(Uint16Array.from({ length: 65_536 }, (_, i) => i).buffer);
  for (const type of [10, 16]) {
    const values = decodeFloats(bytes, type);
    const again = decodeFloats(encodeFloats(values, type), type);
    // One by one: NaN is NaN, whatever bits it is written in.
    assert.deepEqual(Array.from(again), Array.from(values));
  }
  const [one, tiny, largest, third] = decodeFloats(
    encodeFloats(Float64Array.of(1, 2 ** -24, 65_504, 1 / 3), 10),
    10,
  );
  assert.deepEqual([one, tiny, largest, third], [1, 2 ** -24, 65_504, 0.333251953125]);
});

test("randomTwin names weights in double precision", async () => {
  const opened = await openModel(tinyPath("eager"), { store });
  const graph = decodeOnnx(readFileSync(opened.graph.path), "graph");
  const rawData = new Uint8Array(32);
  graph.graph.initializer.push({ name: "double", dims: [4], dataType: 11, rawData, floatData: [] });
  const path = join(folder, "double.onnx");
  writeFileSync(path, encodeOnnx(graph));
  await assert.rejects(
    randomTwin({ ...opened, graph: { ...opened.graph, path, key: "double" } }, 1, { store }),
    {
      message: `randomTwin: unsupported weights of ${path}: "double" is in double precision; expected float32 or a half. Export the model in float32.`,
    },
  );
});
