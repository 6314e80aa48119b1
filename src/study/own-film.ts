import { runRanges } from "../alignment";
import {
  type Caption,
  type ClipWindow,
  captionOfTr,
  clipOfTr,
  type FrameSource,
  frameOfTr,
  REST,
} from "../stimuli";
import { type FilmDesign, trsOfRuns } from "./film/film-design";

/** A stretch of a run in which the film ran: seconds of scan time, half-open. */
export interface OwnClip extends ClipWindow {
  /** Where the film's own clock, which frames and captions go by, stands at `onsetSec`. */
  filmSec: number;
  /** Shown in every run: it tells the noise ceiling and never trains or tests, or the same seconds would stand on both sides. */
  isRepeated: boolean;
}

/** A run that showed a film: `name` for messages, its TRs, and what ran when. */
export interface OwnRun {
  name: string;
  nTrs: number;
  clips: readonly OwnClip[];
}

/** A film of one's own on the scanner's clock. */
export interface OwnFilm {
  design: FilmDesign;
  /** The TR of each step, through the runs one after the other; its frame, as a number of the source; and its caption. */
  trs: Int32Array;
  frameOfStep: number[];
  captions: string[];
  /** TRs of clips without a caption. They count as rest for every tower, so that all towers see the same steps. */
  nWithoutCaption: number;
}

/**
 * Puts frames and captions on the TRs of the runs that showed them: each TR of a clip is a step, with the frame and the caption that stand at
 * its middle; all other TRs are rest. The first `riseSec` of each clip are read, but neither train nor test, since the response is still on
 * its way from rest.
 *
 * `framesPerSec`: frames a second of the film's clock, the first at 0 s. Throws, naming the run, for clips that overlap or leave the run, for
 * TRs of a clip that lie before or behind the frames or behind the captions (more TRs than stimulus), and for a run without any TR left.
 */
export function ownFilm(
  stimulus: { frames: Pick<FrameSource, "names">; framesPerSec: number; captions: readonly Caption[] },
  runs: readonly OwnRun[],
  choices: { trSec: number; riseSec: number },
): OwnFilm {
  const { frames, framesPerSec, captions } = stimulus;
  const { trSec, riseSec } = choices;
  const frameOfStep: number[] = [];
  const captionOfStep: number[] = [];
  let nWithoutCaption = 0;
  const designs = runs.map(({ name, nTrs, clips }) => {
    const lists: Record<"shown" | "learned" | "scored" | "validation", number[]> = {
      ...{ shown: [], learned: [], scored: [], validation: [] },
    };
    // All clips of the run at once, for their order.
    inRun(name, () => clipOfTr({ trSec, nTrs, clips }));
    for (const clip of clips) {
      const timing = { trSec, nTrs, clips: [clip] };
      const startSec = clip.onsetSec - clip.filmSec;
      const shownFrames = { nFrames: frames.names.length, framesPerSec, startSec };
      const frame = inRun(name, () => frameOfTr(shownFrames, timing));
      const caption = inRun(name, () => captionOfTr(captions, { ...timing, startSec }));
      for (let t = 0; t < nTrs; t++) {
        if (frame[t] === REST) continue;
        if (caption[t] === REST) {
          nWithoutCaption++;
          continue;
        }
        frameOfStep.push(frame[t]);
        captionOfStep.push(caption[t]);
        lists.shown.push(t);
        if (!clip.isRepeated) lists.learned.push(t);
        if (t * trSec >= clip.onsetSec + riseSec) (clip.isRepeated ? lists.validation : lists.scored).push(t);
      }
    }
    if (lists.scored.length === 0) {
      throw new Error(
        `ownFilm: missing TRs of run ${name}: none of ${nTrs} is in a clip that is not repeated, ${riseSec} s after its start; expected some. Check the clips' times, or leave the run out.`,
      );
    }
    return {
      nTrs,
      shown: Int32Array.from(lists.shown),
      learned: Int32Array.from(lists.learned),
      scored: Int32Array.from(lists.scored),
      validation: Int32Array.from(lists.validation),
    };
  });
  const design = { trSec, runs: designs, ranges: runRanges(runs.map(({ nTrs }) => nTrs)) };
  return {
    design,
    trs: trsOfRuns(design, ({ shown }) => shown),
    frameOfStep,
    captions: captionOfStep.map((index) => captions[index].text),
    nWithoutCaption,
  };
}

/** What goes wrong in a run says which run it is. */
function inRun<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`ownFilm: invalid run ${name}: ${(error as Error).message}`, { cause: error });
  }
}
