import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openTokenizer } from "../../src/activations";
import { TINY_TOKENIZER, temporaryFolder } from "./tiny-models";

const folder = temporaryFolder();

test("encodeWords gives ids with special tokens and each token's word, without padding or truncation", () => {
  // The file asks for truncation to 4 tokens and padding to 10.
  const { ids, wordOfToken } = openTokenizer(TINY_TOKENIZER).encodeWords([
    "Alice",
    "beginning",
    "sister",
    "'s",
  ]);
  assert.deepEqual(ids, [1, 4, 6, 7, 18, 19, 20, 2]);
  assert.deepEqual(wordOfToken, [null, 0, 1, 1, 2, 3, 3, null]);
});

test("tokens spells out the ids of encode", () => {
  const tokenizer = openTokenizer(TINY_TOKENIZER);
  const text = "Alice was beginning";
  assert.deepEqual(tokenizer.tokens(text), ["[CLS]", "alice", "was", "begin", "##ning", "[SEP]"]);
  assert.equal(tokenizer.tokens(text).length, tokenizer.encode(text).length);
});

test("a word that the tokenizer drops has no tokens; one that it does not know has one", () => {
  const { ids, wordOfToken } = openTokenizer(TINY_TOKENIZER).encodeWords(["Alice", "\u200b", "rabbit"]);
  assert.deepEqual(ids, [1, 4, 3, 2]);
  assert.deepEqual(wordOfToken, [null, 0, 2, null]);
});

test("encodeWords refuses words whose tokens depend on their neighbours", () => {
  const path = join(folder, "joining.json");
  const definition = JSON.parse(readFileSync(TINY_TOKENIZER, "utf8"));
  definition.normalizer = { type: "Replace", pattern: { String: "get very" }, content: "tired" };
  writeFileSync(path, JSON.stringify(definition));
  assert.throws(() => openTokenizer(path).encodeWords(["get", "very"]), {
    message:
      'encodeWords: mismatched tokens of "get very": one word at a time gives 9 10, the joined text 1 11 12 2; expected the same tokens in both. Use a tokenizer that splits at spaces.',
  });
});

test("openTokenizer reads the longest text from tokenizer_config.json, where there is one", () => {
  assert.equal(openTokenizer(TINY_TOKENIZER).maxTokens, 12);
  const alone = join(folder, "tokenizer.json");
  writeFileSync(alone, readFileSync(TINY_TOKENIZER));
  assert.equal(openTokenizer(alone).maxTokens, null);
  writeFileSync(join(folder, "tokenizer_config.json"), '{ "model_max_length": 1e30 }');
  assert.equal(openTokenizer(alone).maxTokens, null);
});

test("openTokenizer names a file that is missing or is no tokenizer", () => {
  const path = join(folder, "bad.json");
  assert.throws(() => openTokenizer(path), {
    message: `openTokenizer: missing tokenizer: ${path}; expected the tokenizer.json of the model. Download it from the place the model is from.`,
  });
  for (const content of ["not JSON", "{}", '{"model": {"type": "Unheard"}}', "[]", "null"]) {
    writeFileSync(path, content);
    assert.throws(() => openTokenizer(path), {
      message:
        /^openTokenizer: invalid tokenizer .*bad\.json: .*; expected a tokenizer\.json as Hugging Face's tokenizers write it\. Download it again\.$/,
    });
  }
});
