import type { Word } from "../stimuli";
import { literalText, type PlotlyTrace } from "./figure";
import { GREY } from "./house-template";

/** A word and when it began, in seconds of the figure's time axis. */
export type TimedWord = Pick<Word, "text" | "onsetSec">;

const LETTER_PX = 5; // of a 9 px letter, upright text being as high as it is long
const WORDS_ABREAST = 28; // as many upright words as stand side by side in a column of 85 mm

/** The height in px that the longest of the words needs when written upright. */
export function uprightHeight(words: readonly TimedWord[]): number {
  return LETTER_PX * Math.max(...words.map(({ text }) => text.length));
}

/** A tick on the axis `yaxis` (range 0 to 1) at each word's onset; the word shows on hover. */
export function wordTicks(words: readonly TimedWord[], yaxis: string): PlotlyTrace {
  return {
    type: "scatter",
    mode: "markers",
    name: "word onsets",
    showlegend: false,
    x: words.map(({ onsetSec }) => onsetSec),
    y: words.map(() => 1),
    yaxis,
    cliponaxis: false,
    marker: { symbol: "line-ns", size: 5, line: { color: GREY, width: 1 } },
    text: words.map(({ text }) => literalText(text)),
    hovertemplate: "%{text} at %{x:.2f} s<extra></extra>",
  };
}

/** The words written upright above the axes, but those that would touch the one written before them. */
export function wordLabels(words: readonly TimedWord[], durationSec: number): object[] {
  const written: TimedWord[] = [];
  let freeFromSec = Number.NEGATIVE_INFINITY;
  for (const word of [...words].sort((a, b) => a.onsetSec - b.onsetSec)) {
    if (word.onsetSec < freeFromSec) continue;
    written.push(word);
    freeFromSec = word.onsetSec + durationSec / WORDS_ABREAST;
  }
  return written.map(({ text, onsetSec }) => ({
    x: onsetSec,
    y: 1,
    yref: "paper",
    yanchor: "bottom",
    yshift: 3,
    text: literalText(text),
    textangle: -90,
    showarrow: false,
    font: { size: 9 },
  }));
}
