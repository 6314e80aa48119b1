import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { captionTensors, frameTensor, openTokenizer, stimulusTensors } from "../../src/activations";
import { type FrameSource, readPreprocessing } from "../../src/stimuli";
import { TINY_TOKENIZER, temporaryFolder } from "./tiny-models";

const folder = temporaryFolder();
const SETTINGS = JSON.stringify({
  image_processor_type: "ViTImageProcessor",
  ...{ do_resize: true, size: { height: 4, width: 4 }, resample: 3, do_rescale: true },
  ...{ do_normalize: true, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] },
});
const frames: FrameSource = {
  source: "two frames",
  names: ["0", "1"],
  sha256: "two frames",
  async *read(indices) {
    for (const index of indices) {
      yield { width: 4, height: 4, data: new Uint8Array(4 * 4 * 3).fill(100 * index) };
    }
  },
};
const captions = [
  "Alice was sitting",
  "Alice was beginning to get very tired of sitting by her sister on the bank",
];

test("stimulusTensors prepares frames and captions as the files beside the model say", async () => {
  const model = join(folder, "beside");
  mkdirSync(model);
  writeFileSync(join(model, "preprocessor_config.json"), SETTINGS);
  copyFileSync(TINY_TOKENIZER, join(model, "tokenizer.json"));
  copyFileSync(join(TINY_TOKENIZER, "..", "tokenizer_config.json"), join(model, "tokenizer_config.json"));
  const { inputs, truncated } = stimulusTensors(model, { frames, captions, frameOfStep: [1, 0] });
  const preprocessing = readPreprocessing(Buffer.from(SETTINGS), "settings");
  const pixels = frameTensor(frames, preprocessing, [1, 0]);
  const text = captionTensors(captions, openTokenizer(join(model, "tokenizer.json")));
  assert.deepEqual(Object.keys(inputs), ["pixel_values", "input_ids", "attention_mask"]);
  assert.equal(inputs.pixel_values.key, pixels.key);
  assert.deepEqual(await inputs.pixel_values.read([0]), await pixels.read([0]));
  assert.equal(inputs.input_ids.key, text.inputs.input_ids.key);
  assert.deepEqual([truncated, text.truncated], [[1], [1]]);
  // A file's folder, and the folder above it, serve as well as the folder itself.
  mkdirSync(join(model, "onnx"));
  const deeper = stimulusTensors({ path: join(model, "onnx", "model.onnx") }, { captions });
  assert.equal(deeper.inputs.input_ids.key, inputs.input_ids.key);
  assert.deepEqual(Object.keys(deeper.inputs), ["input_ids", "attention_mask"]);
});

test("stimulusTensors says which file is missing beside the model, and that something has to be shown", () => {
  const model = join(folder, "alone", "model.onnx");
  assert.throws(() => stimulusTensors(model, { captions }), {
    message: `stimulusTensors: missing tokenizer.json of ${model}: not in ${join(folder, "alone")} nor above it; expected it beside the model. Download it from the place the model is from, or prepare the inputs yourself.`,
  });
  assert.throws(() => stimulusTensors(model, { frames }), /missing preprocessor_config\.json of/);
  assert.throws(() => stimulusTensors(model, {}), {
    message:
      "stimulusTensors: missing stimulus: neither frames nor captions; expected one of them, or pairs. Pass what the model takes (describeModel).",
  });
});
