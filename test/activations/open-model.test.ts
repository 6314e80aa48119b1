import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { describeModel, openModel } from "../../src/activations";
import { encodeOnnx } from "../../src/activations/onnx-file";
import { openStore } from "../../src/store";
import { EXPORTED } from "./exported-models";
import { temporaryFolder, tinyModel, tinyPath } from "./tiny-models";

const folder = temporaryFolder();
const store = openStore(join(folder, "store"));

test("openModel lists the neurons of every layer, head and dimension in the order of the columns", async () => {
  const { towers, neurons } = await openModel(tinyPath("eager"), { store });
  assert.deepEqual(towers, [
    {
      name: "text",
      kind: "self",
      keysFrom: "text",
      isCausal: false,
      nLayers: 2,
      nHeads: 2,
      headDim: 4,
      firstNeuron: 0,
    },
  ]);
  assert.equal(neurons.length, 16);
  for (const { index, layer, head, dim, depth } of neurons) {
    assert.equal(index, (layer * 2 + head) * 4 + dim);
    assert.equal(depth, layer + 1);
  }
  assert.deepEqual(neurons[13], {
    index: 13,
    tower: "text",
    kind: "self",
    keysFrom: "text",
    layer: 1,
    depth: 2,
    head: 1,
    dim: 1,
  });
});

test("openModel keeps text, image and cross-attention apart", async () => {
  const { towers, neurons } = await openModel(tinyPath("two-streams"), { store });
  assert.deepEqual(
    towers.map(({ name, kind, keysFrom, firstNeuron }) => [name, kind, keysFrom, firstNeuron]),
    [
      ["text", "self", "text", 0],
      ["vision", "self", "vision", 8],
      ["fusion-text", "cross", "vision", 16],
    ],
  );
  assert.equal(neurons.length, 24);
});

test("openModel finds the file in a published folder and calls the model by the folder's name", async () => {
  for (const place of ["onnx", "."]) {
    const published = join(folder, `tiny-bert-${place.length}`);
    mkdirSync(join(published, place), { recursive: true });
    const file = join(published, place, "model.onnx");
    copyFileSync(tinyPath("sdpa"), file);
    const model = await openModel(published, { store });
    assert.equal(model.name, `tiny-bert-${place.length}`);
    assert.equal(model.path, file);
  }
});

test("openModel leaves the file as it is and knows it by its SHA-256", async () => {
  const bytes = readFileSync(tinyPath("eager"));
  const model = await openModel(tinyPath("eager"), { store });
  assert.deepEqual(readFileSync(tinyPath("eager")), bytes);
  assert.equal(model.sha256, createHash("sha256").update(bytes).digest("hex"));
});

test("a second openModel reads what the first one kept; a damaged graph is made again", async () => {
  const first = await openModel(tinyPath("eager"), { store });
  assert.deepEqual(await openModel(tinyPath("eager"), { store }), first);
  const graph = readFileSync(first.graph.path);
  const messages: string[] = [];
  writeFileSync(first.graph.path, graph.subarray(100));
  const watched = openStore(store.folder, { onMessage: (message) => messages.push(message) });
  await openModel(tinyPath("eager"), { store: watched });
  assert.deepEqual(readFileSync(first.graph.path), graph);
  assert.match(messages[0], /^product: damaged .*neuron-graph/);
});

test("describeModel says what a person would draw", async () => {
  const meter = describeModel(await openModel(join(EXPORTED, "meter.ts-sdpa.onnx"), { store }));
  assert.deepEqual(meter.split("\n").slice(0, 4), [
    "meter.ts-sdpa: 144 attention neurons",
    "  input_ids    ─▶ text [2 × self] ─▶ fusion-text [2 × self, cross ◀ fusion-vision]",
    "  pixel_values ─▶ vision [2 × self] ─▶ fusion-vision [2 × self, cross ◀ fusion-text]",
    "  text, self-attention: 2 layers × 3 heads × 4 dimensions = 24 neurons",
  ]);
  const text = describeModel(await openModel(tinyPath("two-streams"), { store }));
  assert.match(text, /^two-streams: 24 attention neurons\n/);
  assert.match(text, /\n {2}text, self-attention: 1 layer × 2 heads × 4 dimensions = 8 neurons\n/);
  assert.match(text, /\n {2}fusion-text, cross-attention to vision: 1 layer × 2 heads /);
  assert.match(text, /\n {2}reads input_ids \[batch, tokens\], .*pixel_values \[batch, 3, 8, 8\]\n/);
});

test("openModel names a model that is missing, and where it looked", async () => {
  const empty = join(folder, "empty");
  mkdirSync(empty);
  await assert.rejects(openModel(empty, { store }), {
    message: `openModel: missing model: ${empty}; expected one of ${join(empty, "onnx", "model.onnx")}, ${join(empty, "model.onnx")}. Pass an .onnx file or the folder of a model published in ONNX.`,
  });
  await assert.rejects(openModel(join(folder, "none.onnx"), { store }), /openModel: missing model/);
});

test("openModel names a file that is no ONNX, is cut short, or has no attention", async () => {
  const bad = join(folder, "bad.onnx");
  const cases: [content: Uint8Array, message: RegExp][] = [
    [Buffer.from("not a model"), /^decodeOnnx: invalid model file .*bad\.onnx: /],
    [readFileSync(tinyPath("eager")).subarray(0, 20_000), /^decodeOnnx: invalid model file .*bad\.onnx: /],
    [
      encodeOnnx({ ...tinyModel("eager"), graph: { ...tinyModel("eager").graph, node: [] } }),
      /^findAttention: missing attention in .*bad\.onnx: 0 nodes, of which 0 Softmax; expected/,
    ],
  ];
  for (const [content, message] of cases) {
    writeFileSync(bad, content);
    await assert.rejects(openModel(bad, { store }), { message });
  }
  rmSync(bad);
});

test("openModel names an operator that onnxruntime cannot run", async () => {
  const model = tinyModel("eager");
  model.graph.node.find(({ opType }) => opType === "Relu")!.opType = "Unheard";
  const path = join(folder, "unheard.onnx");
  writeFileSync(path, encodeOnnx(model));
  await assert.rejects(openModel(path, { store }), {
    message: /^openSession: failed loading of .*: .*Unheard.*; expected a graph that onnxruntime can run\./s,
  });
});
