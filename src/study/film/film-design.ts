import type { TrRange } from "../../alignment";
import { runRanges } from "../../alignment";
import type { Film } from "../../simulation";

/** Which TRs of a film's runs do what. TRs of a run's lists count within that run. */
export interface FilmDesign {
  trSec: number;
  runs: FilmRunDesign[];
  /** The runs one after the other. */
  ranges: TrRange[];
}

export interface FilmRunDesign {
  nTrs: number;
  /** TRs with a picture and a caption, the validation clip included. */
  shown: Int32Array;
  /** TRs that dictionaries learn on: those that show something, the whole validation clip left out. */
  learned: Int32Array;
  /** TRs that train and test: of the clips, without the start of each and without the validation clip. */
  scored: Int32Array;
  /** TRs of the validation clip without its start: for the noise ceiling alone. */
  validation: Int32Array;
}

/**
 * Which TRs are shown, scored and kept for the noise ceiling. The first `riseSec` of each clip count for neither score nor
 * ceiling, since the response is still on its way from rest.
 */
export function filmDesign(film: Film, { riseSec }: { riseSec: number }): FilmDesign {
  const trSec = film.trSeconds;
  const runs = film.runs.map(({ nTrs, clips }) => {
    const trsOf = (isWanted: (validation: boolean) => boolean, skipSec: number) =>
      Int32Array.from(
        clips
          .filter(({ validation }) => isWanted(validation))
          .flatMap(({ startSeconds, endSeconds }) => {
            const start = Math.ceil((startSeconds + skipSec) / trSec);
            const end = Math.min(nTrs, Math.floor(endSeconds / trSec));
            return Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i);
          }),
      );
    return {
      nTrs,
      shown: trsOf(() => true, 0),
      learned: trsOf((validation) => !validation, 0),
      scored: trsOf((validation) => !validation, riseSec),
      validation: trsOf((validation) => validation, riseSec),
    };
  });
  return { trSec, runs, ranges: runRanges(runs.map(({ nTrs }) => nTrs)) };
}

/** TRs of all runs one after the other, of those that `of` picks in each. */
export function trsOfRuns(design: FilmDesign, of: (run: FilmRunDesign) => Int32Array): Int32Array {
  return Int32Array.from(
    design.runs.flatMap((run, r) => Array.from(of(run), (t) => t + design.ranges[r].start)),
  );
}
