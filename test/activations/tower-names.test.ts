import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { openModel } from "../../src/activations";
import { streamNames, type TowerNames } from "../../src/activations/tower-names";
import { openStore } from "../../src/store";
import { temporaryFolder, tinyPath } from "./tiny-models";

const ids = (name: string) => ({ name, elementType: 7, shape: ["batch", "tokens"], vocabulary: 24 });
const image = { name: "pixel_values", elementType: 1, shape: ["batch", 3, 8, 8], vocabulary: null };
const stream = (...inputs: string[]) => ({ inputs, queryWeights: "q", keyWeights: "k" });

test("streams are named by what they take: ids are text, images vision, masks are neither", () => {
  const inputs = [ids("input_ids"), ids("attention_mask"), image, ids("pixel_mask")];
  const streams = [stream("attention_mask", "input_ids"), stream("pixel_mask", "pixel_values")];
  assert.deepEqual(streamNames(streams, inputs, {}, "a.onnx"), ["text", "vision"]);
});

test("two streams of one kind are refused until the user names them", () => {
  const inputs = [ids("input_ids"), ids("decoder_input_ids")];
  const streams = [stream("input_ids"), stream("decoder_input_ids")];
  assert.throws(() => streamNames(streams, inputs, {}, "a.onnx"), {
    message:
      'openModel: ambiguous towers of a.onnx: input_ids and decoder_input_ids would both be "text"; expected one stream of text and one of images at most. Name them: openModel(path, { store, towers: { input_ids: "name-1", decoder_input_ids: "name-2" } }).',
  });
  assert.deepEqual(streamNames(streams, inputs, { decoder_input_ids: "decoder" }, "a.onnx"), [
    "text",
    "decoder",
  ]);
});

test("a stream of text and images in one is refused until the user names it", () => {
  const streams = [stream("input_ids", "pixel_values")];
  const inputs = [ids("input_ids"), image];
  assert.throws(
    () => streamNames(streams, inputs, {}, "a.onnx"),
    /ambiguous towers of a\.onnx: a stream takes input_ids \+ pixel_values; expected/,
  );
  assert.deepEqual(streamNames(streams, inputs, { pixel_values: "joint" }, "a.onnx"), ["joint"]);
});

test("a name for an input that the model does not have, or that is no name, is refused", () => {
  for (const given of [{ pixels: "image" }, { input_ids: "My tower" }] as TowerNames[]) {
    assert.throws(() => streamNames([stream("input_ids")], [ids("input_ids")], given, "a.onnx"), {
      message: `openModel: invalid tower ${JSON.stringify(given)} of a.onnx: expected one of input_ids with a name of lower-case letters, digits and hyphens. Name the inputs as the model does.`,
    });
  }
});

test("the user's names are those of towers and neurons", async () => {
  const store = openStore(join(temporaryFolder(), "store"));
  const { towers, neurons } = await openModel(tinyPath("two-streams"), {
    store,
    towers: { pixel_values: "film" },
  });
  assert.deepEqual(
    towers.map(({ name, keysFrom }) => `${name} ${keysFrom}`),
    ["text text", "film film", "fusion-text film"],
  );
  assert.equal(neurons[16].keysFrom, "film");
  assert.equal(neurons[16].depth, 2);
});
