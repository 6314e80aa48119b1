import type { NeuronGraph } from "./open-model";
import { type ReadingName, type TokenWeights, tokenWeights } from "./readings";
import type { Feeds } from "./session";
import type { EncodedWords } from "./tokenizer";

/** A text of a batch: its tokens and the word that it is read for. */
export interface EncodedWindow extends EncodedWords {
  currentWord: number;
}

/** The inputs of a text model that are filled here. */
const TEXT_INPUTS = ["input_ids", "attention_mask", "token_type_ids"];

/**
 * Orders windows by length and cuts them into batches, so that little is padded: indices into `windows`. A graph
 * without an attention mask would look at padding, so there a batch holds windows of one length only.
 */
export function planBatches(windows: EncodedWindow[], graph: NeuronGraph, batchSize: number): number[][] {
  const hasMask = graph.inputs.some(({ name }) => name === "attention_mask");
  const length = (i: number) => windows[i].ids.length;
  const order = windows.map((_, i) => i).sort((a, b) => length(a) - length(b) || a - b);
  const batches: number[][] = [];
  for (const i of order) {
    const batch = batches.at(-1);
    const fits =
      batch !== undefined && batch.length < batchSize && (hasMask || length(batch[0]) === length(i));
    if (fits) batch.push(i);
    else batches.push([i]);
  }
  return batches;
}

/** Throws when the graph needs an input that text alone does not give. */
export function checkTextInputs(graph: NeuronGraph, source: string): void {
  const names = graph.inputs.map(({ name }) => name);
  const others = names.filter((name) => !TEXT_INPUTS.includes(name));
  if (names.includes("input_ids") && others.length === 0) return;
  throw new Error(
    `extractWordActivations: mismatched inputs of ${source}: ${names.join(", ")}; expected input_ids and at most ${TEXT_INPUTS.slice(1).join(" and ")}. Pass a text model.`,
  );
}

/** The graph's inputs for one batch of windows, padded on the right: ids, mask, and the token weights of each reading. */
export function textFeeds(
  windows: EncodedWindow[],
  graph: NeuronGraph,
  readings: readonly ReadingName[],
): Feeds {
  const nTokens = Math.max(...windows.map(({ ids }) => ids.length));
  const dims = [windows.length, nTokens];
  const integers = (value: (window: EncodedWindow, token: number) => number) => {
    const data = new BigInt64Array(windows.length * nTokens);
    windows.forEach((window, b) => {
      window.ids.forEach((_, token) => {
        data[b * nTokens + token] = BigInt(value(window, token));
      });
    });
    return { data, dims };
  };
  const weights = windows.map(({ wordOfToken, currentWord }) =>
    readings.map((reading) => tokenWeights(reading, wordOfToken, currentWord)),
  );
  const floats = (side: keyof TokenWeights) => {
    const data = new Float32Array(windows.length * readings.length * nTokens);
    weights.flat().forEach((rows, i) => {
      data.set(rows[side], i * nTokens);
    });
    return { data, dims: [windows.length, readings.length, nTokens] };
  };

  const feeds: Feeds = {
    input_ids: integers(({ ids }, token) => ids[token]),
    attention_mask: integers(() => 1),
    token_type_ids: integers(() => 0),
  };
  const wanted = new Set(graph.inputs.map(({ name }) => name));
  for (const name of TEXT_INPUTS) if (!wanted.has(name)) delete feeds[name];
  for (const { queryWeights, keyWeights } of graph.streams) {
    feeds[queryWeights] = floats("query");
    feeds[keyWeights] = floats("key");
  }
  return feeds;
}
