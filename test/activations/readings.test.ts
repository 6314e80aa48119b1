import assert from "node:assert/strict";
import { test } from "node:test";
import { READING_NAMES, type ReadingName, tokenWeights } from "../../src/activations";

/** [CLS] one-token word, two-token word [SEP] */
const WORD_OF_TOKEN = [null, 0, 1, 1, null];

test("tokenWeights counts the tokens that each reading is defined by", () => {
  const all = [1, 1, 1, 1, 1];
  const word = [0, 0, 1, 1, 0];
  const expected: Record<ReadingName, { query: number[]; key: number[] }> = {
    qkMean: { query: all, key: all },
    qkWord: { query: word, key: word },
    wordQuery: { query: word, key: all },
    clsQuery: { query: [1, 0, 0, 0, 0], key: all },
    qkDiagonal: { query: all, key: all },
    headOutput: { query: all, key: all },
  };
  for (const reading of READING_NAMES) {
    const { query, key } = tokenWeights(reading, WORD_OF_TOKEN, 1);
    assert.deepEqual({ query: [...query], key: [...key] }, expected[reading], reading);
  }
});

test("tokenWeights refuses a current word without tokens", () => {
  assert.throws(() => tokenWeights("qkWord", WORD_OF_TOKEN, 2), {
    message:
      "tokenWeights: missing tokens of word 2 for qkWord: it has none; expected at least one. Leave out words that the tokenizer drops.",
  });
});

test("tokenWeights refuses the class token of a text that has none", () => {
  assert.throws(() => tokenWeights("clsQuery", [0, 1], 1), {
    message:
      "tokenWeights: missing class token for clsQuery: the text begins with a word; expected a special token first. Choose qkMean or wordQuery for this model.",
  });
});

test("tokenWeights lists the readings there are", () => {
  assert.throws(() => tokenWeights("mean" as ReadingName, WORD_OF_TOKEN, 1), {
    message:
      'tokenWeights: unknown reading: "mean"; expected one of qkMean, clsQuery, qkDiagonal, headOutput, qkWord, wordQuery. Choose one of them.',
  });
});
