import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import {
  captionTensors,
  extractActivations,
  neuronTokens,
  openModel,
  openTokenizer,
  randomTwin,
  stepTensor,
} from "../../src/activations";
import { openStore } from "../../src/store";
import { row } from "../../src/tensor";
import { EXPORTED, exportedFiles, readyInputs, referencesOf } from "./exported-models";
import { TINY_TOKENIZER, temporaryFolder, tinyPath } from "./tiny-models";

const folder = temporaryFolder();
const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

for (const file of exportedFiles()) {
  test(`${file}: the queries and keys of a neuron's tokens make the value that extractActivations gives`, async () => {
    const store = openStore(join(folder, file));
    const model = await openModel(join(EXPORTED, file), { store });
    const inputs = readyInputs(referencesOf(file));
    const { qkMean } = await extractActivations({ model, store, inputs, readings: ["qkMean"] });
    for (const { name, kind, keysFrom, firstNeuron, nHeads, headDim, nLayers, isCausal } of model.towers) {
      const place = { tower: name, kind, layer: nLayers - 1, head: nHeads - 1, dim: 1 };
      const step = 1;
      const tokens = await neuronTokens(place, { model, inputs, step, store });
      const index = firstNeuron + (nLayers * nHeads - 1) * headDim + 1;
      assert.equal(tokens.neuron, model.neurons[index]);
      assert.equal(tokens.isCausal, isCausal);
      // The graph averages in float32, here in float64; the largest neuron sets what rounding is.
      const largest = Math.max(...row(qkMean, step).map(Math.abs));
      const where = `${name} ${kind} ${keysFrom}`;
      assert.ok(Math.abs(tokens.value - row(qkMean, step)[index]) < 1e-6 * largest, where);
      if (isCausal) continue;
      assert.equal(tokens.value, mean(tokens.query) * mean(tokens.key), where);
    }
  });
}

test("tokens of padding do not count, wherever other captions make a text longer", async () => {
  const store = openStore(join(folder, "padding"));
  const model = await openModel(tinyPath("eager"), { store });
  const tokenizer = openTokenizer(TINY_TOKENIZER);
  const place = { tower: "text", kind: "self" as const, layer: 1, head: 1, dim: 2 };
  const read = (texts: string[], step: number) =>
    neuronTokens(place, { model, store, step, inputs: captionTensors(texts, tokenizer).inputs });
  const short = "the bank";
  const alone = await read([short], 0);
  const padded = await read(["Alice was sitting by her sister", short], 1);
  assert.equal(alone.query.length, tokenizer.encode(short).length);
  assert.deepEqual(padded, alone);
  assert.deepEqual(Array.from(alone.keyTokens), Array.from(tokenizer.encode(short).keys()));

  // Padding in front shifts the tokens that are left.
  const ids = tokenizer.encode(short);
  const inFront = await neuronTokens(place, {
    ...{ model, store, step: 0 },
    inputs: {
      input_ids: stepTensor(BigInt64Array.from([0, ...ids], BigInt), [ids.length + 1]),
      attention_mask: stepTensor(BigInt64Array.from([0, ...ids.map(() => 1)], BigInt), [ids.length + 1]),
    },
  });
  assert.deepEqual(
    Array.from(inFront.queryTokens),
    ids.map((_, i) => i + 1),
  );
});

test("a twin with random weights has queries and keys of its own, which make its own values", async () => {
  const store = openStore(join(folder, "twin"));
  const published = await openModel(join(EXPORTED, "vit.ts-sdpa.onnx"), { store });
  const model = await randomTwin(published, 3, { store });
  const inputs = readyInputs(referencesOf("vit.ts-sdpa.onnx"));
  const { qkMean } = await extractActivations({ model, store, inputs, readings: ["qkMean"] });
  const options = { inputs, step: 0, store };
  const { neuron, value } = await neuronTokens(model.neurons[3], { model, ...options });
  const drawn = row(qkMean, 0);
  assert.ok(Math.abs(value - drawn[neuron.index]) < 1e-6 * Math.max(...drawn.map(Math.abs)));
  assert.notEqual(value, (await neuronTokens(published.neurons[3], { model: published, ...options })).value);
});

test("a neuron or a step that is not there is refused by name", async () => {
  const store = openStore(join(folder, "refused"));
  const model = await openModel(tinyPath("eager"), { store });
  const { inputs } = captionTensors(["the bank"], openTokenizer(TINY_TOKENIZER));
  const place = { tower: "text", kind: "self" as const, layer: 2, head: 0, dim: 0 };
  await assert.rejects(neuronTokens(place, { model, inputs, step: 0, store }), {
    message:
      "neuronTokens: unknown neuron: text self, layer 2, head 0, dimension 0; expected one of text self (2 layers × 2 heads × 4 dimensions). Count layers, heads and dimensions from 0.",
  });
  await assert.rejects(neuronTokens(model.neurons[0], { model, inputs, step: 1, store }), {
    message: "neuronTokens: invalid step: 1; expected 0 to 0. Count the steps of the stimulus from 0.",
  });
});
