import type { ClipWindow } from "./stimulus-of-tr";

/** A film clip of the Human Connectome Project's 7T movie runs. */
export interface HcpClip extends ClipWindow {
  /** The validation clip is the same in every run and closes it: it measures noise and is kept out of training. */
  kind: "clip" | "validation";
}

/** One of the four runs. */
export interface HcpMovieRun {
  run: 1 | 2 | 3 | 4;
  /** Of 1 s. */
  nTrs: number;
  clips: readonly HcpClip[];
}

/** The repetition time of the runs (s). */
export const HCP_MOVIE_TR_SEC = 1;

/**
 * The four 7T movie runs of HCP S1200: TRs and clip windows in seconds, half-open; between clips 20 s of rest (21 s
 * before the last of run 4). Two versions of the stimulus exist: take frames from the one that a subject saw.
 */
export const hcpMovieRuns: readonly HcpMovieRun[] = [
  movieRun(1, 921, [20, 264], [284, 506], [526, 714], [734, 798], [818, 901]),
  movieRun(2, 918, [20, 247], [267, 525], [545, 795], [815, 898]),
  movieRun(3, 915, [20, 201], [221, 405], [425, 629], [649, 792], [812, 895]),
  movieRun(4, 901, [20, 252], [272, 502], [522, 777], [798, 881]),
];

function movieRun(
  run: HcpMovieRun["run"],
  nTrs: number,
  ...windows: [onsetSec: number, offsetSec: number][]
): HcpMovieRun {
  const last = windows.length - 1;
  const clips = windows.map(([onsetSec, offsetSec], i) => ({
    onsetSec,
    offsetSec,
    kind: i === last ? ("validation" as const) : ("clip" as const),
  }));
  return { run, nTrs, clips };
}
