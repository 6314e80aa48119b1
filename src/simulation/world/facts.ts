import { conceptOf } from "./concepts";
import { type Act, type Emotion, hop, type Picture, type Thing } from "./picture";
import type { DayTime, Place } from "./places";

export type Relation = "left of" | "right of" | "above" | "below";

export const OPPOSITE: Readonly<Record<Relation, Relation>> = {
  "left of": "right of",
  "right of": "left of",
  above: "below",
  below: "above",
};

/** A statement that a picture can bear out or belie. `a`, `b` …: ids of concepts. */
export type Fact =
  | { kind: "relation"; a: string; relation: Relation; b: string }
  | { kind: "act"; act: Act; agent: string; patient: string }
  | { kind: "haves"; a: string; thingOfA: string; b: string; thingOfB: string }
  | { kind: "feels"; owner: string; emotion: Emotion }
  | { kind: "moods"; a: string; emotionOfA: Emotion; b: string; emotionOfB: Emotion }
  | { kind: "sizes"; big: string; small: string }
  | { kind: "journey"; agent: string; pace: "slow" | "fast"; direction: "toward" | "away from"; goal: string }
  | { kind: "portrait"; emotion: Emotion }
  | { kind: "number"; concept: string; count: number }
  | { kind: "seen"; a: string; b: string }
  | { kind: "setting"; place: Place; time: DayTime };

/** A thing is left of, or above, another when their centres are this far apart (pixels). */
const APART = 12;

/** Whether a picture bears a fact out. Where a concept is there several times, one of it is enough. */
export function isTrue(fact: Fact, picture: Picture): boolean {
  const { things, deeds } = picture;
  const all = (id: string) => things.filter(({ concept }) => concept === id);
  const some = (a: string, b: string, test: (a: Thing, b: Thing) => boolean) =>
    all(a).some((first) => all(b).some((second) => test(first, second)));
  const does = (act: Act, agent: string, patient: string) =>
    deeds.some(
      (deed) =>
        deed.act === act && things[deed.agent].concept === agent && things[deed.patient].concept === patient,
    );
  const feels = (id: string, emotion: Emotion) => all(id).some((thing) => thing.feels === emotion);
  switch (fact.kind) {
    case "relation":
      return some(fact.a, fact.b, (a, b) => isRelated(a, fact.relation, b));
    case "act":
      return does(fact.act, fact.agent, fact.patient);
    case "haves":
      return does("have", fact.a, fact.thingOfA) && does("have", fact.b, fact.thingOfB);
    case "feels":
      return feels(fact.owner, fact.emotion);
    case "moods":
      return feels(fact.a, fact.emotionOfA) && feels(fact.b, fact.emotionOfB);
    case "sizes":
      return some(fact.big, fact.small, (big, small) => big.size > small.size);
    case "journey":
      return some(fact.agent, fact.goal, (agent, goal) => {
        const goes = goal.x > agent.x === (agent.heading === "right") ? "toward" : "away from";
        return agent !== goal && agent.pace === fact.pace && goes === fact.direction;
      });
    case "portrait":
      return feels(fact.emotion, fact.emotion);
    case "number":
      return all(fact.concept).length === fact.count;
    case "seen":
      return all(fact.a).length > 0 && all(fact.b).length > 0;
    case "setting":
      return picture.place === fact.place && picture.time === fact.time;
  }
}

function isRelated(a: Thing, relation: Relation, b: Thing): boolean {
  // Wherever the two hop to, the relation must hold.
  const [da, db] = [hop(a, 1).dx, hop(b, 1).dx];
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const rightwards = Math.min(dx, dx - da + db);
  const leftwards = Math.min(-dx, -(dx - da + db));
  switch (relation) {
    case "left of":
      return rightwards >= APART;
    case "right of":
      return leftwards >= APART;
    case "above":
      return dy >= APART;
    case "below":
      return -dy >= APART;
  }
}

