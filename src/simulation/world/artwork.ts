import { readFileSync } from "node:fs";
import { drawBackdrop, N_LAYOUTS } from "./backdrops";
import { CONCEPTS } from "./concepts";
import { FRAME_PIXELS, type Size } from "./picture";
import { DAY_TIMES, type DayTime, PLACES, type Place } from "./places";

/** A drawing with transparency: rows from the top, red, green, blue and opacity in turn (not premultiplied). */
export interface Sprite {
  width: number;
  height: number;
  /** [height × width × 4] */
  data: Uint8Array;
}

/** All drawings of the world, rasterised. */
export interface Artwork {
  /** The pictogram of a concept: `look` counts round its icons. */
  sprite(concept: string, look: number, size: Size): Sprite;
  backdrop(place: Place, time: DayTime, layout: number): Sprite;
  extra(name: ExtraName, size: Size): Sprite;
}

/** Drawings besides the pictograms, `size` of the thing they belong to: its shadow, its light at night, the streaks of its motion. */
export type ExtraName = "shadow" | "halo" | "streaks slow" | "streaks fast";

const SIZES: readonly Size[] = [16, 28, 44];

const EXTRAS: Readonly<Record<ExtraName, string>> = {
  shadow: `<defs><radialGradient id="shadow"><stop offset="0" stop-color="#10182c" stop-opacity="0.42"/><stop offset="1" stop-color="#10182c" stop-opacity="0"/></radialGradient></defs><ellipse cx="16" cy="16" rx="14" ry="4.5" fill="url(#shadow)"/>`,
  halo: `<defs><radialGradient id="halo"><stop offset="0.35" stop-color="#dfe8ff" stop-opacity="0.5"/><stop offset="1" stop-color="#dfe8ff" stop-opacity="0"/></radialGradient></defs><circle cx="16" cy="16" r="16" fill="url(#halo)"/>`,
  "streaks slow": streaks([[12, 10]]),
  "streaks fast": streaks([
    [6, 11],
    [14, 15],
    [22, 11],
  ]),
};

/** Streaks behind something that heads right: white on a dark rim, so that they show on any ground. */
function streaks(rows: readonly (readonly [y: number, length: number])[]): string {
  return rows
    .map(
      ([y, length]) =>
        `<path d="M${16 - length} ${y + 2} H16" stroke="#33415e" stroke-opacity="0.55" stroke-width="4.4" stroke-linecap="round"/><path d="M${16 - length} ${y + 2} H16" stroke="#ffffff" stroke-width="2.4" stroke-linecap="round"/>`,
    )
    .join("");
}

let loading: Promise<Artwork> | null = null;

/**
 * Rasterises the pictograms of `@iconify-json/fluent-emoji-flat` (Fluent Emoji © Microsoft Corporation, MIT) and the backdrops, once a
 * process: about 0.3 s. Throws when the installed set has no icon of a concept's name.
 */
export function loadArtwork(): Promise<Artwork> {
  loading ??= rasterise();
  return loading;
}

async function rasterise(): Promise<Artwork> {
  const file = require.resolve("@iconify-json/fluent-emoji-flat/icons.json");
  const { icons } = JSON.parse(readFileSync(file, "utf8")) as { icons: Record<string, { body: string }> };
  const looks = CONCEPTS.flatMap(({ id, icons: names }) =>
    names.map((name, look) => {
      if (icons[name] !== undefined) return { key: `${id} ${look}`, body: icons[name].body };
      throw new Error(
        `loadArtwork: missing icon: "${name}" of "${id}"; expected one of @iconify-json/fluent-emoji-flat. Install the version in package.json.`,
      );
    }),
  );
  const extras = Object.entries(EXTRAS).map(([key, body]) => ({ key, body }));
  const drawings = new Map<Size, Map<string, Sprite>>();
  for (const size of SIZES) drawings.set(size, await rasteriseAll([...looks, ...extras], 32, size));
  const backdrops = await rasteriseAll(
    PLACES.flatMap((place) =>
      DAY_TIMES.flatMap((time) =>
        Array.from({ length: N_LAYOUTS }, (_, layout) => ({
          key: `${place} ${time} ${layout}`,
          body: drawBackdrop(place, time, layout, `${place}-${time}-${layout}-`),
        })),
      ),
    ),
    FRAME_PIXELS,
    FRAME_PIXELS,
  );
  const nLooks = new Map(CONCEPTS.map(({ id, icons: names }) => [id, names.length]));
  return {
    sprite: (concept, look, size) =>
      drawings.get(size)!.get(`${concept} ${look % (nLooks.get(concept) ?? 1)}`)!,
    backdrop: (place, time, layout) => backdrops.get(`${place} ${time} ${layout % N_LAYOUTS}`)!,
    extra: (name, size) => drawings.get(size)!.get(name)!,
  };
}

/** Draws all in one tall SVG, `size` pixels each: a hundred times faster than one by one. */
async function rasteriseAll(
  drawings: readonly { key: string; body: string }[],
  viewBox: number,
  size: number,
): Promise<Map<string, Sprite>> {
  const { default: sharp } = await import("sharp"); // 20 MB of native code: only when the world is drawn
  const nColumns = 10;
  const [width, height] = [nColumns * size, Math.ceil(drawings.length / nColumns) * size];
  const tiles = drawings.map(
    ({ body }, i) =>
      `<svg x="${(i % nColumns) * size}" y="${Math.floor(i / nColumns) * size}" width="${size}" height="${size}" viewBox="0 0 ${viewBox} ${viewBox}">${body}</svg>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}">${tiles.join("")}</svg>`;
  const { data } = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return new Map(
    drawings.map(({ key }, i) => {
      const [left, top] = [(i % nColumns) * size, Math.floor(i / nColumns) * size];
      const sprite = new Uint8Array(size * size * 4);
      for (let y = 0; y < size; y++) {
        const from = ((top + y) * width + left) * 4;
        sprite.set(data.subarray(from, from + size * 4), y * size * 4);
      }
      return [key, { width: size, height: size, data: sprite }];
    }),
  );
}
