import type { OppositePairRow } from "../findings";
import { type Figure, figure } from "./figure";
import { DIVERGING, GREY, SIGNIFICANT, ZERO_LINE } from "./house-template";

/** With more pairs their intervals and nulls would cover each other and the points. */
const MOST_WITH_INTERVALS = 40;

/**
 * Whether opposite maps come back: each chosen pair of atoms by its spatial r in the half that chose it and in the half that tests it, with
 * the 95 % interval over subjects and a cross at the mean of its null (up to 40 pairs), and the colour of r of the two courses (blue: opposite courses, whose maps
 * are opposite by algebra). On the dotted line nothing was lost. Throws without pairs.
 */
export function oppositePairsFigure(rows: readonly OppositePairRow[]): Figure {
  if (rows.length === 0) {
    throw new Error(
      "oppositePairsFigure: missing pairs: 0; expected at least one. Say in words that none was chosen.",
    );
  }
  const nSubjects = Math.max(...rows.map(({ n_subjects }) => n_subjects));
  const x = rows.map(({ r_chosen }) => r_chosen);
  const isFew = rows.length <= MOST_WITH_INTERVALS;
  return figure({
    data: [
      {
        ...{ type: "scatter", mode: "lines", name: "the same r", hoverinfo: "skip" },
        x: [-1, 0],
        y: [-1, 0],
        line: { color: GREY, width: 1, dash: "dot" },
      },
      {
        ...{ type: "scatter", mode: "markers", name: "mean of the null", visible: isFew },
        x,
        y: rows.map(({ null_mean }) => null_mean),
        marker: { symbol: "x-thin", size: 6, line: { color: GREY, width: 1.2 } },
        hovertemplate: "null: r = %{y:.2f}<extra></extra>",
      },
      {
        ...{ type: "scatter", mode: "markers", name: "tested (large: q < .05)" },
        x,
        y: rows.map(({ effect }) => effect),
        error_y: {
          type: "data",
          visible: isFew,
          symmetric: false,
          array: rows.map(({ high, effect }) => (Number.isNaN(high) ? 0 : high - effect)),
          arrayminus: rows.map(({ low, effect }) => (Number.isNaN(low) ? 0 : effect - low)),
          color: GREY,
          thickness: 1,
          width: 0,
        },
        marker: {
          size: rows.map(({ q }) => (q < SIGNIFICANT ? 9 : 5)),
          color: rows.map(({ r_courses }) => r_courses),
          cmin: -1,
          cmax: 1,
          colorscale: DIVERGING,
          line: { color: "#333333", width: 0.8 },
          colorbar: {
            ...{ thickness: 10, outlinewidth: 0, tickfont: { size: 10 }, nticks: 5 },
          },
        },
        text: rows.map(({ k, m, q }) => `atoms ${k + 1} and ${m + 1}, q = ${q.toPrecision(2)}`),
        hovertemplate: "%{text}<br>chosen %{x:.2f}, tested %{y:.2f}<extra></extra>",
      },
    ],
    layout: {
      height: 340,
      margin: { l: 56, r: 84, t: 12, b: 80 },
      xaxis: { title: { text: "spatial r, choosing half" }, ...ZERO_LINE, range: [-1.02, 0.02] },
      yaxis: { title: { text: "spatial r, testing half" }, ...ZERO_LINE },
      // plotly's own title of a colour bar runs into the bar's numbers
      annotations: [
        {
          ...{ text: "r of courses", textangle: -90, showarrow: false, font: { size: 10 } },
          ...{ x: 1, xref: "paper", xanchor: "left", xshift: 64, y: 0.5, yref: "paper" },
        },
      ],
    },
    caption: `Opposite pairs of atoms: spatial r in the half of the runs that chose them against the other half, ${isFew ? `with 95 % interval over ${nSubjects} subject${nSubjects === 1 ? " (no interval)" : "s"}; crosses: mean of fits to phase-randomised BOLD` : `${rows.length} pairs, ${nSubjects} subject${nSubjects === 1 ? "" : "s"}`}; large: q < .05 over the chosen pairs; colour: r of the two courses.`,
  });
}
