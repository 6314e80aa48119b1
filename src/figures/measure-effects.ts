import type { MeasureRow } from "../findings";
import { type Figure, figure, literalText, type PlotlyTrace } from "./figure";
import { GREY, PALETTE, SIGNIFICANT } from "./house-template";

const PANEL_PX = 74;
const LINE_PX = 14;
const LINE_LETTERS = 56;
const GAP = 0.6; // share of a panel that is left for its axis and title

/**
 * Effects of measures, each on an axis of its own: the effect with its 95 % interval over subjects and, as a grey line, the mean of its null. Filled: q < .05.
 * Each axis is titled by its measure. Throws without rows.
 */
export function measureEffects(rows: readonly MeasureRow[]): Figure {
  if (rows.length === 0) {
    throw new Error(
      "measureEffects: missing rows: 0; expected at least one. Make a table (measureTable) first.",
    );
  }
  const step = 1 / rows.length;
  const domain = (i: number): [number, number] => [1 - (i + 1) * step + GAP * step, 1 - i * step];
  const nSubjects = Math.max(...rows.map(({ n_subjects }) => n_subjects));
  const titles = rows.map(titleLines);
  const nMoreLines = Math.max(...titles.map(({ length }) => length)) - 1;
  return figure({
    data: rows.flatMap((row, i) => panel(row, i)),
    layout: {
      height: 44 + rows.length * (PANEL_PX + nMoreLines * LINE_PX),
      margin: { l: 16, r: 16, t: 12, b: 32 },
      ...Object.fromEntries(
        rows.flatMap((row, i) => [
          [
            axis("x", i),
            {
              anchor: axis("y", i).replace("axis", ""),
              range: rangeOf(row),
              nticks: 6,
              title: {
                text: titles[i].map(literalText).join("<br>"),
                font: { size: 10 },
                standoff: 2,
              },
            },
          ],
          [
            axis("y", i),
            { domain: domain(i), range: [-1, 1], visible: false, anchor: axis("x", i).replace("axis", "") },
          ],
        ]),
      ),
    },
    caption: `Effects with 95 % bootstrap interval over ${nSubjects} subject${nSubjects === 1 ? " (no interval)" : "s"} and the mean of their null (grey line); filled: q < .05 (FDR over the rows); ${rows.map(({ measure, null: name }) => `${measure}: ${name}`).join("; ")}.`,
  });
}

/** Measure and p, in lines that fit a column of 85 mm; "p = .04" is one word. */
function titleLines({ measure, p }: MeasureRow): string[] {
  const lines = [""];
  for (const word of [...`${measure},`.split(" "), `p = ${Number.isNaN(p) ? "–" : p.toPrecision(2)}`]) {
    const longer = `${lines[lines.length - 1]} ${word}`.trim();
    if (longer.length <= LINE_LETTERS) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function axis(letter: "x" | "y", i: number): string {
  return `${letter}axis${i === 0 ? "" : i + 1}`;
}

/** From the least to the most that is shown, with air on both sides. */
function rangeOf({ effect, low, high, null_mean }: MeasureRow): [number, number] {
  const shown = [effect, low, high, null_mean].filter(Number.isFinite);
  if (shown.length === 0) return [-1, 1];
  const [least, most] = [Math.min(...shown), Math.max(...shown)];
  const air = 0.15 * (most - least) || 0.1 * Math.abs(most) || 1;
  return [least - air, most + air];
}

function panel(row: MeasureRow, i: number): PlotlyTrace[] {
  const { measure, effect, low, high, null_mean, q } = row;
  const place = { xaxis: axis("x", i).replace("axis", ""), yaxis: axis("y", i).replace("axis", "") };
  return [
    {
      ...{ type: "scatter", mode: "lines", name: "mean of the null", showlegend: i === 0, ...place },
      x: [null_mean, null_mean],
      y: [-1, 1],
      line: { color: GREY, width: 2 },
      hovertemplate: "mean of the null: %{x:.3f}<extra></extra>",
    },
    {
      ...{ type: "scatter", mode: "markers", name: measure, showlegend: false, ...place },
      x: [effect],
      y: [0],
      error_x: {
        type: "data",
        symmetric: false,
        array: [Number.isNaN(high) ? 0 : high - effect],
        arrayminus: [Number.isNaN(low) ? 0 : effect - low],
        color: PALETTE[0],
        thickness: 1.4,
        width: 3,
      },
      marker: {
        size: 8,
        color: q < SIGNIFICANT ? PALETTE[0] : "#ffffff",
        line: { color: PALETTE[0], width: 1.4 },
      },
      hovertemplate: `${literalText(measure)}<br>%{x:.3f}<extra></extra>`,
    },
  ];
}
