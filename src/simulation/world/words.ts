import { CONCEPTS } from "./concepts";
import { EMOTION_VALENCE, EMOTIONS, type Emotion } from "./picture";
import { PLACE_PHRASES, TIME_PHRASES } from "./places";
import type { NounCategory } from "./theme";
import { ACT_VERBS, JOURNEY_VERBS, OTHER_VERBS, type Verb, type VerbClass } from "./verbs";

/** Adjectives for what faces show, the usual one first. */
export const FEELINGS: Readonly<Record<Emotion, readonly string[]>> = {
  joy: ["happy", "glad", "cheerful"],
  love: ["loving", "enchanted", "smitten"],
  pride: ["proud", "festive", "triumphant"],
  sorrow: ["sad", "unhappy", "heartbroken"],
  fear: ["afraid", "scared", "terrified"],
  anger: ["angry", "furious", "enraged"],
  fatigue: ["tired", "sleepy", "exhausted"],
  surprise: ["surprised", "amazed", "astonished"],
};

/** Nouns for what cannot be seen. */
export const ABSTRACT_NOUNS: Readonly<Record<"pleasant" | "unpleasant", readonly string[]>> = {
  pleasant: ["hope", "peace", "friendship", "freedom", "courage", "wonder", "gratitude"],
  unpleasant: ["war", "danger", "grief", "loneliness", "shame", "despair", "betrayal"],
};

/** Nouns that stand for any member of a category. */
export const HYPERNYMS: Readonly<Partial<Record<NounCategory, readonly string[]>>> = {
  person: ["person"],
  animal: ["animal", "creature"],
  food: ["snack"],
  vehicle: ["vehicle"],
  building: ["building"],
  tool: ["tool"],
};

export const SIZE_WORDS = { big: ["big", "large", "huge"], small: ["small", "little", "tiny"] } as const;

export const NUMBER_WORDS: Readonly<Record<number, string>> = { 2: "two", 3: "three" };

export const SUBJECTS = {
  singular: ["he", "she", "someone", "nobody", "everyone"],
  plural: ["they", "we"],
} as const;

/** Words that hold sentences together. */
export const FUNCTION_WORDS: readonly string[] =
  "a an the and while than is are was were will be of in on by at to no there left right above below over under toward away from bigger face air place world again here slowly now everywhere".split(
    " ",
  );

const PLURALS: Readonly<Record<string, string>> = {
  ox: "oxen",
  loaf: "loaves",
};

export function plural(noun: string): string {
  if (PLURALS[noun] !== undefined) return PLURALS[noun];
  if (/(s|x|ch|sh)$/.test(noun)) return `${noun}es`;
  return /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}

/** What is known about a word. */
export interface WordEntry {
  /** The category of the concept it names. */
  category?: NounCategory;
  /** The concept it names; none for a word that stands for a whole category. */
  concept?: string;
  verb?: VerbClass;
  isAbstract?: boolean;
  emotion?: Emotion;
  /** −1 … 1 */
  valence: number;
  /** Not the usual word for its meaning. */
  isRare: boolean;
  /** A verb's past form. */
  isPast: boolean;
}

/** Every word that a caption can have, with what is known about it. */
export const LEXICON: ReadonlyMap<string, WordEntry> = buildLexicon();

function buildLexicon(): Map<string, WordEntry> {
  const lexicon = new Map<string, WordEntry>();
  const add = (word: string, entry: Partial<WordEntry>) => {
    if (!lexicon.has(word)) lexicon.set(word, { valence: 0, isRare: false, isPast: false, ...entry });
  };
  for (const { id, category, nouns } of CONCEPTS) {
    nouns.forEach((noun, i) => {
      const entry = { category: category as NounCategory, concept: id, isRare: i > 0 };
      add(noun, entry);
      if (category !== "person") add(plural(noun), entry); // people come one by one
    });
  }
  for (const [category, nouns] of Object.entries(HYPERNYMS)) {
    for (const noun of nouns) add(noun, { category: category as NounCategory });
  }
  const addVerbs = (verbs: readonly Verb[]) =>
    verbs.forEach((verb, i) => {
      verb.forms.forEach((form, tense) =>
        add(form, { verb: verb.class, valence: verb.valence, isRare: i > 0, isPast: tense === 1 }),
      );
    });
  for (const verbs of Object.values(ACT_VERBS)) addVerbs(verbs);
  for (const verbs of Object.values(JOURNEY_VERBS)) addVerbs(verbs);
  for (const verbs of Object.values(OTHER_VERBS)) addVerbs(Array.isArray(verbs) ? verbs : [verbs as Verb]);
  for (const emotion of EMOTIONS) {
    FEELINGS[emotion].forEach((word, i) =>
      add(word, { emotion, valence: EMOTION_VALENCE[emotion], isRare: i > 0 }),
    );
  }
  for (const [mood, nouns] of Object.entries(ABSTRACT_NOUNS)) {
    for (const noun of nouns) add(noun, { isAbstract: true, valence: mood === "pleasant" ? 0.8 : -0.8 });
  }
  for (const was of ["was", "were"]) add(was, { verb: "other", isPast: true });
  for (const words of Object.values(SIZE_WORDS)) words.forEach((word, i) => add(word, { isRare: i > 0 }));
  for (const phrases of [...Object.values(PLACE_PHRASES), ...Object.values(TIME_PHRASES)]) {
    for (const phrase of phrases) for (const word of phrase.split(" ")) add(word, {});
  }
  for (const word of [...Object.values(NUMBER_WORDS), ...SUBJECTS.singular, ...SUBJECTS.plural])
    add(word, {});
  for (const word of FUNCTION_WORDS) add(word, {});
  return lexicon;
}

/** All words that captions are made of, sorted. */
export function vocabulary(): string[] {
  return [...LEXICON.keys()].sort();
}
