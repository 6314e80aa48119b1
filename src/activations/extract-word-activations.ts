import type { Word, WordWindow } from "../stimuli";
import { DEFAULT_BATCH_SIZE, type RunOptions } from "./extraction";
import { type Activations, keptActivations } from "./kept-activations";
import type { Model } from "./open-model";
import type { ReadingName } from "./readings";
import type { StepSource } from "./step-source";
import { checkTextInputs, type EncodedWindow, textFeeds } from "./text-batches";
import type { WordTokenizer } from "./tokenizer";

/**
 * What every neuron of a text model did at every word: for word t, read at the end of its window, and neuron i of a head
 *
 *   a_i(t) = mean of Q_i over the reading's query tokens · mean of K_i over its key tokens
 *
 * Q and K after bias and before scaling; padding never counts; causal attention averages over pairs of tokens
 * (`ReadingName`). Returns for each reading a float32 matrix [nWords × nNeurons], columns as in `model.neurons`.
 *
 * The result is kept in the store under a key of the model, the tokenizer, the words, the windows, the readings and the
 * definition. Finished batches are kept too: after an interrupt or a kill the next call goes on behind the last of them.
 * NaN and infinities of the model are passed on. Throws when a window is longer than the model takes, when a word has no
 * tokens, when a token is none of the model's, and when the model wants other inputs than text.
 */
export async function extractWordActivations<R extends ReadingName>(
  options: RunOptions & {
    model: Model;
    tokenizer: WordTokenizer;
    words: readonly Pick<Word, "text">[];
    /** Window i is read for its last word, in the order of the rows of the result. */
    windows: readonly WordWindow[];
    readings: readonly R[];
  },
): Promise<Activations<R>> {
  const { model, tokenizer, windows, batchSize = DEFAULT_BATCH_SIZE } = options;
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
  const source = (): StepSource => {
    const encoded = windows.map((window) => encodeWindow(texts, window, tokenizer));
    return {
      nSteps: encoded.length,
      lengths: encoded.map(({ ids }) => ids.length),
      feeds: (steps, graph, wanted) =>
        textFeeds(
          steps.map((step) => encoded[step]),
          graph,
          wanted,
        ),
    };
  };
  const where = "extractWordActivations";
  return await keptActivations({ ...options, where, product: "word-activations", parts, readings, source });
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
