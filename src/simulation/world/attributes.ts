/** What kind of brain network an attribute is meant for: the drivers of simulated responses come from these. */
export type Level =
  | "low vision"
  | "high vision"
  | "language form"
  | "language meaning"
  | "attention"
  | "default mode"
  | "binding";

/** Where an attribute can be read off: in the picture alone, in the words alone, or only in the two together. */
export type Evidence = "picture" | "words" | "both";

/** One measure of a second of the film. */
export interface Attribute {
  readonly name: string;
  readonly level: Level;
  readonly evidence: Evidence;
  /** Its definition, with unit or range. */
  readonly says: string;
}

/** The measures of every second of the film, in the order of the columns of `FilmRun.attributes`. All are 0 in rest. */
export const ATTRIBUTES = [
  define("brightness", "low vision", "picture", "mean luminance (Rec. 601) of the frame, 0 … 1"),
  define("contrast", "low vision", "picture", "SD of the luminance over the frame's pixels"),
  define("colourfulness", "low vision", "picture", "mean of max − min over red, green and blue, 0 … 1"),
  define(
    "motion energy",
    "low vision",
    "picture",
    "mean absolute change of luminance since the second before, within a picture",
  ),

  define("people seen", "high vision", "picture", "number of people in the picture"),
  define("animals seen", "high vision", "picture", "number of animals in the picture"),
  define("food seen", "high vision", "picture", "number of foods in the picture"),
  define("vehicles seen", "high vision", "picture", "number of vehicles in the picture"),
  define("buildings seen", "high vision", "picture", "number of buildings in the picture"),
  define("tools seen", "high vision", "picture", "number of tools and instruments in the picture"),
  define("nature seen", "high vision", "picture", "number of plants and natural things in the picture"),
  define("faces seen", "high vision", "picture", "number of emotional faces in the picture"),

  define("words", "language form", "words", "number of words of the caption"),
  define("word length", "language form", "words", "mean number of letters of the caption's words"),
  define(
    "rare words",
    "language form",
    "words",
    "number of words that are not the usual ones for their meaning",
  ),
  define("caption onset", "language form", "words", "1 in the first second of a new caption"),

  define("people named", "language meaning", "words", "number of people the caption names, seen or not"),
  define("animals named", "language meaning", "words", "number of animals the caption names, seen or not"),
  define("food named", "language meaning", "words", "number of foods the caption names, seen or not"),
  define("vehicles named", "language meaning", "words", "number of vehicles the caption names, seen or not"),
  define(
    "objects named",
    "language meaning",
    "words",
    "number of buildings, tools and natural things the caption names, seen or not",
  ),
  define("actions named", "language meaning", "words", "number of verbs of bodily action"),
  define("abstract words", "language meaning", "words", "number of abstract nouns"),
  define("feelings named", "language meaning", "words", "number of words for emotions"),

  define("scene change", "attention", "picture", "1 in the first second of a new picture"),
  define("moving things", "attention", "picture", "number of things in motion"),
  define("things", "attention", "picture", "number of people, animals and things in the picture"),
  define(
    "eccentricity",
    "attention",
    "picture",
    "mean distance of the things from the centre, 1 = half a side",
  ),

  define(
    "social interaction",
    "default mode",
    "both",
    "picture and caption with a social act: 0, 0.5 (one) or 1 (both)",
  ),
  define("mental states", "default mode", "words", "number of verbs of thinking, feeling or wanting"),
  define("past", "default mode", "words", "1 where the caption tells of the past"),
  define("future", "default mode", "words", "1 where the caption tells of the future"),
  define("valence", "default mode", "both", "mean of picture and words, −1 unpleasant … 1 pleasant"),

  define(
    "congruence",
    "binding",
    "both",
    "1: the caption is true of the picture, −1: false of it, 0: not about it",
  ),
  define(
    "agent side",
    "binding",
    "both",
    "where the caption's first-named thing is in the picture: −1 left … 1 right, 0 not seen",
  ),
  define("shared emotion", "binding", "both", "valence of the picture × valence of the words, −1 … 1"),
] as const;

/** The name of one of the `ATTRIBUTES`. */
export type AttributeName = (typeof ATTRIBUTES)[number]["name"];

function define<N extends string, L extends Level>(
  name: N,
  level: L,
  evidence: Evidence,
  says: string,
): Attribute & { readonly name: N; readonly level: L } {
  return { name, level, evidence, says };
}
