import type { Caption } from "./captions";

/** When a clip was on the screen: seconds of scan time (0: the start of TR 0), half-open. */
export interface ClipWindow {
  onsetSec: number;
  offsetSec: number;
}

/** The scan's clock and the clips that were shown during it. */
export interface TrTiming {
  trSec: number;
  nTrs: number;
  /** In order, without overlap. All else is rest. */
  clips: readonly ClipWindow[];
}

/** What a TR of rest, or a TR without a caption, holds instead of an index. */
export const REST = -1;

/**
 * The clip that each TR belongs to, by the middle of the TR: clip c with onset_c ≤ (tr + ½) · trSec < offset_c; REST where there is
 * none. [nTrs]. Throws for clips that overlap, are out of order or are not wholly inside the scan.
 */
export function clipOfTr({ trSec, nTrs, clips }: TrTiming): Int32Array {
  if (!(trSec > 0) || !Number.isInteger(nTrs) || nTrs < 1) {
    throw new Error(
      `clipOfTr: invalid trSec or nTrs: ${trSec}, ${nTrs}; expected a positive number of seconds and a positive integer. Pass the scan's repetition time and length.`,
    );
  }
  clips.forEach(({ onsetSec, offsetSec }, c) => {
    const earliest = c === 0 ? 0 : clips[c - 1].offsetSec;
    if (onsetSec >= earliest && offsetSec > onsetSec && offsetSec <= nTrs * trSec) return;
    throw new Error(
      `clipOfTr: invalid clip ${c}: ${onsetSec} to ${offsetSec} s; expected it after ${earliest} s, its end after its start and by ${nTrs * trSec} s, where the scan of ${nTrs} TRs ends. Check the windows, trSec and nTrs.`,
    );
  });
  return Int32Array.from({ length: nTrs }, (_, tr) => {
    const middle = (tr + 0.5) * trSec;
    return clips.findIndex(({ onsetSec, offsetSec }) => onsetSec <= middle && middle < offsetSec);
  });
}

/**
 * The frame that each TR gets: the one on the screen at its middle. Frame k of the stimulus is shown during
 * [k, k + 1) / framesPerSec seconds of it, and the stimulus starts at scan time startSec, so that TR t has frame
 * floor(((t + ½) · trSec − startSec) · framesPerSec). REST outside the clips. [nTrs].
 *
 * `openVideo`'s frames are one a TR of its own: framesPerSec 1/trSec. Throws when a TR of a clip lies before the first frame or
 * behind the last: a scan with more TRs than the stimulus.
 */
export function frameOfTr(
  stimulus: { nFrames: number; framesPerSec: number; startSec: number },
  timing: TrTiming,
): Int32Array {
  const { nFrames, framesPerSec, startSec } = stimulus;
  if (!(framesPerSec > 0) || !Number.isFinite(startSec)) {
    throw new Error(
      `frameOfTr: invalid framesPerSec or startSec: ${framesPerSec}, ${startSec}; expected a positive rate and a time in seconds. Pass how the frames were taken.`,
    );
  }
  return clipOfTr(timing).map((clip, tr) => {
    if (clip === REST) return REST;
    const middle = (tr + 0.5) * timing.trSec;
    // A last bit must not move a middle that falls on a frame's start.
    const frame = Math.floor((middle - startSec) * framesPerSec + 1e-9);
    if (frame >= 0 && frame < nFrames) return frame;
    throw new Error(
      `frameOfTr: mismatched length of the stimulus: TR ${tr} of clip ${clip} (${middle} s) needs frame ${frame}; expected 0 to ${nFrames - 1}, as ${nFrames} frames at ${framesPerSec} a second from ${startSec} s have. The scan has more TRs than the stimulus: check nTrs, the clips and the frame rate.`,
    );
  });
}

/**
 * The caption that each TR gets: the one that holds at its middle, onset ≤ (t + ½) · trSec − startSec < offset. REST outside the
 * clips and where no caption holds. [nTrs]. A caption between two middles gets no TR.
 *
 * `startSec` is the scan time at which the captions' clock reads 0. Throws when a TR of a clip lies behind the last caption: a
 * scan with more TRs than the stimulus. Where a film ends without words, end its clip there.
 */
export function captionOfTr(
  captions: readonly Caption[],
  timing: TrTiming & { startSec: number },
): Int32Array {
  const endSec = captions[captions.length - 1]?.offsetSec ?? 0;
  let next = 0;
  return clipOfTr(timing).map((clip, tr) => {
    if (clip === REST) return REST;
    const middle = (tr + 0.5) * timing.trSec - timing.startSec;
    if (middle >= endSec) {
      throw new Error(
        `captionOfTr: mismatched length of the captions: TR ${tr} of clip ${clip} is at ${middle} s of their clock; expected captions to the end of the clips, not to ${endSec} s. The scan has more TRs than the stimulus: check nTrs, startSec and the clips, or end the clip with its last caption.`,
      );
    }
    while (captions[next].offsetSec <= middle) next++;
    return captions[next].onsetSec <= middle ? next : REST;
  });
}
