import { type Matrix, type Random, random, zeros } from "../../tensor";
import { type Artwork, loadArtwork } from "./artwork";
import { ATTRIBUTES } from "./attributes";
import { type ClipScene, drawClip } from "./clip";
import { measureMoment } from "./measures";
import { FRAME_PIXELS } from "./picture";
import { type Frame, renderPicture } from "./render";
import { drawTheme } from "./theme";

/** A stretch of a run with one theme. Times in seconds of the run, half-open. */
export interface FilmClip {
  name: string;
  startSeconds: number;
  endSeconds: number;
  /** The clip that closes every run, the same each time. */
  validation: boolean;
}

/** One picture with one caption. Times in seconds of the run, half-open. */
export type FilmScene = ClipScene;

/** One run of the film: clips with rest before, between and after them. */
export interface FilmRun {
  nTrs: number;
  clips: FilmClip[];
  /** In order of time; nothing during rest. */
  scenes: FilmScene[];
  /** [nTrs × ATTRIBUTES.length], of the second that starts with the TR; 0 in rest. */
  attributes: Matrix<Float64Array>;
}

/** A film, one TR a second. */
export interface Film {
  seed: number;
  trSeconds: 1;
  runs: FilmRun[];
  /** The drawings that its frames are made of. */
  artwork: Artwork;
}

const REST_SECONDS = 10;
const CLIP_SECONDS = 34;
const VALIDATION_SECONDS = 44;
const RUN_TRS = [240, 240, 240, 240];

/** Training sets of the same seed draw from another stream. */
const FILM_STREAM = 0x46494c4d;

/**
 * Makes the film of a seed: runs of clips of 34 s, each with a theme of its own, and at the end of every run the same validation clip of
 * 44 s; 10 s of rest before, between and after (the last rest takes what is left). The same seed gives the same film to the byte.
 *
 * @param options.seed An integer.
 * @param options.runTrs Length of each run in TRs of 1 s; four of 240 if not said.
 * Throws for a seed that is no integer and for runs too short for the validation clip.
 */
export async function makeFilm(options: { seed: number; runTrs?: readonly number[] }): Promise<Film> {
  const { seed, runTrs = RUN_TRS } = options;
  if (!Number.isInteger(seed)) {
    throw new Error(
      `makeFilm: invalid seed: ${seed}; expected an integer. Pass the seed that the analysis records.`,
    );
  }
  const numbers = random(seed ^ FILM_STREAM);
  const artwork = await loadArtwork();
  const validation = drawNamedClip(VALIDATION_SECONDS, numbers);
  const runs = runTrs.map((nTrs) => makeRun(nTrs, validation, numbers, artwork));
  return { seed, trSeconds: 1, runs, artwork };
}

interface NamedClip {
  name: string;
  scenes: ClipScene[];
}

function drawNamedClip(nSeconds: number, numbers: Random): NamedClip {
  const theme = drawTheme(numbers);
  return { name: theme.name, scenes: drawClip(theme, nSeconds, numbers) };
}

function makeRun(nTrs: number, validation: NamedClip, numbers: Random, artwork: Artwork): FilmRun {
  const nClips = Math.floor((nTrs - 2 * REST_SECONDS - VALIDATION_SECONDS) / (CLIP_SECONDS + REST_SECONDS));
  if (!Number.isInteger(nTrs) || nClips < 0) {
    throw new Error(
      `makeFilm: invalid length of a run: ${nTrs} TRs; expected a whole number of at least ${2 * REST_SECONDS + VALIDATION_SECONDS}. Make room for the validation clip.`,
    );
  }
  const drawn = Array.from({ length: nClips }, () => drawNamedClip(CLIP_SECONDS, numbers));
  const clips: FilmClip[] = [];
  const scenes: FilmScene[] = [];
  let start = REST_SECONDS;
  for (const clip of [...drawn, validation]) {
    const endSeconds = start + clip.scenes.at(-1)!.endSeconds;
    clips.push({ name: clip.name, startSeconds: start, endSeconds, validation: clip === validation });
    scenes.push(...clip.scenes.map((scene) => moveBy(scene, start)));
    start = endSeconds + REST_SECONDS;
  }
  return { nTrs, clips, scenes, attributes: measureRun(nTrs, scenes, artwork) };
}

function moveBy(scene: ClipScene, seconds: number): FilmScene {
  return {
    ...scene,
    startSeconds: scene.startSeconds + seconds,
    endSeconds: scene.endSeconds + seconds,
    pictureStartSeconds: scene.pictureStartSeconds + seconds,
    captionStartSeconds: scene.captionStartSeconds + seconds,
  };
}

function measureRun(nTrs: number, scenes: readonly FilmScene[], artwork: Artwork): Matrix<Float64Array> {
  const attributes = zeros([nTrs, ATTRIBUTES.length]);
  for (const scene of scenes) {
    for (let second = scene.startSeconds; second < scene.endSeconds; second++) {
      const age = second - scene.pictureStartSeconds;
      const row = measureMoment({
        picture: scene.picture,
        frame: renderPicture(scene.picture, age, artwork),
        frameBefore: age === 0 ? undefined : renderPicture(scene.picture, age - 1, artwork),
        caption: scene.caption,
        isNewCaption: second === scene.captionStartSeconds,
        congruence: scene.congruence,
        firstConcept: scene.firstConcept,
      });
      attributes.data.set(row, second * ATTRIBUTES.length);
    }
  }
  return attributes;
}

/**
 * The scene of a run (0, 1 …) at a second; undefined in rest. Throws for a run or second that the film does not have.
 */
export function sceneAt(film: Film, run: number, seconds: number): FilmScene | undefined {
  const { nTrs, scenes } = film.runs[run] ?? { nTrs: 0, scenes: [] };
  if (!(seconds >= 0 && seconds < nTrs)) {
    throw new Error(
      `sceneAt: invalid time: ${seconds} s of run ${run}; expected ${film.runs.length} runs of ${film.runs.map((one) => one.nTrs).join(", ")} s. Count runs and seconds from 0.`,
    );
  }
  return scenes.find(({ startSeconds, endSeconds }) => startSeconds <= seconds && seconds < endSeconds);
}

/** What the film shows at a second of a run (0, 1 …): 64 × 64 pixels, black in rest. The picture changes on whole seconds. */
export function renderFrame(film: Film, run: number, seconds: number): Frame {
  const scene = sceneAt(film, run, seconds);
  if (scene === undefined) {
    return { width: FRAME_PIXELS, height: FRAME_PIXELS, data: new Uint8Array(FRAME_PIXELS ** 2 * 3) };
  }
  return renderPicture(scene.picture, Math.floor(seconds) - scene.pictureStartSeconds, film.artwork);
}
