import { existsSync, readFileSync } from "node:fs";

type Tree = Record<string, unknown>;

/** What a choice may be that its usual value does not show: one of some words, or numbers by name in the place of a word. */
export type ChoiceForms = Record<string, readonly string[] | Record<string, number>>;

/** What a file of choices holds: all of an earlier study's `study.json`, or some of it. */
export interface ChoicesFile {
  dataset?: unknown;
  model?: unknown;
  subjects?: unknown;
  demo?: unknown;
  choices?: unknown;
}

const PARTS = ["dataset", "model", "subjects", "demo", "choices"];

/** Reads a file of choices (JSON). Throws where there is none, where it is no JSON object, and for parts that no study has. */
export function readChoices(path: string): ChoicesFile {
  if (!existsSync(path)) {
    throw new Error(
      `readChoices: missing file of choices: ${path}; expected JSON. The study.json of an earlier study is one.`,
    );
  }
  const file = parsed(path);
  const odd = Object.keys(file).find((part) => !PARTS.includes(part));
  if (odd !== undefined) {
    throw new Error(
      `readChoices: unknown part of ${path}: "${odd}"; expected some of ${PARTS.join(", ")}. The study.json of an earlier study has them all.`,
    );
  }
  return file;
}

function parsed(path: string): Tree {
  let file: unknown;
  try {
    file = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(
      `readChoices: invalid JSON of ${path}: ${(error as Error).message}; expected an object. Correct it.`,
    );
  }
  if (isTree(file)) return file;
  throw mismatched("readChoices", path, file, "an object");
}

/**
 * Choices with some of them changed, as a file gives them; what it does not name stays as it is. Throws for names that are not there and for values of
 * another kind: a slip of the pen must not become a study with the usual choices. `place` says where the changes stand in the file.
 */
export function changeChoices<T extends object>(
  usual: T,
  changes: unknown,
  forms: ChoiceForms,
  place: string,
): T {
  if (!isTree(changes)) throw mismatched("changeChoices", place, changes, "an object with choices by name");
  const before = usual as Tree;
  const changed: Tree = { ...before };
  for (const [name, value] of Object.entries(changes)) {
    if (!(name in before)) {
      throw new Error(
        `changeChoices: unknown choice: ${place}.${name}; expected one of ${Object.keys(before).join(", ")}. Correct its name, or leave it out.`,
      );
    }
    changed[name] = changedValue(before[name], value, forms[name], `${place}.${name}`);
  }
  return changed as T;
}

function changedValue(usual: unknown, value: unknown, form: ChoiceForms[string], place: string): unknown {
  const refuse = (expected: string) => mismatched("changeChoices", place, value, expected);
  if (isTree(usual)) return changeChoices(usual, value, {}, place);
  if (isWords(form)) {
    if (form.includes(value as string)) return value;
    throw refuse(form.map((word) => `"${word}"`).join(" or "));
  }
  if (form !== undefined) {
    if (value === usual) return value;
    if (isTree(value) && Object.keys(form).every((name) => name in value))
      return changeChoices(form, value, {}, place);
    throw refuse(`${JSON.stringify(usual)} or ${JSON.stringify(form)}`);
  }
  if (Array.isArray(usual)) {
    if (Array.isArray(value) && value.every(Number.isFinite)) return value;
    throw refuse("a list of numbers");
  }
  if (!Number.isFinite(value)) throw refuse("a number");
  return value;
}

function mismatched(caller: string, place: string, value: unknown, expected: string): Error {
  return new Error(
    `${caller}: invalid value of ${place}: ${JSON.stringify(value)}; expected ${expected}. Correct it, or leave it out.`,
  );
}

function isWords(form: ChoiceForms[string] | undefined): form is readonly string[] {
  return Array.isArray(form);
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