/** What a picture mainly shows, the first of the list its very point; then what is also true of it. The setting is left out. */
export function factsOf(picture: Picture): Fact[] {
  const { things, deeds } = picture;
  const facts: Fact[] = [];
  const id = (i: number) => things[i].concept;
  const has = deeds.filter(({ act }) => act === "have");
  if (has.length === 2) {
    const [first, second] = has;
    facts.push({
      kind: "haves",
      a: id(first.agent),
      thingOfA: id(first.patient),
      b: id(second.agent),
      thingOfB: id(second.patient),
    });
  }
  for (const { act, agent, patient } of deeds) {
    facts.push({ kind: "act", act, agent: id(agent), patient: id(patient) });
  }
  const faces = things.filter(({ feels }) => feels !== "nothing");
  const isFace = (thing: Thing) => conceptOf(thing.concept).category === "face";
  if (faces.length === 2) {
    const [a, b] = faces;
    facts.push({
      kind: "moods",
      a: a.concept,
      emotionOfA: a.feels as Emotion,
      b: b.concept,
      emotionOfB: b.feels as Emotion,
    });
  }
  for (const thing of faces) {
    const emotion = thing.feels as Emotion;
    facts.push(
      isFace(thing) ? { kind: "portrait", emotion } : { kind: "feels", owner: thing.concept, emotion },
    );
  }
  const [first, second] = things;
  if (first.pace !== "still" && deeds.length === 0) {
    const direction = second.x > first.x === (first.heading === "right") ? "toward" : "away from";
    facts.push({ kind: "journey", agent: first.concept, pace: first.pace, direction, goal: second.concept });
  }
  const counts = new Map<string, number>();
  for (const { concept } of things) counts.set(concept, (counts.get(concept) ?? 0) + 1);
  for (const [concept, count] of counts) if (count > 1) facts.push({ kind: "number", concept, count });
  return [...facts, ...comparisons(picture, counts)];
}

/** Sizes and relations between things that are there once and with both feet in the scene: what is only thought of has no place. */
function comparisons({ things, deeds }: Picture, counts: ReadonlyMap<string, number>): Fact[] {
  const thought = new Set(deeds.filter(({ act }) => act === "think").map(({ patient }) => patient));
  const solid = things.filter(
    ({ concept }, i) =>
      !thought.has(i) && counts.get(concept) === 1 && conceptOf(concept).category !== "face",
  );
  const facts: Fact[] = [];
  const relations: Relation[] = ["left of", "right of", "above", "below"];
  const held = new Set(
    deeds.filter(({ act }) => act === "have").map(({ patient }) => things[patient].concept),
  );
  for (const a of solid) {
    for (const b of solid) {
      if (a === b || held.has(a.concept) || held.has(b.concept)) continue;
      if (a.size > b.size) facts.push({ kind: "sizes", big: a.concept, small: b.concept });
      for (const relation of relations) {
        const isClear =
          relation === "left of" || relation === "right of"
            ? Math.abs(a.y - b.y) < APART
            : Math.abs(a.x - b.x) < APART;
        if (isClear && isRelated(a, relation, b))
          facts.push({ kind: "relation", a: a.concept, relation, b: b.concept });
      }
    }
  }
  if (solid.length > 1) facts.push({ kind: "seen", a: solid[0].concept, b: solid[1].concept });
  return facts;
}

/** The ids of the concepts that a fact speaks of. */
export function conceptsOf(fact: Fact): string[] {
  switch (fact.kind) {
    case "relation":
    case "seen":
      return [fact.a, fact.b];
    case "act":
      return [fact.agent, fact.patient];
    case "haves":
      return [fact.a, fact.thingOfA, fact.b, fact.thingOfB];
    case "feels":
      return [fact.owner];
    case "moods":
      return [fact.a, fact.b];
    case "sizes":
      return [fact.big, fact.small];
    case "journey":
      return [fact.agent, fact.goal];
    case "number":
      return [fact.concept];
    case "portrait":
    case "setting":
      return [];
  }
}
