import type { Film } from "../../simulation";
import type { FrameSource } from "../../stimuli";
import { random } from "../../tensor";
import { type FilmDesign, trsOfRuns } from "./film-design";

/** What a film shows, TR after TR: step i is the picture and the caption of TR `trs[i]` (rest has none). */
export interface FilmStimulus {
  trs: Int32Array;
  frames: FrameSource;
  captions: string[];
  /** The scene that each step belongs to; scenes are numbered through the film. */
  scenes: number[];
}

/** The film at the middle of each TR that shows something. */
export function filmStimulus(film: Film, design: FilmDesign, frames: FrameSource): FilmStimulus {
  const captions: string[] = [];
  const scenes: number[] = [];
  let nBefore = 0;
  design.runs.forEach(({ shown }, r) => {
    const { scenes: here } = film.runs[r];
    for (const t of shown) {
      const middle = (t + 0.5) * design.trSec;
      const scene = here.findIndex(
        ({ startSeconds, endSeconds }) => startSeconds <= middle && middle < endSeconds,
      );
      if (scene < 0) {
        throw new Error(
          `filmStimulus: missing scene at ${middle} s of run ${r + 1}; expected one throughout each clip. Check the film's scenes.`,
        );
      }
      captions.push(here[scene].caption);
      scenes.push(nBefore + scene);
    }
    nBefore += here.length;
  });
  return { trs: trsOfRuns(design, ({ shown }) => shown), frames, captions, scenes };
}

/**
 * A control: every scene keeps its picture and gets the caption of another, drawn without repetition. Words stay as
 * frequent and as long in time; what they have to do with the picture and the moment is gone.
 */
export function shuffledCaptions({ captions, scenes }: FilmStimulus, seed: number): string[] {
  const first = new Map<number, string>();
  scenes.forEach((scene, i) => {
    if (!first.has(scene)) first.set(scene, captions[i]);
  });
  const order = [...first.keys()];
  const drawn = random(seed).shuffle(Int32Array.from(order, (_, i) => i));
  const given = new Map(order.map((scene, i) => [scene, first.get(order[drawn[i]])!]));
  return scenes.map((scene) => given.get(scene)!);
}
