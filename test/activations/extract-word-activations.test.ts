import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  extractWordActivations,
  type Model,
  openModel,
  openTokenizer,
  type ReadingName,
  randomTwin,
} from "../../src/activations";
import { wordWindows } from "../../src/stimuli";
import { openStore } from "../../src/store";
import { decodeNpy, encodeNpy, row } from "../../src/tensor";
import { relativeDifference } from "./relative-difference";
import { TINY_TOKENIZER, TINY_WORDS, temporaryFolder, tinyPath } from "./tiny-models";

const folder = temporaryFolder();
const tokenizer = openTokenizer(TINY_TOKENIZER);
const nWords = TINY_WORDS.length;
let nStores = 0;
const newStore = () => openStore(join(folder, `store ${nStores++}`));

/** Everything but the model and the store: all words in windows of three. */
function stimulus<R extends ReadingName>(readings: R[]) {
  return { tokenizer, words: TINY_WORDS, windows: wordWindows(TINY_WORDS, { nWords: 3 }), readings };
}

async function openTiny(store = newStore()): Promise<Model> {
  return openModel(tinyPath("eager"), { store });
}

test("a window's neurons are the same whether it is read alone or padded in a batch with others", async () => {
  const model = await openTiny();
  const readings: ReadingName[] = ["qkMean", "qkWord", "clsQuery", "wordQuery"];
  const alone = await extractWordActivations({
    ...stimulus(readings),
    model,
    store: newStore(),
    batchSize: 1,
  });
  const batched = await extractWordActivations({
    ...stimulus(readings),
    model,
    store: newStore(),
    batchSize: 7,
  });
  for (const reading of readings) {
    assert.deepEqual(alone[reading].shape, [nWords, 16]);
    // Another shape of the product may round its last bits differently.
    assert.ok(relativeDifference(batched[reading].data, alone[reading].data) < 1e-6, reading);
  }
  // The class token is a token of its own: no two readings agree.
  assert.ok(relativeDifference(alone.clsQuery.data, alone.qkMean.data) > 0.01);
  assert.ok(relativeDifference(alone.wordQuery.data, alone.qkWord.data) > 0.01);
});

test("readings asked for together, alone or in another order are the same", async () => {
  const model = await openTiny();
  const store = newStore();
  const both = await extractWordActivations({ ...stimulus(["qkWord", "qkMean"]), model, store });
  const one = await extractWordActivations({ ...stimulus(["qkWord"]), model, store: newStore() });
  assert.ok(relativeDifference(one.qkWord.data, both.qkWord.data) < 1e-6);
  const onProgress = () => assert.fail("the same question is not computed twice");
  const turned = await extractWordActivations({
    ...stimulus(["qkMean", "qkWord"]),
    model,
    store,
    onProgress,
  });
  assert.deepEqual(turned, both);
});

test("row t belongs to word t: changing the last word changes the last row alone", async () => {
  const model = await openTiny();
  const words = [...TINY_WORDS.slice(0, -1), { text: "bank" }];
  const before = await extractWordActivations({ ...stimulus(["qkWord"]), model, store: newStore() });
  const after = await extractWordActivations({ ...stimulus(["qkWord"]), words, model, store: newStore() });
  for (let t = 0; t < nWords; t++) {
    const difference = relativeDifference(row(after.qkWord, t), row(before.qkWord, t));
    assert.equal(difference > 0.01, t === nWords - 1, `word ${t}`);
  }
});

test("a second call reads what the first one kept, byte for byte, without running the model", async () => {
  const store = newStore();
  const model = await openTiny(store);
  const progress: number[][] = [];
  const first = await extractWordActivations({
    ...stimulus(["qkWord"]),
    model,
    store,
    batchSize: 10,
    onProgress: (done, total) => progress.push([done, total]),
  });
  assert.deepEqual(progress, [
    [10, nWords],
    [20, nWords],
    [26, nWords],
  ]);
  const onProgress = () => assert.fail("nothing is left to do");
  const second = await extractWordActivations({
    ...stimulus(["qkWord"]),
    model,
    store,
    batchSize: 10,
    onProgress,
  });
  assert.deepEqual(second, first);
  assert.ok(readdirSync(store.folder).every((name) => !name.endsWith(".batches")));
});

test("another model, tokenizer, window or batch size is another product", async () => {
  const store = newStore();
  const model = await openTiny(store);
  const otherPath = join(folder, "other-tokenizer.json");
  writeFileSync(otherPath, `${readFileSync(TINY_TOKENIZER, "utf8")}\n`);
  const changes = [
    {},
    { model: await randomTwin(model, 1, { store }) },
    { tokenizer: openTokenizer(otherPath) },
    { windows: wordWindows(TINY_WORDS, { nWords: 2 }) },
    { batchSize: 5 },
  ];
  for (const change of changes) {
    await extractWordActivations({ ...stimulus(["qkWord"]), model, store, ...change });
  }
  const kept = readdirSync(store.folder).filter((name) => name.startsWith("word-activations-"));
  assert.equal(kept.length, changes.length);
});

