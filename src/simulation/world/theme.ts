import type { Random } from "../../tensor";
import { type Category, CONCEPTS } from "./concepts";
import { pick, pickSeveral } from "./draws";
import { DAY_TIMES, type DayTime, PLACE_PHRASES, PLACES, type Place } from "./places";
import type { Staging } from "./staging";

/** A category whose members have nouns. */
export type NounCategory = Exclude<Category, "face" | "mark">;

export const NOUN_CATEGORIES: readonly NounCategory[] = [
  "person",
  "animal",
  "food",
  "vehicle",
  "building",
  "tool",
  "nature",
];

export type Tense = "present" | "past" | "future";

/** What the scenes of a clip have in common. */
export interface Theme {
  name: string;
  places: readonly Place[];
  times: readonly DayTime[];
  /** Ids of the concepts that appear, at least four of each category. */
  cast: Readonly<Record<NounCategory, readonly string[]>>;
  stagings: Readonly<Record<Staging, number>>;
  /** Chance of a pleasant mood where a scene has one. */
  pleasant: number;
  tenses: Readonly<Record<Tense, number>>;
  /** Chance that a caption takes a rarer word. */
  rarity: number;
  /** Shares of captions that tell what is seen, and of those that tell something else. */
  captions: Readonly<Record<"seen" | "abstract" | "absent", number>>;
  /** What captions speak of that is not to be seen. */
  topics: Readonly<Record<NounCategory, number>>;
}

const STAGINGS: Readonly<Record<Staging, number>> = {
  journey: 1.6,
  chase: 1.5,
  tenderness: 1,
  quarrel: 1,
  talk: 1,
  thought: 1,
  belongings: 1.4,
  moods: 1.4,
  portrait: 0.6,
  pair: 0.9,
  stack: 0.8,
  sizes: 1.5,
  group: 0.8,
};

const CAST = Object.fromEntries(
  NOUN_CATEGORIES.map((category) => [
    category,
    CONCEPTS.filter((concept) => concept.category === category).map(({ id }) => id),
  ]),
) as Record<NounCategory, string[]>;

function evenly<K extends string>(keys: readonly K[]): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, 1])) as Record<K, number>;
}

/** Everything that the world has, in the proportions that small models are trained on. */
export const WHOLE_WORLD: Theme = {
  name: "the whole world",
  places: PLACES,
  times: DAY_TIMES,
  cast: CAST,
  stagings: STAGINGS,
  pleasant: 0.5,
  tenses: { present: 0.5, past: 0.3, future: 0.2 },
  rarity: 0.35,
  captions: { seen: 0.75, abstract: 0.1, absent: 0.15 },
  topics: evenly(NOUN_CATEGORIES),
};

/** A theme for one clip: two places, two times of day, a small cast and its own taste in scenes, moods, tenses and words. */
export function drawTheme(random: Random): Theme {
  const places = pickSeveral(PLACES, 2, random);
  const times = pickSeveral(DAY_TIMES, 2, random);
  const cast = Object.fromEntries(
    NOUN_CATEGORIES.map((category) => [category, pickSeveral(CAST[category], 4, random)]),
  ) as Record<NounCategory, string[]>;
  // Squares of uniforms: some kinds of scenes rule a clip, others hardly come.
  const taste = <K extends string>(weights: Readonly<Record<K, number>>) =>
    Object.fromEntries(
      Object.entries<number>(weights).map(([key, weight]) => [key, weight * (0.05 + random.uniform() ** 2)]),
    ) as Record<K, number>;
  return {
    name: places.map((place) => pick(PLACE_PHRASES[place], random)).join(" and "),
    places,
    times,
    cast,
    stagings: taste(STAGINGS),
    pleasant: random.uniform(),
    tenses: taste({ present: 1, past: 0.8, future: 0.6 }),
    rarity: 0.1 + 0.6 * random.uniform(),
    captions: { seen: 0.5, abstract: 0.1 + 0.2 * random.uniform(), absent: 0.2 + 0.3 * random.uniform() },
    topics: taste(evenly(NOUN_CATEGORIES)),
  };
}
