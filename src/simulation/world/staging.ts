import type { Random } from "../../tensor";
import { pick, pickSeveral, pickWeighted } from "./draws";
import type { Deed, Emotion, Picture, Size, Thing } from "./picture";
import type { NounCategory, Theme } from "./theme";

/** The ways in which a picture can be set up. */
export type Staging =
  | "journey"
  | "chase"
  | "tenderness"
  | "quarrel"
  | "talk"
  | "thought"
  | "belongings"
  | "moods"
  | "portrait"
  | "pair"
  | "stack"
  | "sizes"
  | "group";

const PLEASANT: readonly Emotion[] = ["joy", "love", "pride"];
const UNPLEASANT: readonly Emotion[] = ["sorrow", "fear", "anger"];
const OTHER: readonly Emotion[] = ["fatigue", "surprise"];
const LIGHTS = [0.75, 0.85, 0.95, 1.05];
const N_LOOKS = 3;
const MOBILE: readonly NounCategory[] = ["person", "animal", "vehicle"];
const ANIMATE: readonly NounCategory[] = ["person", "animal"];
const THINGS: readonly NounCategory[] = ["animal", "food", "vehicle", "building", "tool", "nature"];

/** Sets up a picture of a theme. No concept comes twice, but in a "group", which is several of one. */
export function stagePicture(theme: Theme, random: Random): Picture {
  const staging = pickWeighted(theme.stagings, random);
  const picture: Picture = {
    place: pick(theme.places, random),
    time: pick(theme.times, random),
    layout: random.integer(2),
    light: pick(LIGHTS, random),
    things: [],
    deeds: [],
  };
  const used = new Set<string>();
  const cast = (categories: readonly NounCategory[]): string => {
    const free = categories
      .map((category) => theme.cast[category].filter((id) => !used.has(id)))
      .filter((ids) => ids.length > 0);
    const id = pick(pick(free, random), random);
    used.add(id);
    return id;
  };
  const thing = (concept: string, x: number, y: number, size: Size = 28): Thing => ({
    concept,
    look: random.integer(N_LOOKS),
    size,
    x,
    y,
    pace: "still",
    heading: "right",
    feels: "nothing",
  });
  const [near, far] = random.integer(2) === 0 ? [16, 48] : [48, 16];
  const ground = 44;
  const isPleasant = random.uniform() < theme.pleasant;
  const feeling = (): Emotion =>
    random.uniform() < 0.2 ? pick(OTHER, random) : pick(isPleasant ? PLEASANT : UNPLEASANT, random);
  // What moves needs room behind it for its streaks, and before it to hop.
  const inwards = (x: number) => (x < 32 ? x + 4 : x - 4);
  const outwards = (x: number) => (x < 32 ? x - 4 : x + 4);
  const towards = near < far ? "right" : "left";
  const away = near < far ? "left" : "right";

  switch (staging) {
    case "journey": {
      const pace = random.integer(2) === 0 ? "slow" : "fast";
      const goal = thing(cast(["building", "nature", "vehicle", "animal"]), outwards(far), ground - 4);
      const heading = random.integer(2) === 0 ? towards : away;
      const x = inwards(near);
      picture.things.push({ ...thing(cast(MOBILE), x, ground), pace, heading }, goal);
      break;
    }
    case "chase": {
      const chaser: Thing = {
        ...thing(cast(MOBILE), inwards(near), ground),
        pace: "fast",
        heading: towards,
      };
      picture.things.push(chaser, thing(cast(MOBILE), outwards(far), ground));
      picture.deeds.push({ act: "chase", agent: 0, patient: 1 });
      break;
    }
    case "tenderness":
    case "quarrel":
    case "talk": {
      const act = ({ tenderness: "love", quarrel: "quarrel", talk: "talk" } as const)[staging];
      const who = act === "love" ? ANIMATE : (["person"] as const);
      picture.things.push(thing(cast(who), near, ground), thing(cast(who), far, ground));
      picture.deeds.push({ act, agent: 0, patient: 1 });
      break;
    }
    case "thought": {
      picture.things.push(thing(cast(["person"]), near, ground), thing(cast(THINGS), near, 14, 16));
      picture.things.push(thing(cast(["person"]), far, ground));
      picture.deeds.push({ act: "think", agent: 0, patient: 1 });
      break;
    }
    case "belongings": {
      const isShared = random.uniform() < 0.6;
      for (const [owner, x] of [near, far].entries()) {
        picture.things.push(thing(cast(ANIMATE), x, ground - 8));
        if (owner === 1 && !isShared) break;
        const deed: Deed = { act: "have", agent: 2 * owner, patient: 2 * owner + 1 };
        picture.things.push(thing(cast(["food", "tool"]), x, ground + 12, 16));
        picture.deeds.push(deed);
      }
      break;
    }
    case "moods": {
      const first = feeling();
      let second = feeling();
      // Two who feel the same, or the opposite: one picture in two has both of a kind.
      if (random.uniform() < 0.5) second = pick(isPleasant ? UNPLEASANT : PLEASANT, random);
      const other = thing(cast(ANIMATE), far, ground);
      picture.things.push({ ...thing(cast(["person"]), near, ground), feels: first });
      picture.things.push(random.uniform() < 0.7 && second !== first ? { ...other, feels: second } : other);
      break;
    }
    case "portrait": {
      const emotion = feeling();
      picture.things.push({ ...thing(emotion, near < far ? 24 : 40, 32, 44), feels: emotion });
      if (random.uniform() < 0.6) picture.things.push(thing(cast(THINGS), near < far ? 56 : 8, 52, 16));
      break;
    }
    case "pair": {
      picture.things.push(thing(cast(THINGS), near, ground), thing(cast(THINGS), far, ground));
      if (random.uniform() < 0.25) picture.things.push(thing(cast(THINGS), 32, 16, 16));
      break;
    }
    case "stack": {
      const x = pick([20, 32, 44], random);
      picture.things.push(thing(cast(THINGS), x, 16), thing(cast(THINGS), x, 48));
      break;
    }
    case "sizes": {
      const categories = random.integer(2) === 0 ? THINGS : ANIMATE;
      picture.things.push(thing(cast(categories), near, ground - 4));
      picture.things.push(thing(cast(categories), far, ground + 4, 16));
      break;
    }
    case "group": {
      const first = thing(cast(THINGS), 0, 0);
      const spots = pickSeveral([12, 32, 52], 2 + random.integer(2), random).sort((a, b) => a - b);
      for (const x of spots) picture.things.push({ ...first, x, y: 44, size: 16 });
      if (random.uniform() < 0.4) picture.things.push(thing(cast(["person"]), 32, 16));
      break;
    }
  }
  return picture;
}
