import type { Random } from "../../tensor";
import { CONCEPTS, conceptOf } from "./concepts";
import { pick, pickWeighted } from "./draws";
import { conceptsOf, type Fact, factsOf } from "./facts";
import { EMOTION_VALENCE, EMOTIONS, type Picture, pictureValence } from "./picture";
import type { Theme } from "./theme";
import { conjugate, OTHER_VERBS, type Verb } from "./verbs";
import { openWording, type Wording } from "./wording";
import { ABSTRACT_NOUNS, FEELINGS, SUBJECTS } from "./words";

/** A sentence about a picture, or beside it. */
export interface Line {
  text: string;
  /** "seen": what the picture shows; "abstract": what cannot be seen; "absent": a thing that is not there. */
  tells: "seen" | "abstract" | "absent";
  /** What a line of the kind "seen" states: its point, and maybe where or when. */
  facts: Fact[];
  /** How it was put, for lines of the kind "seen": its negatives are put alike. */
  wording: Wording;
}

/** Chance that a caption makes the picture's very point, rather than another true remark. */
const TO_THE_POINT = 0.7;

/** Words a picture in the style of a theme; `tells` settles what kind of sentence. All lines of the kind "seen" are true. */
export function describePicture(picture: Picture, theme: Theme, tells: Line["tells"], random: Random): Line {
  const shown = picture.things.map(({ concept }) => concept);
  const isAlone = (concept: string) =>
    shown.filter((other) => conceptOf(other).category === conceptOf(concept).category).join() === concept;
  const wording = openWording(theme, pickWeighted(theme.tenses, random), isAlone, random);
  if (tells !== "seen") {
    const text =
      tells === "abstract" ? tellMood(picture, wording, random) : tellAbsent(picture, theme, wording, random);
    return { text, tells, facts: [], wording };
  }
  const truths = factsOf(picture);
  // Where two things merely stand, none of the ways to say it is the point: "above" must not be likelier than "below".
  const points =
    truths[0].kind === "relation" ? truths.filter(({ kind }) => kind === "relation") : [truths[0]];
  const facts = [pick(random.uniform() < TO_THE_POINT ? points : truths, random)];
  if (random.uniform() < 0.4) facts.push({ kind: "setting", place: picture.place, time: picture.time });
  return { text: facts.map((fact) => wording.tell(fact)).join(" "), tells, facts, wording };
}

/** A sentence on something that cannot be seen, in the mood of the picture; in any mood where the picture has none. */
function tellMood(picture: Picture, wording: Wording, random: Random): string {
  const valence = pictureValence(picture) || (random.integer(2) === 0 ? 1 : -1);
  const noun = pick(ABSTRACT_NOUNS[valence > 0 ? "pleasant" : "unpleasant"], random);
  const { choose, tense } = wording;
  const does = (verb: Verb) => conjugate(verb, tense, false);
  switch (random.integer(5)) {
    case 0:
      return `${noun} ${does(choose("fill", OTHER_VERBS.fill))} the ${pick(["air", "place", "world"], random)}`;
    case 1:
      return `${noun} ${does(choose("grow", OTHER_VERBS.grow))} ${pick(["slowly", "again", "everywhere"], random)}`;
    case 2: {
      const emotion = pick(
        EMOTIONS.filter((one) => EMOTION_VALENCE[one] * valence > 0.5 * Math.abs(valence)),
        random,
      );
      return `${withSubject(OTHER_VERBS.feel, wording, random)} ${choose(emotion, FEELINGS[emotion])}`;
    }
    case 3:
      return `${withSubject(choose("know", OTHER_VERBS.know), wording, random)} ${noun}`;
    default:
      return `${withSubject(choose("discuss", OTHER_VERBS.discuss), wording, random)} ${noun} ${pick(["now", "again"], random)}`;
  }
}

/** A sentence on a thing that the picture does not show. */
function tellAbsent(picture: Picture, theme: Theme, wording: Wording, random: Random): string {
  const shown = new Set(picture.things.map(({ concept }) => concept));
  const category = pickWeighted(theme.topics, random);
  const absent = CONCEPTS.filter((concept) => concept.category === category && !shown.has(concept.id));
  const { choose, tense } = wording;
  const noun = choose("absent", pick(absent, random).nouns);
  switch (random.integer(5)) {
    case 0:
      return `there ${conjugate(OTHER_VERBS.be, tense, false)} no ${noun} here`;
    case 1:
      return `${withSubject(choose("miss", OTHER_VERBS.miss), wording, random)} the ${noun}`;
    case 2:
      return `${withSubject(choose("discuss", OTHER_VERBS.discuss), wording, random)} the ${noun}`;
    default:
      return `${withSubject(choose("recall", OTHER_VERBS.recall), wording, random)} the ${noun}`;
  }
}

function withSubject(verb: Verb, { tense }: Wording, random: Random): string {
  const isPlural = random.uniform() < 0.4;
  const subject = pick<string>(isPlural ? SUBJECTS.plural : SUBJECTS.singular, random);
  return `${subject} ${conjugate(verb, tense, isPlural)}`;
}

/** The concept that a caption which states these facts names first; none where it names none. */
export function firstConcept(facts: readonly Fact[]): string | undefined {
  return facts.flatMap(conceptsOf)[0];
}
