import { type Random, random } from "../../tensor";
import type { Artwork } from "./artwork";
import { ATTRIBUTES } from "./attributes";
import { describePicture, firstConcept } from "./captions";
import { pickWeighted } from "./draws";
import { measureMoment } from "./measures";
import { type Negative, negativesOf } from "./negatives";
import { FRAME_PIXELS, type Picture } from "./picture";
import { type Frame, renderPicture } from "./render";
import { stagePicture } from "./staging";
import { WHOLE_WORLD } from "./theme";

/** Side of the patches that carry labels (pixels). */
export const PATCH_PIXELS = 16;

/** A picture with a caption, as small models are trained on. */
export interface TrainingScene {
  picture: Picture;
  frame: Frame;
  /** 0: nothing, else 1 + the number of the concept that covers most of a patch; patches row by row. */
  patchLabels: Uint8Array;
  caption: string;
  /** The caption is about what the picture shows, and true of it. */
  isConcrete: boolean;
  negatives: Negative[];
  /** By the names of `ATTRIBUTES`. */
  attributes: Record<string, number>;
}

/** Less of a patch than this is not its label. */
const LEAST_SHARE = 0.12;

/** An endless stream of scenes of the whole world, for a seed. Films draw from other streams: the same seed gives another world. */
export function* trainingScenes(seed: number, artwork: Artwork): Generator<TrainingScene> {
  const numbers = random(seed);
  for (;;) yield drawScene(numbers, artwork);
}

function drawScene(numbers: Random, artwork: Artwork): TrainingScene {
  const picture = stagePicture(WHOLE_WORLD, numbers);
  const tells = pickWeighted(WHOLE_WORLD.captions, numbers);
  const line = describePicture(picture, WHOLE_WORLD, tells, numbers);
  const second = numbers.integer(2);
  const labels = new Uint8Array(FRAME_PIXELS * FRAME_PIXELS);
  const frame = renderPicture(picture, second, artwork, labels);
  const measures = measureMoment({
    picture,
    frame,
    frameBefore: second === 0 ? undefined : renderPicture(picture, 0, artwork),
    caption: line.text,
    isNewCaption: second === 0,
    congruence: tells === "seen" ? 1 : 0,
    firstConcept: firstConcept(line.facts),
  });
  return {
    picture,
    frame,
    patchLabels: patchLabels(labels),
    caption: line.text,
    isConcrete: tells === "seen",
    negatives: negativesOf(line, picture, numbers),
    attributes: Object.fromEntries(ATTRIBUTES.map(({ name }, i) => [name, measures[i]])),
  };
}

/** The concept that covers most of each patch, where it covers enough. */
function patchLabels(labels: Uint8Array): Uint8Array {
  const nAcross = FRAME_PIXELS / PATCH_PIXELS;
  return Uint8Array.from({ length: nAcross * nAcross }, (_, patch) => {
    const [top, left] = [Math.floor(patch / nAcross) * PATCH_PIXELS, (patch % nAcross) * PATCH_PIXELS];
    const counts = new Uint16Array(256);
    for (let y = top; y < top + PATCH_PIXELS; y++) {
      for (let x = left; x < left + PATCH_PIXELS; x++) counts[labels[y * FRAME_PIXELS + x]]++;
    }
    counts[0] = 0;
    let best = 0;
    for (let label = 1; label < 256; label++) if (counts[label] > counts[best]) best = label;
    return counts[best] >= LEAST_SHARE * PATCH_PIXELS ** 2 ? best : 0;
  });
}
