import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";

/** A text as a model reads it. */
export interface EncodedWords {
  ids: number[];
  /** For each token the index of its word, null for special tokens. */
  wordOfToken: (number | null)[];
}

/** Turns words into the token ids of one model. */
export interface WordTokenizer {
  path: string;
  /** SHA-256 of tokenizer.json. */
  sha256: string;
  /** The longest text the model takes, special tokens included, as tokenizer_config.json says; null when it does not. */
  maxTokens: number | null;
  /**
   * Encodes words joined by spaces, with special tokens and without padding or truncation. Throws when the tokens of the words
   * one by one are not those of the joined text, because then no token could be told to belong to a word.
   */
  encodeWords(words: readonly string[]): EncodedWords;
  /** Token ids of a text, with special tokens and without padding or truncation. */
  encode(text: string): number[];
  /** The same tokens as text, as the tokenizer's vocabulary spells them. */
  tokens(text: string): string[];
}

/** tokenizer_config.json writes 1e30 for "no limit". */
const NO_LIMIT = 1e6;

/**
 * Opens a tokenizer.json; `tokenizer_config.json` beside it is read when it is there. The file's own padding and truncation do
 * not apply. Throws when the file is missing or is no tokenizer.
 */
export function openTokenizer(path: string): WordTokenizer {
  if (!existsSync(path)) {
    throw new Error(
      `openTokenizer: missing tokenizer: ${path}; expected the tokenizer.json of the model. Download it from the place the model is from.`,
    );
  }
  const bytes = readFileSync(path);
  const configPath = join(dirname(path), "tokenizer_config.json");
  const config = existsSync(configPath) ? parseJson(readFileSync(configPath), configPath) : {};
  const { padding: _padding, truncation: _truncation, ...definition } = parseJson(bytes, path);
  if (!definition.model) throw invalidTokenizer(path, 'it has no "model"');
  let tokenizer: Tokenizer;
  try {
    tokenizer = new Tokenizer(definition, config);
  } catch (error) {
    throw invalidTokenizer(path, (error as Error).message);
  }

  const maxLength = Number(config.model_max_length ?? Number.POSITIVE_INFINITY);
  const known = new Map<string, number[]>();
  const idsOf = (text: string): number[] => {
    const ids = known.get(text) ?? tokenizer.encode(text, { add_special_tokens: false }).ids;
    known.set(text, ids);
    return ids;
  };

  return {
    path,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    maxTokens: maxLength < NO_LIMIT ? maxLength : null,
    encodeWords(words) {
      const { ids } = tokenizer.encode(words.join(" "));
      // With its space: byte-level tokenizers keep the space as a part of the word's first token.
      const wordIds = words.map((word, i) => idsOf(i === 0 ? word : ` ${word}`));
      const inner = wordIds.flat();
      const start = ids.findIndex((_, at) => inner.every((id, i) => ids[at + i] === id));
      if (start < 0) {
        throw new Error(
          `encodeWords: mismatched tokens of "${words.join(" ")}": one word at a time gives ${inner.join(" ")}, the joined text ${ids.join(" ")}; expected the same tokens in both. Use a tokenizer that splits at spaces.`,
        );
      }
      const wordOfToken = ids.map((): number | null => null);
      let token = start;
      wordIds.forEach((group, word) => {
        for (const _ of group) wordOfToken[token++] = word;
      });
      return { ids, wordOfToken };
    },
    encode: (text) => tokenizer.encode(text).ids,
    tokens: (text) => tokenizer.encode(text).tokens,
  };
}

function parseJson(bytes: Uint8Array, path: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (error) {
    throw invalidTokenizer(path, (error as Error).message);
  }
  if (typeof content === "object" && content !== null) return content as Record<string, unknown>;
  throw invalidTokenizer(path, `it holds ${content}`);
}

function invalidTokenizer(path: string, got: string): Error {
  return new Error(
    `openTokenizer: invalid tokenizer ${path}: ${got}; expected a tokenizer.json as Hugging Face's tokenizers write it. Download it again.`,
  );
}
