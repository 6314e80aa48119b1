import type { Random } from "../../tensor";
import type { Line } from "./captions";
import { CONCEPTS, conceptOf } from "./concepts";
import { pick } from "./draws";
import { conceptsOf, type Fact, isTrue, OPPOSITE } from "./facts";
import { type Act, EMOTION_VALENCE, EMOTIONS, type Emotion, type Picture } from "./picture";
import { DAY_TIMES, PLACES } from "./places";

/**
 * What a false caption has changed. The same words in another order: who does it to whom ("role"), who feels or has it ("owner"; where one of
 * the two is not named, the other's noun), which is the big one ("size"). One meaning changed: the relation ("place"), a thing that is not there
 * ("thing"), what is done ("act"), what is felt ("feeling"), how many ("number"), where or when ("setting").
 */
export type NegativeKind =
  | "role"
  | "owner"
  | "size"
  | "place"
  | "thing"
  | "act"
  | "feeling"
  | "number"
  | "setting";

/** A caption that differs little from a true one and is false of the picture. */
export interface Negative {
  kind: NegativeKind;
  text: string;
  facts: Fact[];
}

/**
 * One false caption of each kind that a line and its picture allow; none for lines that are not about the picture. They are
 * drawn so that words alone do not tell them from the truth.
 */
export function negativesOf(line: Line, picture: Picture, random: Random): Negative[] {
  const negatives: Negative[] = [];
  line.facts.forEach((fact, place) => {
    for (const [kind, changes] of Object.entries(changesOf(fact, picture, random))) {
      const isFalse = changes.filter((change) => !isTrue(change, picture));
      if (isFalse.length === 0) continue;
      const facts = line.facts.with(place, pick(isFalse, random));
      const text = facts.map((part) => line.wording.tell(part)).join(" ");
      if (text !== line.text) negatives.push({ kind: kind as NegativeKind, text, facts });
    }
  });
  return negatives;
}

type Changes = Partial<Record<NegativeKind, Fact[]>>;

function changesOf(fact: Fact, picture: Picture, random: Random): Changes {
  const thing = changeThing(fact, picture, random);
  switch (fact.kind) {
    case "relation":
      return {
        role: [{ ...fact, a: fact.b, b: fact.a }],
        place: [{ ...fact, relation: OPPOSITE[fact.relation] }],
        thing,
      };
    case "act": {
      if (fact.act === "think" || fact.act === "have") {
        return { owner: othersLike(fact.agent, picture).map((agent) => ({ ...fact, agent })), thing };
      }
      return {
        role: [{ ...fact, agent: fact.patient, patient: fact.agent }],
        act: possibleActs(fact).map((act) => ({ ...fact, act })),
        thing,
      };
    }
    case "haves":
      return { owner: [{ ...fact, thingOfA: fact.thingOfB, thingOfB: fact.thingOfA }], thing };
    case "feels":
      return {
        owner: othersLike(fact.owner, picture).map((owner) => ({ ...fact, owner })),
        feeling: contraries(fact.emotion).map((emotion) => ({ ...fact, emotion })),
        thing,
      };
    case "moods":
      return {
        owner: [{ ...fact, emotionOfA: fact.emotionOfB, emotionOfB: fact.emotionOfA }],
        feeling: contraries(fact.emotionOfA).map((emotionOfA) => ({ ...fact, emotionOfA })),
        thing,
      };
    case "sizes":
      return { size: [{ ...fact, big: fact.small, small: fact.big }], thing };
    case "journey":
      return {
        place: [{ ...fact, direction: fact.direction === "toward" ? "away from" : "toward" }],
        act: [{ ...fact, pace: fact.pace === "slow" ? "fast" : "slow" }],
        role: isReversible(fact) ? [{ ...fact, agent: fact.goal, goal: fact.agent }] : [],
        thing,
      };
    case "portrait":
      return { feeling: contraries(fact.emotion).map((emotion) => ({ ...fact, emotion })) };
    case "number":
      return { number: [{ ...fact, count: fact.count === 2 ? 3 : 2 }], thing };
    case "seen":
      return { thing };
    case "setting":
      return {
        // Both at once, since a caption tells only one of the two.
        setting: PLACES.filter((place) => place !== picture.place).map((place, i) => ({
          kind: "setting",
          place,
          time: DAY_TIMES.filter((time) => time !== picture.time)[i % 2],
        })),
      };
  }
}

/** The fact with one of its concepts replaced by one of the same category that the picture does not show. */
function changeThing(fact: Fact, picture: Picture, random: Random): Fact[] {
  const named = conceptsOf(fact);
  if (named.length === 0) return [];
  const replaced = pick(named, random);
  const { category } = conceptOf(replaced);
  const shown = new Set(picture.things.map(({ concept }) => concept));
  const absent = CONCEPTS.filter((concept) => concept.category === category && !shown.has(concept.id));
  const other = pick(absent, random).id;
  const entries = Object.entries(fact).map(([part, value]) => [
    part,
    part !== "kind" && value === replaced ? other : value,
  ]);
  return [Object.fromEntries(entries) as Fact];
}

/** What people do to one another, about as often as pictures show it. */
const PEOPLE_ACTS: readonly Act[] = ["quarrel", "quarrel", "talk", "talk", "love", "chase"];

/** What the two could do to one another anywhere in the world: a false caption must not be odd in itself. */
function possibleActs({ agent, patient }: { agent: string; patient: string }): readonly Act[] {
  const categories = [agent, patient].map((concept) => conceptOf(concept).category);
  if (categories.includes("vehicle")) return ["chase"];
  return categories.includes("animal") ? ["chase", "love"] : PEOPLE_ACTS;
}

/** Whether each of the two can go and be gone to in true captions. */
function isReversible({ agent, goal }: { agent: string; goal: string }): boolean {
  return [agent, goal].every((concept) => ["vehicle", "animal"].includes(conceptOf(concept).category));
}

/** Others in the picture who could be or do the same: people and animals. */
function othersLike(concept: string, { things }: Picture): string[] {
  return things
    .map((thing) => thing.concept)
    .filter((other) => other !== concept && ["person", "animal"].includes(conceptOf(other).category));
}

/** Emotions of the other sign, or of hardly one, as often as pictures show these; for those of hardly one, all clear ones. */
function contraries(emotion: Emotion): Emotion[] {
  const sign = (one: Emotion) => (Math.abs(EMOTION_VALENCE[one]) < 0.5 ? 0 : Math.sign(EMOTION_VALENCE[one]));
  if (sign(emotion) === 0) return EMOTIONS.filter((other) => sign(other) !== 0);
  const opposite = EMOTIONS.filter((other) => sign(other) === -sign(emotion));
  return [...opposite, ...opposite, ...EMOTIONS.filter((other) => sign(other) === 0)];
}
