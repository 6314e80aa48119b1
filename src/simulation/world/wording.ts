import type { Random } from "../../tensor";
import { conceptOf } from "./concepts";
import { pick } from "./draws";
import type { Fact } from "./facts";
import { PLACE_PHRASES, TIME_PHRASES } from "./places";
import type { NounCategory, Tense, Theme } from "./theme";
import { ACT_VERBS, conjugate, JOURNEY_VERBS, OTHER_VERBS, type Verb } from "./verbs";
import { FEELINGS, HYPERNYMS, NUMBER_WORDS, plural, SIZE_WORDS } from "./words";

/**
 * One way of putting things: tense, sentence patterns and a word for each meaning, drawn when first needed and then kept. The same facts
 * with their parts swapped are thereby told in the same words.
 */
export interface Wording {
  tense: Tense;
  /** Words a fact. The rest of a caption, where and when, is told by a fact of the kind "setting". */
  tell(fact: Fact): string;
  /** One of several words or patterns with the same meaning, the usual one first. */
  choose<T>(meaning: string, values: readonly T[]): T;
  /** The noun of a concept with an article. */
  name(concept: string): string;
}

const RELATION_WORDS = {
  "left of": ["left of", "to the left of"],
  "right of": ["right of", "to the right of"],
  above: ["above", "over"],
  below: ["below", "under"],
} as const;

/**
 * Opens a wording in the style of a theme. `isAlone(concept)`: whether a picture holds it and nothing else of its category, so
 * that "the animal" is clear.
 */
export function openWording(
  theme: Theme,
  tense: Tense,
  isAlone: (concept: string) => boolean,
  random: Random,
): Wording {
  const chosen = new Map<string, unknown>();
  const choose = <T>(meaning: string, values: readonly T[]): T => {
    if (!chosen.has(meaning)) {
      const isUsual = values.length === 1 || random.uniform() >= theme.rarity;
      chosen.set(meaning, isUsual ? values[0] : pick(values.slice(1), random));
    }
    return chosen.get(meaning) as T;
  };
  // Patterns are no rarer than one another.
  const pattern = (meaning: string, n: number): number => {
    const key = `pattern of ${meaning}`;
    if (!chosen.has(key)) chosen.set(key, random.integer(n));
    return chosen.get(key) as number;
  };
  const noun = (concept: string): string => {
    const { category, nouns } = conceptOf(concept);
    const wider = HYPERNYMS[category as NounCategory];
    if (wider !== undefined && isAlone(concept) && pattern(`noun of ${concept}`, 8) === 0) {
      return choose(`category of ${concept}`, wider);
    }
    return choose(`noun of ${concept}`, nouns);
  };
  const phrase = (concept: string, adjective?: string): string => {
    const words = adjective === undefined ? noun(concept) : `${adjective} ${noun(concept)}`;
    if (pattern(`article of ${concept}`, 2) === 0) return `the ${words}`;
    return `${/^[aeiou]/.test(words) ? "an" : "a"} ${words}`;
  };
  const does = (meaning: string, verbs: readonly Verb[]): string =>
    conjugate(choose(meaning, verbs), tense, false);
  const is = conjugate(OTHER_VERBS.be, tense, false);
  const are = conjugate(OTHER_VERBS.be, tense, true);
  const act = (name: string, agent: string, patient: string): string => {
    const verbs =
      name === "have"
        ? ACT_VERBS[conceptOf(patient).category === "food" ? "eat" : "hold"]
        : ACT_VERBS[name as keyof typeof ACT_VERBS];
    const meaning = name === "have" ? `have ${conceptOf(patient).category}` : name;
    return `${phrase(agent)} ${does(meaning, verbs)} ${phrase(patient)}`;
  };
  const tell = (fact: Fact): string => {
    switch (fact.kind) {
      case "relation":
        return `${phrase(fact.a)} ${is} ${choose(fact.relation, RELATION_WORDS[fact.relation])} ${phrase(fact.b)}`;
      case "act":
        return act(fact.act, fact.agent, fact.patient);
      case "haves":
        return `${act("have", fact.a, fact.thingOfA)} ${["and", "while"][pattern("haves", 2)]} ${act("have", fact.b, fact.thingOfB)}`;
      case "feels": {
        const verb = pattern("feels", 3) === 0 ? conjugate(OTHER_VERBS.feel, tense, false) : is;
        return `${phrase(fact.owner)} ${verb} ${choose(fact.emotion, FEELINGS[fact.emotion])}`;
      }
      case "moods": {
        const link = ["and", "while"][pattern("moods", 2)];
        const feeling = (emotion: keyof typeof FEELINGS) => choose(emotion, FEELINGS[emotion]);
        return `${phrase(fact.a)} ${is} ${feeling(fact.emotionOfA)} ${link} ${phrase(fact.b)} ${is} ${feeling(fact.emotionOfB)}`;
      }
      case "sizes": {
        if (pattern("sizes", 3) === 0) return `${phrase(fact.big)} ${is} bigger than ${phrase(fact.small)}`;
        const sized = [
          phrase(fact.big, choose("big", SIZE_WORDS.big)),
          phrase(fact.small, choose("small", SIZE_WORDS.small)),
        ];
        return sized.join(" and ");
      }
      case "journey":
        return `${phrase(fact.agent)} ${does(`go ${fact.pace}`, JOURNEY_VERBS[fact.pace])} ${fact.direction} ${phrase(fact.goal)}`;
      case "portrait": {
        const feeling = choose(fact.emotion, FEELINGS[fact.emotion]);
        const article = /^[aeiou]/.test(feeling) ? "an" : "a";
        return [`someone ${is} ${feeling}`, `the face ${is} ${feeling}`, `${article} ${feeling} face`][
          pattern("portrait", 3)
        ];
      }
      case "number": {
        const many = `${NUMBER_WORDS[fact.count]} ${plural(choose(`noun of ${fact.concept}`, conceptOf(fact.concept).nouns))}`;
        return pattern("number", 2) === 0 ? many : `there ${are} ${many}`;
      }
      case "seen": {
        const both = `${phrase(fact.a)} and ${phrase(fact.b)}`;
        return pattern("seen", 2) === 0 ? both : `there ${is} ${both}`;
      }
      case "setting":
        return [choose(fact.place, PLACE_PHRASES[fact.place]), choose(fact.time, TIME_PHRASES[fact.time])][
          pattern("setting", 2)
        ];
    }
  };
  return { tense, tell, choose, name: phrase };
}
