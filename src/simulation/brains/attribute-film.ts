import { type Matrix, zeros } from "../../tensor";
import { ATTRIBUTES } from "../world/attributes";

/** What a simulated brain sees of a film: when clips run, and the attributes of every TR. A `Film` is one. */
export interface AttributeFilm {
  readonly trSeconds: number;
  readonly runs: readonly AttributeRun[];
}

/** One run as a simulated brain sees it: clips in seconds of the run, rest between; the `validation` clip comes in every run. */
export interface AttributeRun {
  readonly nTrs: number;
  readonly clips: readonly {
    readonly startSeconds: number;
    readonly endSeconds: number;
    readonly validation: boolean;
  }[];
  /** [nTrs × ATTRIBUTES.length]. */
  readonly attributes: Matrix<Float64Array>;
}

/** The start of a clip, where the response is still on its way. */
const RISE_SEC = 6;

/** The TRs of each clip of a run, without the first 6 s. */
export function clipTrs(run: Pick<AttributeRun, "nTrs" | "clips">, trSeconds: number): number[][] {
  return run.clips.map((clip) => trsOf(clip, run.nTrs, { trSeconds, riseSec: RISE_SEC }));
}

/** The TRs of a run's validation clip, without its first 6 s. Throws unless there is one clip of that kind, and it is longer than 8 s. */
export function validationTrs(run: Pick<AttributeRun, "nTrs" | "clips">, trSeconds: number): number[] {
  const clips = run.clips.filter(({ validation }) => validation);
  const trs = clips.flatMap((clip) => trsOf(clip, run.nTrs, { trSeconds, riseSec: RISE_SEC }));
  if (clips.length === 1 && trs.length >= 2) return trs;
  throw new Error(
    `validationTrs: invalid validation clips: ${clips.length} with ${trs.length} TRs after the first 6 s; expected one of at least 2, by which the noise ceiling is known. Close every run with it.`,
  );
}

function trsOf(
  { startSeconds, endSeconds }: AttributeRun["clips"][number],
  nTrs: number,
  { trSeconds, riseSec }: { trSeconds: number; riseSec: number },
): number[] {
  const start = Math.ceil((startSeconds + riseSec) / trSeconds);
  const end = Math.min(nTrs, Math.floor(endSeconds / trSeconds));
  return Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i);
}

/**
 * The attributes of every run, z-scored with the mean and SD over the clips' TRs of the whole film and 0 in rest: a screen without a picture
 * drives nothing. An attribute that never changes is 0. Throws where a run does not have the world's attributes.
 */
export function standardAttributes({ runs, trSeconds }: AttributeFilm): Matrix<Float64Array>[] {
  const nAttributes = ATTRIBUTES.length;
  const out = runs.map(({ nTrs }) => zeros([nTrs, nAttributes]));
  const clips = runs.map((run, r) => {
    if (run.attributes.shape[0] !== run.nTrs || run.attributes.shape[1] !== nAttributes) {
      throw new Error(
        `standardAttributes: mismatched attributes of run ${r + 1}: ${run.attributes.shape.join(" × ")}; expected ${run.nTrs} × ${nAttributes}, the world's. Pass the runs of makeFilm.`,
      );
    }
    return run.clips.flatMap((clip) => trsOf(clip, run.nTrs, { trSeconds, riseSec: 0 }));
  });
  const n = clips.reduce((sum, trs) => sum + trs.length, 0);
  for (let a = 0; a < nAttributes; a++) {
    const value = (r: number, t: number) => runs[r].attributes.data[t * nAttributes + a];
    const total = (of: (x: number) => number) =>
      clips.reduce((sum, trs, r) => trs.reduce((part, t) => part + of(value(r, t)), sum), 0);
    const mean = total((x) => x) / n;
    const sd = Math.sqrt(total((x) => (x - mean) ** 2) / n);
    clips.forEach((trs, r) => {
      for (const t of trs) out[r].data[t * nAttributes + a] = sd > 0 ? (value(r, t) - mean) / sd : 0;
    });
  }
  return out;
}
