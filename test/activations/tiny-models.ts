import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { decodeOnnx } from "../../src/activations/onnx-file";

export const FIXTURES = join(__dirname, "..", "fixtures", "activations");
/** Words that the tiny tokenizer knows; some have several tokens. */
export const TINY_WORDS = [
  ...[
    "Alice",
    "was",
    "beginning",
    "to",
    "get",
    "very",
    "tired",
    "of",
    "sitting",
    "by",
    "her",
    "sister",
    "'s",
    "on",
  ],
  ...["the", "bank", "Alice", "beginning", "very", "tired", "by", "the", "bank", "of", "her", "sister"],
].map((text) => ({ text }));

export const TINY_TOKENIZER = join(FIXTURES, "tiny-tokenizer", "tokenizer.json");

/** The styles of `make_tiny_models.py`. */
export const STYLES = ["eager", "sdpa", "rank3", "two-streams"] as const;
export type Style = (typeof STYLES)[number];

/** What `make_tiny_models.py` writes beside a model. */
export interface TinyReference {
  ids: number[][];
  mask: number[][];
  /** [batch][reading][token] */
  queryWeights: number[][][];
  keyWeights: number[][][];
  /** [attention][batch][reading][head][dim], in float64. */
  neurons: number[][][][][];
  pixels?: number[][][][];
}

export const tinyPath = (style: Style) => join(FIXTURES, `${style}.onnx`);
export const tinyModel = (style: Style) => decodeOnnx(readFileSync(tinyPath(style)), `${style}.onnx`);
export const tinyReference = (style: Style): TinyReference =>
  JSON.parse(readFileSync(join(FIXTURES, `${style}.json`), "utf8"));

/** A folder that is removed when the tests of the file are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "brainlens-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
