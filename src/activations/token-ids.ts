import type { ModelInput } from "./model-inputs";

/** Throws when an id has no row in the embedding that the model looks it up in. `where` is the function called. */
export function checkTokenIds(ids: BigInt64Array, input: ModelInput, where: string): void {
  const { name, vocabulary } = input;
  if (vocabulary === null) return;
  const wrong = ids.find((id) => id < 0n || id >= BigInt(vocabulary));
  if (wrong === undefined) return;
  throw new Error(
    `${where}: mismatched tokens: ${name} holds ${wrong}; expected 0 to ${vocabulary - 1}, the rows of the model's embedding. Use the tokenizer of this model.`,
  );
}