test("an interrupted extraction goes on behind its last batch and ends with the same bytes", async () => {
  const model = await openTiny();
  const whole = await extractWordActivations({
    ...stimulus(["qkWord"]),
    model,
    store: newStore(),
    batchSize: 5,
  });

  const store = newStore();
  const controller = new AbortController();
  const interrupted = extractWordActivations({
    ...stimulus(["qkWord"]),
    model,
    store,
    batchSize: 5,
    onProgress: (done) => done === 10 && controller.abort(),
    signal: controller.signal,
  });
  await assert.rejects(interrupted, {
    name: "AbortError",
    message:
      "extractWordActivations: interrupted before the end. What was finished is kept; call it again to go on.",
  });
  const [batches] = readdirSync(store.folder).filter((name) => name.endsWith(".batches"));
  assert.deepEqual(readdirSync(join(store.folder, batches)).sort(), ["0.npy", "1.npy"]);

  // A mark in a finished batch shows that it is taken as it is.
  const file = join(store.folder, batches, "0.npy");
  const marked = decodeNpy(readFileSync(file), file);
  marked.data.fill(42);
  writeFileSync(file, encodeNpy(marked));
  const { qkWord } = await extractWordActivations({ ...stimulus(["qkWord"]), model, store, batchSize: 5 });
  let nMarked = 0;
  for (let t = 0; t < nWords; t++) {
    const isMarked = row(qkWord, t).every((value) => value === 42);
    if (isMarked) nMarked++;
    else assert.deepEqual(row(qkWord, t), row(whole.qkWord, t));
  }
  assert.equal(nMarked, 5);
  assert.ok(!existsSync(join(store.folder, batches)));
});

function startChild(...args: string[]): ChildProcess {
  const script = join(__dirname, "extract-tiny.ts");
  const options = ["--require", "tsx/cjs", "--conditions=import"];
  return spawn(process.execPath, [...options, script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
}

/** What the child's extraction gives in this process, with the number of windows that were still to do. */
async function extractLikeChild(storeFolder: string) {
  const store = openStore(storeFolder);
  const done: number[] = [];
  const result = await extractWordActivations({
    ...stimulus(["qkMean", "qkWord"]),
    model: await openTiny(store),
    store,
    batchSize: 1,
    onProgress: (n) => done.push(n),
  });
  return { result, done };
}

test("an extraction that was killed leaves whole batches, and the next one goes on behind them", async () => {
  const storeFolder = join(folder, "killed");
  const child = startChild(storeFolder, "stop after 4");
  await once(child.stdout!, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  const [batches] = readdirSync(storeFolder).filter((name) => name.endsWith(".batches"));
  assert.deepEqual(readdirSync(join(storeFolder, batches)).sort(), ["0.npy", "1.npy", "2.npy", "3.npy"]);

  // The killed process still holds the lock: it is taken over.
  const { result } = await extractLikeChild(storeFolder);
  const { result: whole } = await extractLikeChild(join(folder, "not killed"));
  assert.deepEqual(result, whole);
});

test("two processes at once share one product", async () => {
  const storeFolder = join(folder, "shared");
  const children = [startChild(storeFolder), startChild(storeFolder)];
  const codes = await Promise.all(children.map(async (child) => (await once(child, "exit"))[0]));
  assert.deepEqual(codes, [0, 0]);
  const { result, done } = await extractLikeChild(storeFolder);
  assert.deepEqual(done, [], "both left one finished product");
  const { result: whole } = await extractLikeChild(join(folder, "alone"));
  assert.deepEqual(result, whole);
});

test("extractWordActivations names a window that is longer than the model takes", async () => {
  const model = await openTiny();
  const windows = wordWindows(TINY_WORDS, { nWords: 9 });
  const extraction = extractWordActivations({ ...stimulus(["qkWord"]), windows, model, store: newStore() });
  await assert.rejects(extraction, {
    message:
      'extractWordActivations: invalid window of word 8 "sitting": 14 tokens; expected at most 12, as the model takes. Use windows of fewer words.',
  });
});

test("extractWordActivations names a word without tokens", async () => {
  const model = await openTiny();
  const words = [...TINY_WORDS.slice(0, -1), { text: "\u200b" }];
  const extraction = extractWordActivations({ ...stimulus(["qkWord"]), words, model, store: newStore() });
  await assert.rejects(extraction, /missing tokens of word/);
});

test("extractWordActivations refuses a model that wants more than text", async () => {
  const model = await openModel(tinyPath("two-streams"), { store: newStore() });
  await assert.rejects(extractWordActivations({ ...stimulus(["qkWord"]), model, store: newStore() }), {
    message: `extractWordActivations: mismatched inputs of ${tinyPath("two-streams")}: input_ids, attention_mask, token_type_ids, pixel_values; expected input_ids and at most attention_mask and token_type_ids. Pass a text model.`,
  });
});

test("extractWordActivations names a kept batch that does not fit", async () => {
  const store = newStore();
  const model = await openTiny(store);
  const controller = new AbortController();
  const options = { ...stimulus(["qkWord"]), model, store, batchSize: 5 };
  const stop = { onProgress: () => controller.abort(), signal: controller.signal };
  await assert.rejects(extractWordActivations({ ...options, ...stop }), { name: "AbortError" });
  const [batches] = readdirSync(store.folder).filter((name) => name.endsWith(".batches"));
  const file = join(store.folder, batches, "0.npy");
  writeFileSync(file, readFileSync(file).subarray(0, 200));
  await assert.rejects(extractWordActivations(options), /0\.npy/);
});
