import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { findAttention } from "../../src/activations/attention-graph";
import { decodeOnnx, type OnnxModel, type OnnxNode } from "../../src/activations/onnx-file";
import { EXPORTED } from "./exported-models";
import { tinyModel } from "./tiny-models";

const TEXT = ["input_ids", "token_type_ids"];

/** A graph of nodes given as [operator, inputs, output], with the inputs x and y. */
function graphOf(
  nodes: [opType: string, input: string[], output: string][],
  weights: string[] = [],
): OnnxModel {
  const node = nodes.map(
    ([opType, input, output]): OnnxNode => ({
      name: output,
      opType,
      domain: "",
      input,
      output: [output],
      attribute: [],
    }),
  );
  const initializer = weights.map((name) => ({
    name,
    dims: [4, 4],
    dataType: 1,
    rawData: new Uint8Array(64),
    floatData: [],
  }));
  return {
    irVersion: 8,
    opsetImport: [{ domain: "", version: 17 }],
    graph: { node, initializer, input: [{ name: "x" }, { name: "y" }], output: [], valueInfo: [] },
  };
}

test("findAttention finds the layers of a text encoder, and no other Softmax, in every exporter's style", () => {
  for (const style of ["eager", "sdpa", "rank3"] as const) {
    const found = findAttention(tinyModel(style), style);
    assert.deepEqual(
      found.map(({ kind, layer, queryStream, keyStream }) => ({ kind, layer, queryStream, keyStream })),
      [0, 1].map((layer) => ({ kind: "self", layer, queryStream: TEXT, keyStream: TEXT })),
      style,
    );
  }
  const nSoftmax = tinyModel("eager").graph.node.filter(({ opType }) => opType === "Softmax").length;
  assert.equal(nSoftmax, 4, "two attentions, a pooling and a classifier");
});

test("findAttention lists the scalar factors in Q and K, through changes of layout", () => {
  const factors = (style: "eager" | "sdpa" | "rank3") =>
    findAttention(tinyModel(style), style).map(({ query, key }) => [query.scales.length, key.scales.length]);
  assert.deepEqual(factors("eager"), [
    [0, 0],
    [0, 0],
  ]);
  assert.deepEqual(factors("sdpa"), [
    [1, 1],
    [1, 1],
  ]);
  assert.deepEqual(factors("rank3"), [
    [1, 0],
    [1, 0],
  ]);
});

test("findAttention tells self- from cross-attention by the streams of Q and K", () => {
  const found = findAttention(tinyModel("two-streams"), "two-streams");
  assert.deepEqual(
    found.map(({ kind, layer, queryStream, keyStream }) => ({ kind, layer, queryStream, keyStream })),
    [
      { kind: "self", layer: 0, queryStream: TEXT, keyStream: TEXT },
      { kind: "self", layer: 0, queryStream: ["pixel_values"], keyStream: ["pixel_values"] },
      { kind: "cross", layer: 0, queryStream: TEXT, keyStream: ["pixel_values"] },
    ],
  );
  assert.deepEqual(
    found.map(({ stage }) => stage),
    ["encoder", "encoder", "fusion"],
  );
});

test("the self-attention that every fusion layer begins with is told from the encoder below it", () => {
  const model = decodeOnnx(readFileSync(join(EXPORTED, "meter.ts-eager.onnx")), "meter");
  const places = findAttention(model, "meter").map(
    ({ stage, kind, queryStream, layer }) =>
      `${stage} ${queryStream[0] === "input_ids" ? "text" : "vision"} ${kind} ${layer}`,
  );
  const twoLayers = (what: string) => [`${what} 0`, `${what} 1`];
  const fusion = ["text self", "text cross", "vision self", "vision cross"].map((what) => `fusion ${what}`);
  assert.deepEqual(
    places.sort(),
    ["encoder text self", "encoder vision self", ...fusion].flatMap(twoLayers).sort(),
  );
});

test("findAttention wants a product of two input-dependent tensors that is applied to values", () => {
  const attention = graphOf([
    ["MatMul", ["x", "y"], "logits"],
    ["Softmax", ["logits"], "attention"],
    ["MatMul", ["attention", "y"], "out"],
  ]);
  assert.equal(findAttention(attention, "a.onnx").length, 1);

  const contrast = graphOf([
    ["MatMul", ["x", "y"], "logits"],
    ["Softmax", ["logits"], "probabilities"],
  ]);
  const pooling = graphOf(
    [
      ["MatMul", ["x", "w"], "logits"],
      ["Softmax", ["logits"], "attention"],
      ["MatMul", ["attention", "y"], "out"],
    ],
    ["w"],
  );
  for (const [model, nNodes] of [
    [contrast, 2],
    [pooling, 3],
  ] as const) {
    assert.throws(() => findAttention(model, "a.onnx"), {
      message: `findAttention: missing attention in a.onnx: ${nNodes} nodes, of which 1 Softmax; expected a Softmax over the product of two input-dependent tensors, applied to values, or an attention operator without kept keys. Export the encoder with eager or sdpa attention.`,
    });
  }
});

test("findAttention names the fused operators of a graph without any Softmax", () => {
  const fused = graphOf([["MultiHeadAttention", ["x", "y", "y"], "out"]]);
  assert.throws(() => findAttention(fused, "a.onnx"), /1 nodes, of which 0 Softmax, 1 MultiHeadAttention;/);
});

test("a graph whose nodes run in circles or make a tensor twice is refused, not walked for ever", () => {
  const circle = graphOf([
    ["Identity", ["b"], "a"],
    ["Identity", ["a"], "b"],
  ]);
  assert.throws(() => findAttention(circle, "a.onnx"), {
    message:
      'indexGraph: invalid graph of a.onnx: node "a" (Identity) reads "b" before it is made; expected nodes in the order in which they run. Export the model again.',
  });
  const twice = graphOf([
    ["Identity", ["x"], "a"],
    ["Identity", ["y"], "a"],
  ]);
  assert.throws(() => findAttention(twice, "a.onnx"), /node "a" \(Identity\) makes "a" a second time/);
});
