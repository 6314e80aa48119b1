import { permutationP } from "../inference";
import { matrix } from "../tensor";
import { type Figure, figure, literalText } from "./figure";
import { PALETTE } from "./house-template";

const N_BINS = 40;

/**
 * The null distribution of a statistic as a histogram, with the observed value as a line and the one-sided p beside it:
 * p = (1 + #{null ≥ observed}) / (1 + N), as `permutationP` has it. Throws on NaN in either, which has no p.
 */
export function nullDistribution(
  nullValues: ArrayLike<number>,
  observed: number,
  options: { title: string; valueTitle: string },
): Figure {
  const values = Array.from(nullValues);
  if (values.length === 0 || !values.every(Number.isFinite) || !Number.isFinite(observed)) {
    const got = `${values.filter(Number.isFinite).length} finite of ${values.length} null values, observed ${observed}`;
    throw new Error(
      `nullDistribution: invalid values: ${got}; expected finite numbers. Leave out what was never computed, and count it.`,
    );
  }
  const [p] = permutationP([observed], matrix(Float64Array.from(values), [values.length, 1]));
  // The observed value is in the range, so that a bin is never too thin to see beside a far observation.
  const [low, high] = [Math.min(observed, ...values), Math.max(observed, ...values)];
  const binWidth = (high - low) / N_BINS || 1;
  const [left, right] = [Math.min(low, observed), Math.max(high + binWidth, observed)];
  const room = 0.03 * (right - left || 1); // or the observed line would stand half outside
  const verdict = `observed ${observed.toPrecision(3)}, p = ${p.toPrecision(2)} (${values.length} null values)`;
  return figure({
    data: [
      {
        type: "histogram",
        x: values,
        xbins: { start: low, end: high + binWidth, size: binWidth },
        name: "null",
        marker: { color: PALETTE[5], line: { color: "#ffffff", width: 0.5 } },
        hovertemplate: "%{x}<br>%{y} of the null values<extra></extra>",
      },
    ],
    layout: {
      height: 260,
      title: { text: literalText(options.title), subtitle: { text: verdict } },
      showlegend: false,
      margin: { l: 48, r: 12, t: 54, b: 40 },
      xaxis: { title: { text: literalText(options.valueTitle) }, range: [left - room, right + room] },
      yaxis: { title: { text: "null values (count)" }, rangemode: "tozero" },
      shapes: [
        {
          type: "line",
          x0: observed,
          x1: observed,
          y0: 0,
          y1: 1,
          yref: "paper",
          line: { color: PALETTE[1], width: 2 },
        },
      ],
    },
    caption: `${options.title}: ${options.valueTitle}, ${verdict}.`,
  });
}
