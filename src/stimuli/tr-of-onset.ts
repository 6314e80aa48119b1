import type { Word } from "./text-grid";

/**
 * The TR in which each word starts: floor((onset − start) / TR), in 0 … nTrs − 1. `startSec` is the time of row 0 of the
 * data on the words' clock. Throws and names the word when one starts outside the scan: leaving it out would be a choice.
 */
export function trOfOnset(
  words: readonly Word[],
  options: { trSec: number; startSec: number; nTrs: number },
): Int32Array {
  const { trSec, startSec, nTrs } = options;
  if (!(trSec > 0)) {
    throw new Error(
      `trOfOnset: invalid trSec: ${trSec}; expected a positive number of seconds. Pass the repetition time of the scan.`,
    );
  }
  return Int32Array.from(words, ({ text, onsetSec }, i) => {
    const tr = Math.floor((onsetSec - startSec) / trSec);
    if (tr >= 0 && tr < nTrs) return tr;
    throw new Error(
      `trOfOnset: invalid onset of word ${i} "${text}": ${onsetSec} s, which is TR ${tr}; expected TR 0 to ${nTrs - 1} (${startSec} to ${startSec + nTrs * trSec} s). Check startSec and trSec, or leave the word out.`,
    );
  });
}
