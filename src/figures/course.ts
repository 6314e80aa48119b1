import { type Figure, figure, literalText, type PlotlyTrace } from "./figure";
import { PALETTE, ZERO_LINE } from "./house-template";
import { type TimedWord, uprightHeight, wordLabels, wordTicks } from "./word-marks";

/** A named series of samples, one per TR. */
export interface Course {
  name: string;
  values: ArrayLike<number>;
}

/** The sampling of a course: row i is at `startSec + i * trSec` seconds. */
export interface TimeGrid {
  trSec: number;
  startSec: number;
}

const DASHES = ["solid", "5px,2px", "1.5px,1.5px", "6px,2px,1.5px,2px"]; // beside colour, for print in grey
const FEW_SAMPLES = 40;

/** The times of `n` samples in seconds. */
export function sampleTimes(n: number, grid: TimeGrid): number[] {
  return Array.from({ length: n }, (_, i) => grid.startSec + i * grid.trSec);
}

/** The range of a time axis: all samples, with room for the marks of the first and the last. */
export function timeRange(times: readonly number[]): [number, number] {
  const [start, end] = [times[0], times[times.length - 1]];
  const room = 0.015 * (end - start || 1);
  return [start - room, end + room];
}

/**
 * Series over time on one pair of axes: courses of neurons, BOLD, an HRF. Up to 40 samples are marked as points; NaN is a gap.
 * `words`, with onsets in seconds, are marked along the top (those within the time shown); a word too near
 * to the one written before it keeps its mark and shows on hover, so that none overlap.
 * Throws when there is no series, or the series differ in length.
 */
export function courseFigure(
  series: readonly Course[],
  options: TimeGrid & { yTitle: string; words?: readonly TimedWord[] },
): Figure {
  const lengths = [...new Set(series.map(({ values }) => values.length))];
  if (lengths.length !== 1 || lengths[0] === 0) {
    throw new Error(
      `courseFigure: mismatched lengths of series: ${lengths.join(", ") || "no series"}; expected one length above 0. Bring them to one time grid.`,
    );
  }
  const times = sampleTimes(lengths[0], options);
  const endSec = times[times.length - 1];
  const lines = series.map(
    ({ name, values }, i): PlotlyTrace => ({
      type: "scatter",
      ...(lengths[0] <= FEW_SAMPLES ? { mode: "lines+markers", marker: { size: 4 } } : { mode: "lines" }),
      name: literalText(name),
      x: times,
      y: Array.from(values),
      line: { color: PALETTE[i % PALETTE.length], width: 1.3, dash: DASHES[i % DASHES.length] },
      hovertemplate: "%{y:.3f} at %{x} s",
    }),
  );
  const words = (options.words ?? []).filter(
    ({ onsetSec }) => onsetSec >= options.startSec && onsetSec <= endSec,
  );
  const names = series.map(({ name }) => name).join(", ");
  return figure({
    data: words.length > 0 ? [...lines, wordTicks(words, "y2")] : lines,
    layout: {
      height: 260,
      showlegend: series.length > 1,
      margin: { l: 48, r: 12, t: words.length > 0 ? 14 + uprightHeight(words) : 12, b: 40 },
      xaxis: { title: { text: "time (s)" }, range: timeRange(times) },
      yaxis: { title: { text: literalText(options.yTitle) }, ...ZERO_LINE },
      // The words' own axis has no numbers: it only keeps them at the top whatever the courses' range.
      ...(words.length > 0 && {
        yaxis2: { overlaying: "y", range: [0, 1], visible: false, fixedrange: true },
      }),
      annotations: wordLabels(words, endSec - options.startSec),
    },
    caption: `${options.yTitle} over time: ${names} (${lengths[0]} samples, ${options.trSec} s apart).`,
  });
}
