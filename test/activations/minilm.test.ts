import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { extractWordActivations, openModel, openTokenizer } from "../../src/activations";
import { decodeOnnx, encodeOnnx } from "../../src/activations/onnx-file";
import { openSession } from "../../src/activations/session";
import { readTextGrid, wordsOf, wordWindows } from "../../src/stimuli";
import { openStore } from "../../src/store";
import { dataFolders } from "../../src/study/locate-data";
import { row } from "../../src/tensor";
import { relativeDifference } from "./relative-difference";
import { temporaryFolder } from "./tiny-models";

const folders = [...dataFolders(), resolve(__dirname, "..", "..", "..", "shared")];
const find = (...paths: string[]) =>
  folders.flatMap((folder) => paths.map((path) => join(folder, path))).find((path) => existsSync(path));
const minilm = find("all-MiniLM-L6-v2", "models/all-MiniLM-L6-v2");
const TEXT_GRID = "alice/stimulus/DownTheRabbitHoleFinal_exp120_pad_1.TextGrid";
const textGrid = find(TEXT_GRID, `data/${TEXT_GRID}`);
const skipModel = !minilm && "the MiniLM model is not here";
const skipBoth = skipModel || (!textGrid && "the Alice stimulus is not here");

const folder = temporaryFolder();
const store = openStore(join(folder, "store"));
const [N_LAYERS, N_HEADS, HEAD_DIM] = [6, 12, 32];
const WIDTH = N_HEADS * HEAD_DIM;

test("MiniLM has one text tower of 6 layers × 12 heads × 32 dimensions", { skip: skipModel }, async () => {
  const model = await openModel(minilm!, { store });
  assert.equal(model.name, "all-MiniLM-L6-v2");
  assert.deepEqual(model.towers, [
    {
      name: "text",
      kind: "self",
      keysFrom: "text",
      isCausal: false,
      nLayers: N_LAYERS,
      nHeads: N_HEADS,
      headDim: HEAD_DIM,
      firstNeuron: 0,
    },
  ]);
  assert.equal(model.neurons.length, 2304);
});

/** The published graph with Q and K of every layer [tokens × 384] as outputs: the sums of projection and bias. */
async function openProjections() {
  const model = decodeOnnx(readFileSync(join(minilm!, "onnx", "model.onnx")), "minilm");
  const names = Array.from({ length: N_LAYERS }, (_, layer) =>
    ["query", "key"].map((part) => {
      const bias = `layer.${layer}.attention.self.${part}.bias`;
      return model.graph.node.find(({ input }) => input.some((name) => name.endsWith(bias)))!.output[0];
    }),
  );
  model.graph.output = names.flat().map((name) => ({ name, type: { tensorType: { elemType: 1 } } }));
  const path = join(folder, "projections.onnx");
  writeFileSync(path, encodeOnnx(model));
  const session = await openSession(path);
  return {
    close: session.close,
    /** [query, key] of each layer. */
    async run(ids: number[]): Promise<Float32Array[][]> {
      const integers = (value: (id: number) => number) => ({
        data: BigInt64Array.from(ids, (id) => BigInt(value(id))),
        dims: [1, ids.length],
      });
      const outputs = await session.run({
        input_ids: integers((id) => id),
        attention_mask: integers(() => 1),
        token_type_ids: integers(() => 0),
      });
      return names.map((pair) => pair.map((name) => outputs[name].data));
    },
  };
}

function meanOverTokens(values: Float32Array, tokens: number[]): number[] {
  return Array.from({ length: WIDTH }, (_, i) => {
    const sum = tokens.reduce((total, token) => total + values[token * WIDTH + i], 0);
    return sum / tokens.length;
  });
}

test("MiniLM's neurons are the token means of its own query and key nodes", { skip: skipModel }, async () => {
  const tokenizer = openTokenizer(join(minilm!, "tokenizer.json"));
  const sentence = "Alice was beginning to get very tired of sitting by her sister on the riverbank".split(
    " ",
  );
  const words = sentence.map((text) => ({ text }));
  const windows = wordWindows(words, { nWords: 32 });
  const model = await openModel(minilm!, { store });
  const readings = ["qkMean", "qkWord", "clsQuery", "wordQuery"] as const;
  const found = await extractWordActivations({ model, tokenizer, words, windows, readings, store });

  const projections = await openProjections();
  for (const last of [0, 7, sentence.length - 1]) {
    const { ids, wordOfToken } = tokenizer.encodeWords(sentence.slice(0, last + 1));
    const all = ids.map((_, token) => token);
    const word = all.filter((token) => wordOfToken[token] === last);
    const tokens = { qkMean: [all, all], qkWord: [word, word], clsQuery: [[0], all], wordQuery: [word, all] };
    const layers = await projections.run(ids);
    for (const reading of readings) {
      for (let layer = 0; layer < N_LAYERS; layer++) {
        const query = meanOverTokens(layers[layer][0], tokens[reading][0]);
        const key = meanOverTokens(layers[layer][1], tokens[reading][1]);
        const values = row(found[reading], last).subarray(layer * WIDTH, (layer + 1) * WIDTH);
        const difference = relativeDifference(
          values,
          query.map((q, i) => q * key[i]),
        );
        // Float32 sums in another order, with padding in the batch: a few 1e-7 are seen.
        assert.ok(difference < 1e-5, `${reading}, word ${last}, layer ${layer}: ${difference}`);
      }
    }
  }
  await projections.close();
});

test("MiniLM tokenises Alice word by word as it does whole windows", { skip: skipBoth }, () => {
  const tokenizer = openTokenizer(join(minilm!, "tokenizer.json"));
  assert.equal(tokenizer.maxTokens, 512);
  const grid = readTextGrid(readFileSync(textGrid!), textGrid!);
  const words = wordsOf(grid, { tier: "word", silence: ["sp"] }).map(({ text }) => text);
  const windows = wordWindows(words, { nWords: 32 });
  // encodeWords throws where the two differ; every word is in 32 windows.
  for (const { first, last } of windows.filter((_, i) => i % 7 === 0)) {
    const { ids, wordOfToken } = tokenizer.encodeWords(words.slice(first, last + 1));
    assert.deepEqual([ids[0], ids.at(-1)], [101, 102]);
    const present = new Set(wordOfToken);
    for (let word = 0; word <= last - first; word++) assert.ok(present.has(word), words[first + word]);
  }
});
