import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { findAttention } from "../../src/activations/attention-graph";
import { addNeuronOutputs, type StreamWeights } from "../../src/activations/neuron-outputs";
import { encodeOnnx, type OnnxModel } from "../../src/activations/onnx-file";
import { type Feeds, openSession } from "../../src/activations/session";
import { relativeDifference } from "./relative-difference";
import { STYLES, type Style, temporaryFolder, tinyModel, tinyReference } from "./tiny-models";

const folder = temporaryFolder();
const MEANS = { statistic: "product", isCausal: () => false } as const;
const floats = (values: number[], dims: number[]) => ({ data: Float32Array.from(values), dims });
const integers = (values: number[], dims: number[]) => ({ data: BigInt64Array.from(values, BigInt), dims });

/** The two texts (and images) of the reference, without token weights. */
function stimulus(style: Style): Feeds {
  const { ids, mask, pixels } = tinyReference(style);
  const dims = [2, 6];
  return {
    input_ids: integers(ids.flat(), dims),
    attention_mask: integers(mask.flat(), dims),
    token_type_ids: integers(
      ids.flat().map(() => 0),
      dims,
    ),
    ...(pixels && { pixel_values: floats(pixels.flat(3), [2, 3, 8, 8]) }),
  };
}

/** The edited graph's outputs, one an attention. */
async function runNeurons(
  model: OnnxModel,
  style: Style,
  weights: (stream: StreamWeights) => Feeds,
): Promise<{ data: Float32Array; dims: readonly number[] }[]> {
  const { streams, outputs } = addNeuronOutputs(model, findAttention(model, style), MEANS);
  const path = join(folder, `${style}.onnx`);
  writeFileSync(path, encodeOnnx(model));
  const session = await openSession(path);
  const results = await session.run(Object.assign(stimulus(style), ...streams.map(weights)));
  await session.close();
  return outputs.map(({ tensor }) => results[tensor]);
}

for (const style of STYLES) {
  test(`the neurons of the ${style} graph are those of numpy in float64, for three readings in one pass`, async () => {
    const { queryWeights, keyWeights, neurons } = tinyReference(style);
    const outputs = await runNeurons(tinyModel(style), style, (stream) =>
      stream.inputs.includes("input_ids")
        ? {
            [stream.queryWeights]: floats(queryWeights.flat(2), [2, 3, 6]),
            [stream.keyWeights]: floats(keyWeights.flat(2), [2, 3, 6]),
          }
        : {
            // One weight stands for all tokens of a stream.
            [stream.queryWeights]: floats(Array(6).fill(1), [2, 3, 1]),
            [stream.keyWeights]: floats(Array(6).fill(1), [2, 3, 1]),
          },
    );
    assert.equal(outputs.length, neurons.length);
    for (const [i, { data, dims }] of outputs.entries()) {
      assert.deepEqual([...dims], [2, 3, 2, 4]);
      // Float32 through two layers of width 8: rounding is about 1e-7 a step.
      const difference = relativeDifference(data, neurons[i].flat(3));
      assert.ok(difference < 1e-5, `attention ${i}: ${difference}`);
    }
  });
}

test("the neurons of a head sum to √d times its mean unmasked logit", async () => {
  const { mask } = tinyReference("eager");
  const weights = floats(mask.flat(), [2, 1, 6]);
  const outputs = await runNeurons(tinyModel("eager"), "eager", ({ queryWeights, keyWeights }) => ({
    [queryWeights]: weights,
    [keyWeights]: weights,
  }));

  // The logits themselves, from the graph as it was exported: the product under each attention's Softmax.
  const model = tinyModel("eager");
  const attentions = findAttention(model, "eager");
  model.graph.output = attentions.map(({ query, key }) => {
    const product = model.graph.node.find(
      ({ opType, input }) => opType === "MatMul" && input[0] === query.tensor && input[1] === key.tensor,
    );
    return { name: product!.output[0], type: { tensorType: { elemType: 1 } } };
  });
  const path = join(folder, "logits.onnx");
  writeFileSync(path, encodeOnnx(model));
  const session = await openSession(path);
  const logits = await session.run(stimulus("eager"));
  await session.close();

  for (const [i, { name }] of model.graph.output.entries()) {
    for (let b = 0; b < 2; b++) {
      for (let head = 0; head < 2; head++) {
        const isKept = (n: number) => mask[b][n] > 0;
        const at = (b * 2 + head) * 36;
        const products = Array.from(logits[name].data.subarray(at, at + 36)).filter(
          (_, nm) => isKept(Math.floor(nm / 6)) && isKept(nm % 6),
        );
        const meanLogit = products.reduce((sum, x) => sum + x / Math.sqrt(4), 0) / products.length;
        const first = (b * 2 + head) * 4;
        const sum = outputs[i].data.subarray(first, first + 4).reduce((total, a) => total + a, 0);
        // Sums of at most 36 float32 products.
        assert.ok(Math.abs(sum / Math.sqrt(4) - meanLogit) < 1e-5 * Math.max(1, Math.abs(meanLogit)));
      }
    }
  }
});

test("addNeuronOutputs returns neurons alone and drops what only the original outputs needed", () => {
  const model = tinyModel("eager");
  const before = model.graph.initializer.map(({ name }) => name);
  const { outputs } = addNeuronOutputs(model, findAttention(model, "eager"), MEANS);
  assert.deepEqual(
    model.graph.output.map(({ name }) => name),
    outputs.map(({ tensor }) => tensor),
  );
  const kept = new Set(model.graph.initializer.map(({ name }) => name));
  const dropped = before.filter((name) => !kept.has(name));
  for (const name of ["text.1.value.weight", "text.1.down.weight", "pool.weight"]) {
    assert.ok(dropped.includes(name), name);
  }
  assert.ok(dropped.every((name) => !/^text\.0|query|key|words/.test(name)));
});

test("token weights that sum to 0 give NaN, not a number that looks like one", async () => {
  const outputs = await runNeurons(tinyModel("eager"), "eager", ({ queryWeights, keyWeights }) => ({
    [queryWeights]: floats(Array(12).fill(0), [2, 1, 6]),
    [keyWeights]: floats(Array(12).fill(1), [2, 1, 6]),
  }));
  assert.ok(outputs.every(({ data }) => data.every(Number.isNaN)));
});
