import type { DayTime, Place } from "./places";

/** Side of a frame in pixels; positions and sizes are in the same unit. */
export const FRAME_PIXELS = 64;

/** Few sizes and positions on a 4-pixel grid: what makes the world learnable for a small model. */
export type Size = 16 | 28 | 44;

/** What a face shows: the id of a concept of the category "face". */
export type Emotion = "joy" | "love" | "pride" | "sorrow" | "fear" | "anger" | "fatigue" | "surprise";

export const EMOTIONS: readonly Emotion[] = [
  "joy",
  "love",
  "pride",
  "sorrow",
  "fear",
  "anger",
  "fatigue",
  "surprise",
];

/** How pleasant an emotion is, −1 … 1. */
export const EMOTION_VALENCE: Readonly<Record<Emotion, number>> = {
  joy: 0.8,
  love: 1,
  pride: 0.9,
  sorrow: -0.8,
  fear: -0.7,
  anger: -0.9,
  fatigue: -0.2,
  surprise: 0.2,
};

/** One person, animal or thing in a picture. `x`, `y`: its centre, from the left and from the top. */
export interface Thing {
  concept: string;
  /** Which of the concept's pictograms. */
  look: number;
  size: Size;
  x: number;
  y: number;
  pace: "still" | "slow" | "fast";
  heading: "left" | "right";
  /** Shown by a face above it; a big face is the thing itself. */
  feels: Emotion | "nothing";
}

/**
 * What one thing does to another, each shown beside its agent and nowhere else: streaks behind who chases, a heart or anger lines above who loves
 * or quarrels, a speech balloon above who talks, a cloud with the thing in it above who thinks, the thing in front of who has it.
 */
export type Act = "chase" | "love" | "quarrel" | "talk" | "think" | "have";

/** `agent` and `patient` are places in `Picture.things`. */
export interface Deed {
  act: Act;
  agent: number;
  patient: number;
}

/** All that is to be seen. */
export interface Picture {
  place: Place;
  time: DayTime;
  layout: number;
  /** Strength of the light, 1 as drawn. */
  light: number;
  things: Thing[];
  deeds: Deed[];
}

/** Where a moving thing is, relative to its `x` and `y`: it hops ahead and back once a second. */
export function hop(thing: Thing, second: number): { dx: number; dy: number } {
  if (thing.pace === "still" || Math.floor(second) % 2 === 0) return { dx: 0, dy: 0 };
  const length = thing.pace === "fast" ? 8 : 4;
  return { dx: thing.heading === "right" ? length : -length, dy: thing.pace === "fast" ? -4 : 0 };
}

/** Mean valence of what the faces, hearts and anger lines of a picture show, −1 … 1; 0 where there are none. */
export function pictureValence({ things, deeds }: Picture): number {
  const shown = [
    ...things.flatMap(({ feels }) => (feels === "nothing" ? [] : [EMOTION_VALENCE[feels]])),
    ...deeds.flatMap(({ act }) => (act === "love" ? [0.8] : act === "quarrel" ? [-0.8] : [])),
  ];
  return shown.length === 0 ? 0 : shown.reduce((sum, value) => sum + value, 0) / shown.length;
}
