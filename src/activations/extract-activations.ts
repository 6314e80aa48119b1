import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Word, WordWindow } from "../stimuli";
import { type Progress, type Store, throwIfAborted, writeAtomically, yieldToEventLoop } from "../store";
import { decodeNpy, encodeNpy, type Matrix, matrix, row } from "../tensor";
import type { Model } from "./open-model";
import type { ReadingName } from "./readings";
import { type GraphSession, openSession } from "./session";
import { checkTextInputs, type EncodedWindow, planBatches, textFeeds } from "./text-batches";
import type { WordTokenizer } from "./tokenizer";

/** For each reading the activations [nWords × nNeurons]. */
export type Activations<R extends ReadingName> = Record<R, Matrix<Float32Array>>;

/**
 * What every neuron of a text model did at every word: for word t, read at the end of its window, and neuron i of a head
 *
 *   a_i(t) = mean of Q_i over the reading's query tokens · mean of K_i over its key tokens
 *
 * Q and K after bias and before scaling; padding never counts. Returns for each reading a float32 matrix
 * [nWords × nNeurons], columns as in `model.neurons`. All readings come from one pass of the model.
 *
 * The result is kept in the store under a key of the model, the tokenizer, the words, the windows, the readings and the
 * definition. Finished batches are kept too: after an interrupt or a kill the next call goes on behind the last of them.
 * NaN and infinities of the model are passed on. Throws when a window is longer than the model takes, when a word has no
 * tokens, and when the model wants other inputs than text.
 */
export async function extractWordActivations<R extends ReadingName>(options: {
  model: Model;
  tokenizer: WordTokenizer;
  words: readonly Pick<Word, "text">[];
  /** Window i is read for its last word, in the order of the rows of the result. */
  windows: readonly WordWindow[];
  readings: readonly R[];
  store: Store;
  /** Windows in one run of the model: time and memory, and the last bits of a float32. */
  batchSize?: number;
  threads?: number;
  onProgress?: Progress;
  signal?: AbortSignal;
}): Promise<Activations<R>> {
  const { model, tokenizer, windows, store, batchSize = 32, signal } = options;
  const readings = [...new Set(options.readings)].sort();
  const texts = options.words.map(({ text }) => text);
  checkTextInputs(model.graph, model.path);
  const parts = {
    graph: model.graph.key,
    tokenizer: tokenizer.sha256,
    words: texts,
    windows: windows.map(({ first, last }) => [first, last]),
    readings,
    batchSize,
  };
  const batchFolder = `${store.productFolder("word-activations", parts)}.batches`;

  const compute = async (): Promise<Activations<R>> => {
    const encoded = windows.map((window) => encodeWindow(texts, window, tokenizer));
    const nNeurons = model.neurons.length;
    const result = readings.map(() =>
      matrix(new Float32Array(windows.length * nNeurons), [windows.length, nNeurons]),
    );
    const batches = planBatches(encoded, model.graph, batchSize);
    let session: GraphSession | null = null;
    let nDone = 0;
    try {
      for (const [b, batch] of batches.entries()) {
        throwIfAborted(signal, "extractWordActivations");
        const file = join(batchFolder, `${b}.npy`);
        let rows = readBatch(file, [batch.length * readings.length, nNeurons]);
        if (rows === null) {
          session ??= await openSession(model.graph.path, options);
          rows = await runBatch(
            session,
            model,
            batch.map((i) => encoded[i]),
            readings,
          );
          writeAtomically(file, encodeNpy(rows));
        }
        for (const [k, i] of batch.entries()) {
          for (const [r, part] of result.entries()) row(part, i).set(row(rows, k * readings.length + r));
        }
        nDone += batch.length;
        options.onProgress?.(nDone, windows.length, `Neurons of ${model.name}`);
        await yieldToEventLoop();
      }
    } finally {
      await session?.close();
    }
    return Object.fromEntries(readings.map((reading, r) => [reading, result[r]])) as Activations<R>;
  };

  const activations = await store.product("word-activations", parts, compute, undefined, { signal });
  rmSync(batchFolder, { recursive: true, force: true });
  return activations;
}

function encodeWindow(texts: string[], { first, last }: WordWindow, tokenizer: WordTokenizer): EncodedWindow {
  const encoded = tokenizer.encodeWords(texts.slice(first, last + 1));
  const { maxTokens } = tokenizer;
  if (maxTokens !== null && encoded.ids.length > maxTokens) {
    throw new Error(
      `extractWordActivations: invalid window of word ${last} "${texts[last]}": ${encoded.ids.length} tokens; expected at most ${maxTokens}, as the model takes. Use windows of fewer words.`,
    );
  }
  return { ...encoded, currentWord: last - first };
}

/** A batch that an earlier call finished, or null. */
function readBatch(file: string, shape: [nRows: number, nCols: number]): Matrix | null {
  if (!existsSync(file)) return null;
  const rows = decodeNpy(readFileSync(file), file);
  if (rows.shape[0] === shape[0] && rows.shape[1] === shape[1]) return rows;
  throw new Error(
    `extractWordActivations: mismatched kept batch ${file}: ${rows.shape.join(" × ")}; expected ${shape.join(" × ")}. Delete it and call again.`,
  );
}

/** Runs windows through the model: rows [window 0 reading 0, window 0 reading 1, …] × neurons. */
async function runBatch(
  session: GraphSession,
  model: Model,
  windows: EncodedWindow[],
  readings: readonly ReadingName[],
): Promise<Matrix<Float32Array>> {
  const outputs = await session.run(textFeeds(windows, model.graph, readings));
  const nRows = windows.length * readings.length;
  const nNeurons = model.neurons.length;
  const rows = matrix(new Float32Array(nRows * nNeurons), [nRows, nNeurons]);
  for (const { tensor, firstNeuron, nHeads, headDim } of model.graph.attentions) {
    const width = nHeads * headDim;
    const { data } = outputs[tensor]; // [windows, readings, heads, d]
    for (let i = 0; i < nRows; i++) {
      rows.data.set(data.subarray(i * width, (i + 1) * width), i * nNeurons + firstNeuron);
    }
  }
  return rows;
}
