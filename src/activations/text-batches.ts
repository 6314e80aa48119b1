import type { NeuronGraph } from "./open-model";
import { type ReadingName, type TokenWeights, tokenWeights } from "./readings";
import type { Feeds } from "./session";
import { checkTokenIds } from "./token-ids";
import type { EncodedWords } from "./tokenizer";

/** A text of a batch: its tokens and the word that it is read for. */
export interface EncodedWindow extends EncodedWords {
  currentWord: number;
}

/** The inputs of a text model that are filled here. */
const TEXT_INPUTS = ["input_ids", "attention_mask", "token_type_ids"];

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
  const idInput = graph.inputs.find(({ name }) => name === "input_ids")!;
  const longest = Math.max(...windows.map(({ ids }) => ids.length));
  const nTokens = typeof idInput.shape[1] === "number" ? idInput.shape[1] : longest;
  if (longest > nTokens) {
    throw new Error(
      `extractWordActivations: invalid window: ${longest} tokens; expected at most ${nTokens}, as the model takes. Use windows of fewer words.`,
    );
  }
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

  const ids = integers(({ ids }, token) => ids[token]);
  checkTokenIds(ids.data, idInput, "extractWordActivations");
  const feeds: Feeds = {
    input_ids: ids,
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
