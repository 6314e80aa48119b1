import { type Film, type FilmScene, renderFrame } from "../simulation";
import { type Figure, figure, literalText } from "./figure";
import { GREY, PALETTE } from "./house-template";
import { pngAddress } from "./png-image";

const TILE_PX = 120;
const GAP_PX = 12;
const CAPTION_PX = 66;
const NAME_PX = 20;
const TOP_PX = 40;
const LINE_LETTERS = 22;

/** Colours of captions that are true of their picture, false of it, and not about it. */
const CAPTION_COLOUR = { "1": "#222222", "-1": PALETTE[1], "0": GREY } as const;

/**
 * A run of a film as a contact sheet: a row for each clip, scenes in order of time, each in its first second with its time and
 * caption. `run`: 0, 1 … `scenesPerClip`: how many of a clip's scenes are shown, spread evenly over it.
 *
 * Throws for a run that the film does not have, and for fewer than one scene a clip.
 */
export function contactSheet(
  film: Film,
  options: { title: string; run: number; scenesPerClip: number },
): Figure {
  const { title, run, scenesPerClip } = options;
  const shown = film.runs[run];
  if (shown === undefined || !(Number.isInteger(scenesPerClip) && scenesPerClip >= 1)) {
    throw new Error(
      `contactSheet: invalid choice: run ${run}, ${scenesPerClip} scenes a clip; expected a run from 0 to ${film.runs.length - 1} and at least 1 scene. Count runs from 0.`,
    );
  }
  const [width, height] = [
    scenesPerClip * (TILE_PX + GAP_PX) + GAP_PX,
    shown.clips.length * (NAME_PX + TILE_PX + CAPTION_PX) + GAP_PX,
  ];
  const images: object[] = [];
  const annotations: object[] = [];
  shown.clips.forEach((clip, row) => {
    const top = row * (NAME_PX + TILE_PX + CAPTION_PX);
    const seconds = `${clip.startSeconds}–${clip.endSeconds} s`;
    const name = `${clip.name}, ${seconds}${clip.validation ? " (the same in every run)" : ""}`;
    const place = (x: number, y: number) => ({
      x: x / width,
      y: 1 - y / height,
      xref: "paper",
      yref: "paper",
    });
    annotations.push(note(`<b>${literalText(name)}</b>`, 11, place(GAP_PX, top), "#222222"));
    const scenes = shown.scenes.filter(
      ({ startSeconds }) => startSeconds >= clip.startSeconds && startSeconds < clip.endSeconds,
    );
    spread(scenes, scenesPerClip).forEach((scene, column) => {
      const left = GAP_PX + column * (TILE_PX + GAP_PX);
      images.push({
        source: pngAddress(renderFrame(film, run, scene.startSeconds)),
        ...place(left, top + NAME_PX),
        sizex: TILE_PX / width,
        sizey: TILE_PX / height,
        sizing: "stretch",
        layer: "below",
      });
      const words = `${scene.startSeconds} s: ${scene.caption}`;
      const text = wrapText(words, LINE_LETTERS).map(literalText).join("<br>");
      const colour = CAPTION_COLOUR[`${scene.congruence}`];
      annotations.push(note(text, 9.5, place(left, top + NAME_PX + TILE_PX), colour));
    });
  });
  return figure({
    // Without a trace plotly would draw axes of its own.
    data: [{ type: "scatter", x: [], y: [] }],
    layout: {
      width,
      height: height + TOP_PX,
      margin: { l: 0, r: 0, t: TOP_PX, b: 0 },
      title: { text: literalText(title), x: GAP_PX / width, xref: "container" },
      xaxis: { visible: false },
      yaxis: { visible: false },
      showlegend: false,
      images,
      annotations,
    },
    caption: `${title}: run ${run + 1} of ${film.runs.length}, ${shown.clips.length} clips with up to ${scenesPerClip} of their scenes in order of time; captions in orange are false of their picture, grey ones are not about it.`,
  });
}

/** At most `n` of the scenes, evenly spread, the first among them. */
function spread(scenes: readonly FilmScene[], n: number): FilmScene[] {
  if (scenes.length <= n) return [...scenes];
  return Array.from({ length: n }, (_, i) => scenes[Math.floor((i * scenes.length) / n)]);
}

function note(text: string, size: number, place: object, color: string): object {
  return {
    text,
    showarrow: false,
    align: "left",
    xanchor: "left",
    yanchor: "top",
    font: { size, color },
    ...place,
  };
}

/** Breaks a text between words into lines of at most so many letters, where its words allow. */
export function wrapText(text: string, nLetters: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= nLetters) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}
