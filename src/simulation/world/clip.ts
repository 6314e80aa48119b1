import type { Random } from "../../tensor";
import { describePicture, firstConcept, type Line } from "./captions";
import { pick, pickWeighted } from "./draws";
import { type NegativeKind, negativesOf } from "./negatives";
import type { Picture } from "./picture";
import { stagePicture } from "./staging";
import type { Theme } from "./theme";

/** One picture with one caption. Times in seconds of the clip, half-open. */
export interface ClipScene {
  startSeconds: number;
  endSeconds: number;
  picture: Picture;
  /** When the picture appeared: before the scene where only the caption is new. */
  pictureStartSeconds: number;
  caption: string;
  captionStartSeconds: number;
  tells: Line["tells"];
  /** 1: the caption is true of the picture, −1: false of it, 0: not about it. */
  congruence: -1 | 0 | 1;
  /** In what a false caption differs from the truth. */
  twist: NegativeKind | "none";
  /** Id of the concept that the caption names first. */
  firstConcept: string | undefined;
}

const SHORTEST_SECONDS = 2;
const LONGEST_SECONDS = 6;

/** A scene brings a new picture, a new caption, or both: the two can be told apart. */
const NEWS = { both: 0.35, caption: 0.35, picture: 0.3 } as const;

/** Share of the captions about the picture that are false of it. */
const FALSE_SHARE = 0.25;

/** Scenes of 2 to 6 whole seconds in the style of a theme, without a gap. `nSeconds`: whole, at least 2. */
export function drawClip(theme: Theme, nSeconds: number, random: Random): ClipScene[] {
  const scenes: ClipScene[] = [];
  for (let start = 0; start < nSeconds; ) {
    const end = start + drawDuration(nSeconds - start, random);
    const before = scenes.at(-1);
    // Only a caption that is not about the picture outlives it.
    const news = pickWeighted(NEWS, random);
    const keepsPicture = before !== undefined && news === "caption";
    const keepsCaption = before !== undefined && news === "picture" && before.tells !== "seen";
    const picture = keepsPicture ? before.picture : stagePicture(theme, random);
    const words = keepsCaption ? wordsOf(before) : drawWords(picture, theme, start, random);
    const pictureStartSeconds = keepsPicture ? before.pictureStartSeconds : start;
    scenes.push({ startSeconds: start, endSeconds: end, picture, pictureStartSeconds, ...words });
    start = end;
  }
  return scenes;
}

/** 2 to 6 s, such that what is left is none or at least 2 s. */
function drawDuration(left: number, random: Random): number {
  const seconds = SHORTEST_SECONDS + random.integer(LONGEST_SECONDS - SHORTEST_SECONDS + 1);
  if (left - seconds >= SHORTEST_SECONDS) return seconds;
  return left <= LONGEST_SECONDS ? left : left - SHORTEST_SECONDS - 1;
}

type Words = Pick<
  ClipScene,
  "caption" | "captionStartSeconds" | "tells" | "congruence" | "twist" | "firstConcept"
>;

function wordsOf({ caption, captionStartSeconds, tells, congruence, twist, firstConcept }: ClipScene): Words {
  return { caption, captionStartSeconds, tells, congruence, twist, firstConcept };
}

function drawWords(picture: Picture, theme: Theme, startSeconds: number, random: Random): Words {
  const tells = pickWeighted(theme.captions, random);
  const line = describePicture(picture, theme, tells, random);
  const negatives = random.uniform() < FALSE_SHARE ? negativesOf(line, picture, random) : [];
  const negative = negatives.length > 0 ? pick(negatives, random) : undefined;
  return {
    caption: negative?.text ?? line.text,
    captionStartSeconds: startSeconds,
    tells,
    congruence: tells !== "seen" ? 0 : negative === undefined ? 1 : -1,
    twist: negative?.kind ?? "none",
    firstConcept: firstConcept(negative?.facts ?? line.facts),
  };
}
