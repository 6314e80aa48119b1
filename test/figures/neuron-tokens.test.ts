import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, neuronTokensFigure, toPng } from "../../src/figures";
import { decodeImage } from "../../src/stimuli";
import { EXAMPLE_PICTURE, exampleTokens } from "./examples";
import { attribute, traceNamed } from "./figure-parts";
import { noBrowser } from "./system-browser";

after(closeBrowser);

const shown = { picture: EXAMPLE_PICTURE, nPatches: [4, 4] as const };
const words = ["<s>", "the", "old", "rabbit", "runs", "</s>"];
const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6, `${a} against ${b}`);
const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const drawnPairs = (z: unknown) => (z as (number | null)[][]).flat().filter((value) => value !== null);

test("the mean over the pairs that are drawn is the neuron's value, causal or not", () => {
  for (const isCausal of [false, true]) {
    const tokens = exampleTokens(6, { tower: "text", isCausal });
    const { data, caption } = neuronTokensFigure(tokens, { title: "One", shown: { words } });
    const pairs = drawnPairs(data.find(({ name }) => name === "products")!.z);
    assert.equal(pairs.length, isCausal ? 21 : 36);
    close(meanOf(pairs as number[]), tokens.value);
    assert.ok(caption.includes(tokens.value.toFixed(3).replace("-", "−")), caption);
  }
});

test("patches lie on their picture, rows from the top, behind the class token", async () => {
  const tokens = exampleTokens(17, { tower: "vision", isCausal: false });
  const figure = neuronTokensFigure(tokens, { title: "One", shown });
  const query = figure.data.filter(({ name }) => name === "query Q of each patch");
  assert.deepEqual((query[0].z as number[][]).flat(), Array.from(tokens.query.subarray(1)));
  assert.deepEqual((query[0].z as number[][])[1][0], tokens.query[5]);
  assert.deepEqual(query[1].z, [[tokens.query[0]]]);
  const key = figure.data.filter(({ name }) => name === "key K of each patch");
  assert.deepEqual((key[0].z as number[][]).flat(), Array.from(tokens.key.subarray(1)));
  const images = figure.layout.images as { source: string }[];
  assert.equal(images.length, 3);
  for (const { source } of images) {
    const bytes = Buffer.from(source.replace("data:image/png;base64,", ""), "base64");
    assert.deepEqual(new Uint8Array((await decodeImage(bytes, "the figure")).data), EXAMPLE_PICTURE.data);
  }
});

test("a picture without a class token has nothing below it", () => {
  const figure = neuronTokensFigure(exampleTokens(16, { tower: "vision", isCausal: false }), {
    title: "One",
    shown,
  });
  assert.equal(figure.data.filter(({ name }) => name === "query Q of each patch").length, 1);
  assert.ok(!(figure.layout.annotations as { text: string }[]).some(({ text }) => text === "class token"));
});

test("words stand beside rows and columns as they are, not as markup", () => {
  const figure = neuronTokensFigure(exampleTokens(6, { tower: "text", isCausal: true }), {
    title: "One",
    shown: { words },
  });
  for (const axis of ["yaxis", "xaxis2"]) {
    const ticks = attribute(figure.layout, axis, "ticktext") as string[];
    assert.deepEqual(ticks.slice(0, 2), ["&lt;s&gt;", "the"]);
  }
  assert.deepEqual(attribute(traceNamed(figure, "key K"), "z", 0, "length"), 6);
});

test("neuronTokensFigure refuses cross-attention, other grids of patches and other words", () => {
  const tokens = exampleTokens(6, { tower: "text", isCausal: true });
  const cross = { ...tokens, neuron: { ...tokens.neuron, kind: "cross" as const } };
  assert.throws(() => neuronTokensFigure(cross, { title: "One", shown: { words } }), {
    message:
      "neuronTokensFigure: invalid neuron: cross-attention of text; expected self-attention, whose queries and keys are of the same tokens. Choose another neuron.",
  });
  assert.throws(() => neuronTokensFigure(tokens, { title: "One", shown: { words: ["a"] } }), {
    message:
      "neuronTokensFigure: mismatched words: 1 for 6 queries and 6 keys; expected one each. Pass the tokens of the text (openTokenizer, tokens), special ones too.",
  });
  assert.throws(() => neuronTokensFigure(tokens, { title: "One", shown }), {
    message:
      "neuronTokensFigure: mismatched patches: 4 × 4 for 6 queries and 6 keys; expected as many tokens or more. Pass the grid of this model's patches.",
  });
});

test("both kinds can be drawn, many patches without numbers", { skip: noBrowser }, async () => {
  const many = exampleTokens(197, { tower: "vision", isCausal: false });
  const figure = neuronTokensFigure(many, { title: "One", shown: { ...shown, nPatches: [14, 14] } });
  assert.ok(figure.data.every((trace) => trace.texttemplate === undefined));
  assert.ok((await toPng(figure, { scale: 1 })).length > 10_000);
  const few = neuronTokensFigure(exampleTokens(6, { tower: "text", isCausal: true }), {
    title: "One",
    shown: { words },
  });
  assert.ok((await toPng(few, { scale: 1 })).length > 5_000);
});
