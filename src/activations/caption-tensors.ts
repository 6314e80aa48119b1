import { contentKey } from "../store";
import { type StepTensor, stepTensor } from "./step-tensor";
import type { WordTokenizer } from "./tokenizer";

/**
 * Texts as the inputs of a text model: `input_ids` and `attention_mask` [nSteps × tokens], padded on the right. A text longer than
 * `maxTokens` (default: what the tokenizer's configuration says) is cut before its last special token; `truncated` lists the
 * steps where that happened. Throws for a text without any token.
 */
export function captionTensors(
  texts: readonly string[],
  tokenizer: WordTokenizer,
  { maxTokens = tokenizer.maxTokens }: { maxTokens?: number | null } = {},
): { inputs: { input_ids: StepTensor; attention_mask: StepTensor }; truncated: number[] } {
  const truncated: number[] = [];
  const encoded = texts.map((text, step) => {
    const ids = tokenizer.encode(text);
    if (ids.length === 0) {
      throw new Error(
        `captionTensors: missing tokens of step ${step}: ${JSON.stringify(text)} has none; expected a text. Leave out steps without text.`,
      );
    }
    if (maxTokens === null || ids.length <= maxTokens) return ids;
    truncated.push(step);
    return [...ids.slice(0, maxTokens - 1), ids[ids.length - 1]];
  });
  const width = Math.max(...encoded.map((ids) => ids.length));
  const values = (of: (ids: number[], token: number) => number) =>
    BigInt64Array.from({ length: texts.length * width }, (_, i) =>
      BigInt(of(encoded[Math.floor(i / width)], i % width)),
    );
  const inputs = {
    input_ids: stepTensor(
      values((ids, token) => ids[token] ?? 0),
      [width],
    ),
    attention_mask: stepTensor(
      values((ids, token) => Number(token < ids.length)),
      [width],
    ),
  };
  // The tokenizer is part of what was shown: another one with the same ids is another extraction.
  const key = (name: string, tensor: StepTensor) =>
    contentKey({ name, tokenizer: tokenizer.sha256, values: tensor.key });
  return {
    inputs: {
      input_ids: { ...inputs.input_ids, key: key("input_ids", inputs.input_ids) },
      attention_mask: inputs.attention_mask,
    },
    truncated,
  };
}
