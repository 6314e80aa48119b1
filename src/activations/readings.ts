/** The readings that need no words: those of pictures, and of inputs that stand ready. */
export const STEP_READINGS = ["qkMean", "clsQuery", "qkDiagonal", "headOutput"] as const;
/** All readings by their names. */
export const READING_NAMES = [...STEP_READINGS, "qkWord", "wordQuery"] as const;

/** A reading that needs no words. */
export type StepReading = (typeof STEP_READINGS)[number];

/**
 * What is read off an attention for one neuron, and over which tokens. One of:
 * - `qkMean` – mean of Q times mean of K: all tokens on both sides, special tokens included, padding not.
 * - `qkWord` – the same over the tokens of the current word on both sides; its context enters through the layers below.
 * - `clsQuery` – the class token as the query, all tokens as keys.
 * - `wordQuery` – the tokens of the current word as queries, all tokens as keys.
 * - `qkDiagonal` – mean over tokens of Q times K of the same token; self-attention only.
 * - `headOutput` – mean over tokens of what the head returns, before the output projection.
 *
 * Where attention is causal, `qkMean`, `qkWord`, `clsQuery` and `wordQuery` average over the pairs whose key is no later than the query.
 */
export type ReadingName = (typeof READING_NAMES)[number];

/**
 * What an edited graph computes: readings with the same statistic differ by their token weights alone. `query` and `key` are no
 * statistics of a reading: they return every token by itself (`neuronTokens`).
 */
export type Statistic = "product" | "diagonal" | "result" | "query" | "key";

export function statisticOf(reading: ReadingName): Statistic {
  return reading === "qkDiagonal" ? "diagonal" : reading === "headOutput" ? "result" : "product";
}

/** A weight for each token of a text, 1 where the token counts and 0 where it does not. */
export interface TokenWeights {
  query: Float32Array;
  key: Float32Array;
}

/**
 * The token weights of a reading. `wordOfToken` says which word each token belongs to (null for special tokens);
 * `currentWord` is an index of the same kind. Throws for an unknown reading, a current word without tokens, and `clsQuery`
 * of a text that does not begin with a special token.
 */
export function tokenWeights(
  reading: ReadingName,
  wordOfToken: readonly (number | null)[],
  currentWord: number,
): TokenWeights {
  const weights = (counts: (word: number | null, token: number) => boolean) =>
    Float32Array.from(wordOfToken, (word, token) => (counts(word, token) ? 1 : 0));
  const all = () => weights(() => true);
  const ofWord = () => {
    if (!wordOfToken.includes(currentWord)) {
      throw new Error(
        `tokenWeights: missing tokens of word ${currentWord} for ${reading}: it has none; expected at least one. Leave out words that the tokenizer drops.`,
      );
    }
    return weights((word) => word === currentWord);
  };
  switch (reading) {
    case "qkMean":
    case "qkDiagonal":
    case "headOutput":
      return { query: all(), key: all() };
    case "qkWord":
      return { query: ofWord(), key: ofWord() };
    case "wordQuery":
      return { query: ofWord(), key: all() };
    case "clsQuery":
      if (wordOfToken[0] !== null) {
        throw new Error(
          "tokenWeights: missing class token for clsQuery: the text begins with a word; expected a special token first. Choose qkMean or wordQuery for this model.",
        );
      }
      return { query: weights((_, token) => token === 0), key: all() };
    default:
      throw new Error(
        `tokenWeights: unknown reading: "${reading}"; expected one of ${READING_NAMES.join(", ")}. Choose one of them.`,
      );
  }
}
