import { ATTRIBUTES, type AttributeName } from "./attributes";
import { conceptOf } from "./concepts";
import { FRAME_PIXELS, type Picture, pictureValence } from "./picture";
import type { Frame } from "./render";
import { NOUN_CATEGORIES, type NounCategory } from "./theme";
import { LEXICON } from "./words";

/** A second of the film: what is seen and said, and what was before. */
export interface Moment {
  picture: Picture;
  frame: Frame;
  /** The frame of the same picture a second before; none in its first. */
  frameBefore: Frame | undefined;
  caption: string;
  /** The caption stands for the first second. */
  isNewCaption: boolean;
  /** 1: the caption is true of the picture, −1: false, 0: not about it. */
  congruence: -1 | 0 | 1;
  /** The concept that the caption names first; none where it names none. */
  firstConcept: string | undefined;
}

const OBJECTS: readonly NounCategory[] = ["building", "tool", "nature"];

/** The attributes of one second, in the order of `ATTRIBUTES`; see there for what each is. */
export function measureMoment(moment: Moment): Float64Array {
  const values = { ...measurePicture(moment), ...measureWords(moment), ...measureBoth(moment) };
  return Float64Array.from(ATTRIBUTES, ({ name }) => (values as Record<AttributeName, number>)[name]);
}

function measurePicture({ picture, frame, frameBefore }: Moment) {
  const { things } = picture;
  const count = (category: string) =>
    things.filter(({ concept }) => conceptOf(concept).category === category).length;
  const light = luminance(frame);
  const brightness = mean(light);
  const before = frameBefore === undefined ? light : luminance(frameBefore);
  const half = FRAME_PIXELS / 2;
  return {
    brightness,
    contrast: Math.sqrt(mean(light.map((value) => (value - brightness) ** 2))),
    colourfulness: colourfulness(frame),
    "motion energy": mean(light.map((value, i) => Math.abs(value - before[i]))),
    "people seen": count("person"),
    "animals seen": count("animal"),
    "food seen": count("food"),
    "vehicles seen": count("vehicle"),
    "buildings seen": count("building"),
    "tools seen": count("tool"),
    "nature seen": count("nature"),
    "faces seen": things.filter(({ feels }) => feels !== "nothing").length,
    "scene change": frameBefore === undefined ? 1 : 0,
    "moving things": things.filter(({ pace }) => pace !== "still").length,
    things: things.length,
    eccentricity: mean(things.map(({ x, y }) => Math.hypot(x - half, y - half) / half)),
  };
}

function measureWords({ caption, isNewCaption }: Moment) {
  const words = caption.split(" ");
  const entries = words.map(entryOf);
  const named = Object.fromEntries(
    NOUN_CATEGORIES.map((category) => [
      category,
      entries.filter((entry) => entry.category === category).length,
    ]),
  ) as Record<NounCategory, number>;
  const verbs = (of: string) => entries.filter(({ verb }) => verb === of).length;
  return {
    words: words.length,
    "word length": mean(words.map((word) => word.length)),
    "rare words": entries.filter(({ isRare }) => isRare).length,
    "caption onset": isNewCaption ? 1 : 0,
    "people named": named.person,
    "animals named": named.animal,
    "food named": named.food,
    "vehicles named": named.vehicle,
    "objects named": OBJECTS.reduce((sum, category) => sum + named[category], 0),
    "actions named": verbs("bodily"),
    "abstract words": entries.filter(({ isAbstract }) => isAbstract).length,
    "feelings named": entries.filter(({ emotion }) => emotion !== undefined).length,
    "mental states": verbs("mental"),
    past: entries.some(({ isPast }) => isPast) ? 1 : 0,
    future: words.includes("will") ? 1 : 0,
  };
}

function measureBoth({ picture, caption, congruence, firstConcept }: Moment) {
  const entries = caption.split(" ").map(entryOf);
  const valences = entries.map(({ valence }) => valence).filter((value) => value !== 0);
  const said = valences.length === 0 ? 0 : mean(valences);
  const shown = pictureValence(picture);
  const isSocial = [
    picture.deeds.some(({ act }) => act === "love" || act === "quarrel" || act === "talk"),
    entries.some(({ verb }) => verb === "social"),
  ];
  const agents = picture.things.filter(({ concept }) => concept === firstConcept);
  const half = FRAME_PIXELS / 2;
  return {
    "social interaction": isSocial.filter(Boolean).length / 2,
    valence: (shown + said) / 2,
    congruence,
    "agent side": mean(agents.map(({ x }) => (x - half) / half)),
    "shared emotion": shown * said,
  };
}

function entryOf(word: string) {
  const entry = LEXICON.get(word);
  if (entry !== undefined) return entry;
  throw new Error(
    `measureMoment: unknown word: "${word}"; expected words of the world's captions. Add it to the lexicon.`,
  );
}

/** Luminance of every pixel, 0 … 1 (weights of ITU-R BT.601). */
function luminance({ data }: Frame): Float64Array {
  return Float64Array.from(
    { length: data.length / 3 },
    (_, i) => (0.299 * data[3 * i] + 0.587 * data[3 * i + 1] + 0.114 * data[3 * i + 2]) / 255,
  );
}

function colourfulness({ data }: Frame): number {
  let sum = 0;
  for (let i = 0; i < data.length; i += 3) {
    const [red, green, blue] = [data[i], data[i + 1], data[i + 2]];
    sum += Math.max(red, green, blue) - Math.min(red, green, blue);
  }
  return sum / (255 * (data.length / 3));
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return values.length === 0 ? 0 : sum / values.length;
}
