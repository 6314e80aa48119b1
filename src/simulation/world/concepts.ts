/** What a thing is. Marks (a heart, a cloud of thought …) show what people do; faces show what they feel. */
export type Category =
  | "person"
  | "animal"
  | "food"
  | "vehicle"
  | "building"
  | "tool"
  | "nature"
  | "face"
  | "mark";

/** A thing that can be seen. */
export interface Concept {
  readonly id: string;
  readonly category: Category;
  /** Names of its pictograms in `@iconify-json/fluent-emoji-flat`, one for each look. */
  readonly icons: readonly string[];
  /** Its nouns, the usual one first. Faces and marks have none: their words are feelings and verbs. */
  readonly nouns: readonly string[];
}

const SKINS = ["light", "medium", "dark"];

function concepts(category: Category, rows: readonly (readonly [icons: string, nouns: string])[]): Concept[] {
  return rows.map(([icons, nouns]) => ({
    id: nouns.split(" ")[0],
    category,
    icons: icons
      .split(" ")
      .flatMap((icon) => (category === "person" ? SKINS.map((skin) => `${icon}-${skin}`) : [icon])),
    // The names of faces and marks are the project's own, for what they stand for: captions use other words.
    nouns: category === "face" || category === "mark" ? [] : nouns.split(" "),
  }));
}

/** Everything that a picture of the world can hold. A concept's number is its place in this list. */
export const CONCEPTS: readonly Concept[] = [
  ...concepts("person", [
    ["man", "man guy"],
    ["woman", "woman lady"],
    ["boy", "boy lad"],
    ["girl", "girl lass"],
    ["baby", "baby infant"],
    ["old-man", "grandpa grandfather"],
    ["old-woman", "grandma grandmother"],
    ["man-police-officer woman-police-officer", "officer constable"],
    ["man-cook woman-cook", "cook chef"],
    ["man-farmer woman-farmer", "farmer peasant"],
  ]),
  ...concepts("animal", [
    ["dog", "dog hound"],
    ["cat", "cat kitten"],
    ["horse", "horse pony"],
    ["cow", "cow ox"],
    ["duck", "duck mallard"],
    ["elephant", "elephant tusker"],
    ["lion", "lion beast"],
    ["rabbit", "rabbit bunny"],
    ["penguin", "penguin seabird"],
    ["turtle", "turtle tortoise"],
  ]),
  ...concepts("food", [
    ["pizza", "pizza"],
    ["red-apple", "apple fruit"],
    ["banana", "banana"],
    ["bread", "loaf"],
    ["cheese-wedge", "cheese cheddar"],
    ["hamburger", "burger hamburger"],
    ["shortcake", "cake dessert"],
    ["watermelon", "melon watermelon"],
  ]),
  ...concepts("vehicle", [
    ["automobile", "car automobile"],
    ["bus", "bus coach"],
    ["bicycle", "bicycle bike"],
    ["locomotive", "train locomotive"],
    ["tractor", "tractor"],
    ["motorcycle", "motorbike motorcycle"],
    ["rocket", "rocket spaceship"],
    ["helicopter", "helicopter chopper"],
  ]),
  ...concepts("building", [
    ["house", "house home"],
    ["castle", "castle fortress"],
    ["church", "church chapel"],
    ["hospital", "hospital clinic"],
    ["tent", "tent marquee"],
    ["office-building", "office tower"],
    ["factory", "factory mill"],
  ]),
  ...concepts("tool", [
    ["hammer", "hammer mallet"],
    ["axe", "axe hatchet"],
    ["key", "key latchkey"],
    ["umbrella", "umbrella parasol"],
    ["closed-book", "book novel"],
    ["guitar", "guitar lute"],
    ["camera", "camera"],
    ["telephone", "phone telephone"],
  ]),
  ...concepts("nature", [
    ["deciduous-tree", "tree oak"],
    ["evergreen-tree", "pine fir"],
    ["palm-tree", "palm"],
    ["cactus", "cactus"],
    ["sunflower", "sunflower blossom"],
    ["mushroom", "mushroom toadstool"],
    ["fire", "fire blaze"],
    ["rock", "rock boulder"],
  ]),
  ...concepts("face", [
    ["grinning-face-with-big-eyes", "joy"],
    ["smiling-face-with-heart-eyes", "love"],
    ["partying-face", "pride"],
    ["loudly-crying-face", "sorrow"],
    ["fearful-face", "fear"],
    ["pouting-face", "anger"],
    ["sleeping-face", "fatigue"],
    ["astonished-face", "surprise"],
  ]),
  ...concepts("mark", [
    ["red-heart", "heart"],
    ["anger-symbol", "anger-lines"],
    ["speech-balloon", "balloon"],
    ["thought-balloon", "cloud"],
  ]),
];

const BY_ID = new Map(CONCEPTS.map((concept, index) => [concept.id, { concept, index }]));

/** The concept of an id. Throws for an id that is none. */
export function conceptOf(id: string): Concept {
  return entry(id).concept;
}

/** The number of a concept in `CONCEPTS`. Throws for an id that is none. */
export function conceptIndex(id: string): number {
  return entry(id).index;
}

function entry(id: string): { concept: Concept; index: number } {
  const found = BY_ID.get(id);
  if (found !== undefined) return found;
  throw new Error(`conceptOf: unknown concept: "${id}"; expected an id of CONCEPTS. Check its spelling.`);
}
