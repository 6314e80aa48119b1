import type { Artwork, Sprite } from "./artwork";
import { conceptIndex, conceptOf } from "./concepts";
import { type Act, type Deed, FRAME_PIXELS, hop, type Picture, type Size, type Thing } from "./picture";
import { isIndoors } from "./places";

/** A rendered picture: rows from the top, red, green and blue in turn, 8 bits each. */
export interface Frame {
  width: number;
  height: number;
  /** [height × width × 3] */
  data: Uint8Array;
}

const MARK_OF_ACT: Partial<Record<Act, string>> = { love: "heart", quarrel: "anger-lines", talk: "balloon" };

/** A halo reaches beyond what it sets off. */
const HALO_SIZE: Readonly<Record<Size, Size>> = { 16: 28, 28: 44, 44: 44 };

/** Above this height (px from the top) a thing floats in the air and throws no shadow. */
const SHADOW_FROM = 36;

/**
 * Draws a picture `second` whole seconds after it appeared, 64 × 64 pixels. No noise: the same picture gives the same bytes.
 * `labels`, if given, [64 × 64], receives 1 + the number of the concept that covers each pixel and 0 elsewhere.
 */
export function renderPicture(
  picture: Picture,
  second: number,
  artwork: Artwork,
  labels?: Uint8Array,
): Frame {
  const side = FRAME_PIXELS;
  const data = new Uint8Array(side * side * 3);
  const backdrop = artwork.backdrop(picture.place, picture.time, picture.layout).data;
  for (let i = 0, from = 0; i < data.length; i += 3, from += 4) {
    for (let c = 0; c < 3; c++) data[i + c] = Math.min(255, Math.round(backdrop[from + c] * picture.light));
  }
  labels?.fill(0);
  const put = (sprite: Sprite, x: number, y: number, isMirrored = false, concept?: string) =>
    blend(data, sprite, { x, y, isMirrored }, labels, concept === undefined ? 0 : 1 + conceptIndex(concept));
  const needsHalo = picture.time === "night" && !isIndoors(picture.place);
  const thoughts = new Set(picture.deeds.filter(({ act }) => act === "think").map(({ patient }) => patient));
  const places = picture.things.map((thing) => {
    const { dx, dy } = hop(thing, second);
    return { x: thing.x + dx, y: thing.y + dy };
  });
  // What stands farther down is nearer; held things and thoughts come last, over their owners.
  const order = picture.things
    .map((thing, i) => ({ thing, i, ...places[i] }))
    .filter(({ i }) => !thoughts.has(i))
    .sort((a, b) => a.thing.y - b.thing.y || a.i - b.i);
  if (needsHalo) for (const { thing, x, y } of order) put(artwork.extra("halo", HALO_SIZE[thing.size]), x, y);
  for (const { thing, x, y } of order) {
    if (y >= SHADOW_FROM) put(artwork.extra("shadow", thing.size), x, y + thing.size * 0.42);
    put(artwork.sprite(thing.concept, thing.look, thing.size), x, y, false, thing.concept);
    drawStreaks(thing, x, y, artwork, put);
    if (thing.feels !== "nothing" && conceptOf(thing.concept).category !== "face") {
      put(artwork.sprite(thing.feels, 0, 16), x, above(thing, y), false, thing.feels);
    }
  }
  for (const deed of picture.deeds) drawDeed(deed, picture.things, places, artwork, put);
  return { width: side, height: side, data };
}

type Put = (sprite: Sprite, x: number, y: number, isMirrored?: boolean, concept?: string) => void;

/** Centre of what hovers over a thing: clear of its head, inside the frame. */
function above(thing: { size: Size }, y: number): number {
  return Math.max(8, y - thing.size / 2 - 8);
}

function drawStreaks(thing: Thing, x: number, y: number, artwork: Artwork, put: Put): void {
  if (thing.pace === "still") return;
  const back = thing.heading === "right" ? -1 : 1;
  // They start a little inside, so as not to leave the frame with what is near its edge.
  const start = x + back * (thing.size / 2 - 5);
  put(artwork.extra(`streaks ${thing.pace}`, thing.size), start, y, thing.heading === "left");
}

function drawDeed(
  { act, agent, patient }: Deed,
  things: readonly Thing[],
  places: readonly { x: number; y: number }[],
  artwork: Artwork,
  put: Put,
): void {
  const { x, y } = places[agent];
  const mark = MARK_OF_ACT[act];
  if (mark !== undefined) {
    // Beside the head where a face is above it already.
    const dx = things[agent].feels === "nothing" ? 0 : 12 * Math.sign(places[patient].x - x);
    put(artwork.sprite(mark, 0, 16), x + dx, above(things[agent], y), false, mark);
  }
  if (act === "think") {
    const thing = things[patient];
    put(artwork.sprite("cloud", 0, 28), thing.x, thing.y + 2, false, "cloud");
    put(artwork.sprite(thing.concept, thing.look, thing.size), thing.x, thing.y, false, thing.concept);
  }
}

/** Lays a sprite over the frame, centred on x, y. */
function blend(
  data: Uint8Array,
  sprite: Sprite,
  { x, y, isMirrored }: { x: number; y: number; isMirrored: boolean },
  labels: Uint8Array | undefined,
  label: number,
): void {
  const side = FRAME_PIXELS;
  const [left, top] = [Math.round(x - sprite.width / 2), Math.round(y - sprite.height / 2)];
  const [firstRow, endRow] = [Math.max(0, -top), Math.min(sprite.height, side - top)];
  const [firstColumn, endColumn] = [Math.max(0, -left), Math.min(sprite.width, side - left)];
  for (let row = firstRow; row < endRow; row++) {
    for (let column = firstColumn; column < endColumn; column++) {
      const from = (row * sprite.width + (isMirrored ? sprite.width - 1 - column : column)) * 4;
      const opacity = sprite.data[from + 3] / 255;
      if (opacity === 0) continue;
      const pixel = (top + row) * side + left + column;
      for (let c = 0; c < 3; c++) {
        const under = data[pixel * 3 + c];
        data[pixel * 3 + c] = Math.round(under + (sprite.data[from + c] - under) * opacity);
      }
      if (labels !== undefined && label > 0 && opacity > 0.5) labels[pixel] = label;
    }
  }
}
