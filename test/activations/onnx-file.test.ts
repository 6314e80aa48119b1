import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { attributeOf, decodeOnnx, encodeOnnx, toNumber } from "../../src/activations/onnx-file";
import { openSession } from "../../src/activations/session";
import { STYLES, temporaryFolder, tinyModel, tinyPath, tinyReference } from "./tiny-models";

test("a model that is read and written is the same model, unread fields included", async () => {
  const copy = join(temporaryFolder(), "copy.onnx");
  const model = tinyModel("eager");
  writeFileSync(copy, encodeOnnx(model));
  // The schema does not know an attribute's float: without the LayerNormalization's epsilon the output would differ.
  assert.ok(model.graph.node.some((node) => attributeOf(node, "epsilon")));
  const { ids, mask } = tinyReference("eager");
  const integers = (values: number[]) => ({ data: BigInt64Array.from(values, BigInt), dims: [2, 6] });
  const feeds = {
    input_ids: integers(ids.flat()),
    attention_mask: integers(mask.flat()),
    token_type_ids: integers(ids.flat().map(() => 0)),
  };
  const results = [];
  for (const path of [tinyPath("eager"), copy]) {
    const session = await openSession(path);
    results.push(await session.run(feeds));
    await session.close();
  }
  assert.deepEqual(results[0], results[1]);
});

test("writing twice gives the same bytes, of the same length as the original", () => {
  for (const style of STYLES) {
    const bytes = encodeOnnx(tinyModel(style));
    assert.deepEqual(bytes, encodeOnnx(decodeOnnx(bytes, "copy")));
    // Only the order of fields may change.
    assert.equal(bytes.length, readFileSync(tinyPath(style)).length, style);
  }
});

test("decodeOnnx names a file that is no ONNX model", () => {
  for (const text of ["", "<!DOCTYPE html><html>not found</html>", '{"model_type": "bert"}', "\x08\x08"]) {
    assert.throws(() => decodeOnnx(Buffer.from(text), "model.onnx"), {
      message:
        /^decodeOnnx: invalid model file model\.onnx: .*; expected an ONNX file \(a ModelProto with a graph\)\. Download or export the model again\.$/,
    });
  }
});

test("decodeOnnx knows a Git LFS pointer and says how to get the file", () => {
  const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 90387630\n";
  assert.throws(() => decodeOnnx(Buffer.from(pointer), "model.onnx"), {
    message:
      'decodeOnnx: invalid model file model.onnx: it is a Git LFS pointer, not the file itself; expected an ONNX file (a ModelProto with a graph). Fetch the file with "git lfs pull".',
  });
});

test("decodeOnnx refuses a file cut short, wherever it was cut", () => {
  const bytes = readFileSync(tinyPath("eager"));
  for (let length = 0; length < bytes.length; length += 97) {
    assert.throws(
      () => decodeOnnx(bytes.subarray(0, length), "model.onnx"),
      /decodeOnnx: invalid model file model\.onnx: /,
      `${length} bytes`,
    );
  }
});

test("decodeOnnx names a weight whose bytes do not fit its shape", () => {
  const model = tinyModel("eager");
  const [weights] = model.graph.initializer;
  const { length } = weights.rawData;
  weights.rawData = weights.rawData.subarray(4);
  const dims = weights.dims.map(toNumber).join(" × ");
  assert.throws(() => decodeOnnx(encodeOnnx(model), "model.onnx"), {
    message: `decodeOnnx: invalid model file model.onnx: tensor "${weights.name}" of ${dims} has ${length - 4} bytes instead of ${length}; expected an ONNX file (a ModelProto with a graph). Download or export the model again.`,
  });
});
