import { throwIfAborted } from "../store";
import type { RgbImage } from "./decode-image";
import { inputArguments, runProgram } from "./ffmpeg";
import type { FrameSource } from "./frames";
import { readPpms } from "./ppm-stream";

/** A film as frames, one a TR. */
interface Film {
  path: string;
  /** The filters after the frames are chosen. */
  colours: string;
  trMs: number;
  nTrs: number;
  middleSec(tr: number): number;
}

/** ffmpeg on its way through a film. */
interface Passage {
  frames: AsyncGenerator<RgbImage>;
  /** The frame that comes next, and the one before it. */
  next: number;
  last: RgbImage | null;
  controller: AbortController;
}

/** A passage that nobody goes on with is ended after this time. */
const LONGEST_WAIT_SEC = 120;

/**
 * Reads frames of a film in non-descending order. A passage that a read leaves before the end is kept for the read that goes on
 * behind it: batch after batch takes one passage, not one each.
 */
export function filmReader(film: Film): FrameSource["read"] {
  let kept: Passage | null = null;
  let ending: NodeJS.Timeout | undefined;
  const end = async (passage: Passage | null) => {
    passage?.controller.abort();
    // Ending what was aborted: its error says so and is not for the reader.
    await passage?.frames.return(undefined).catch(() => {});
  };

  return async function* read(indices, signal) {
    checkOrder(indices, film.path);
    if (indices.length === 0) return;
    throwIfAborted(signal, "openVideo");
    clearTimeout(ending);
    const previous = kept;
    kept = null;
    const goesOn = previous !== null && indices[0] >= previous.next - (previous.last === null ? 0 : 1);
    if (!goesOn) await end(previous);
    const passage = goesOn ? previous : startPassage(film, indices[0]);
    const interrupt = () => passage.controller.abort();
    signal?.addEventListener("abort", interrupt);
    let isDone = false;
    try {
      for (const index of indices) {
        while (passage.next <= index) await advance(passage, film);
        yield passage.last as RgbImage;
        throwIfAborted(signal, "openVideo");
      }
      isDone = true;
    } finally {
      signal?.removeEventListener("abort", interrupt);
      if (isDone && passage.next < film.nTrs && kept === null) {
        kept = passage;
        ending = setTimeout(() => {
          kept = null;
          void end(passage);
        }, LONGEST_WAIT_SEC * 1000).unref();
      } else {
        await end(passage);
      }
    }
  };
}

/** Starts ffmpeg at the film's start; its first frame is that of TR `first`. */
function startPassage({ path, colours, trMs, nTrs, middleSec }: Film, first: number): Passage {
  // Times in whole microseconds: the film's own clock may tick once a frame. ffmpeg drops what is less than one.
  const startMicrosec = Math.round(middleSec(first) * 1e6) + 0.5;
  const sampling = `fps=1000/${trMs}:start_time=${(startMicrosec / 1e6).toFixed(7)}:round=up`;
  const args = [
    ...["-nostdin", "-hide_banner", "-xerror", ...inputArguments(path)],
    ...["-map", "0:V:0", "-an", "-sn", "-dn", "-vf", `settb=AVTB,fps=${sampling},${colours}`],
    ...["-frames:v", `${nTrs - first}`, "-f", "image2pipe", "-c:v", "ppm", "pipe:1"],
  ];
  const controller = new AbortController();
  const written = runProgram("ffmpeg", args, { caller: "openVideo", path, signal: controller.signal });
  return { frames: readPpms(written, path), next: first, last: null, controller };
}

async function advance(passage: Passage, { path, nTrs, middleSec }: Film): Promise<void> {
  const { done, value } = await passage.frames.next();
  if (done) {
    const got = `it ends after TR ${passage.next - 1}`;
    throw tooShort({ path, nTrs, neededSec: middleSec(passage.next), got });
  }
  passage.last = value;
  passage.next++;
}

function checkOrder(indices: readonly number[], path: string): void {
  if (indices.every((index, i) => i === 0 || index >= indices[i - 1])) return;
  throw new Error(
    `openVideo: invalid order of frames of ${path}; expected indices that do not descend. Sort them and put the rows in order afterwards.`,
  );
}

export function tooShort(film: { path: string; nTrs: number; neededSec: number; got: string }): Error {
  return new Error(
    `openVideo: mismatched length of ${film.path}: ${film.got}; expected a frame at ${Math.round(film.neededSec * 1e6) / 1e6} s for ${film.nTrs} TRs. The scan has more TRs than the stimulus, or the file is truncated: check nTrs, startSec and the file.`,
  );
}
