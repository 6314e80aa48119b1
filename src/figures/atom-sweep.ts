import type { SweepRow } from "../atoms";
import { type Figure, figure, literalText, type PlotlyTrace } from "./figure";
import { GREY, PALETTE, ZERO_LINE } from "./house-template";

const PANELS = [
  { value: "reconstruction_r2", title: "reconstruction R²", domain: [0.72, 1] },
  { value: "stability", title: "stability (|r|)", domain: [0.36, 0.64] },
  { value: "prediction", title: "prediction", domain: [0, 0.28] },
] as const;

const DASHES = { sparse: "solid", pca: "dash", ica: "dashdot" } as const;
const SYMBOLS = { sparse: "circle", pca: "square", ica: "diamond" } as const;
const BASELINE_NAMES = { pca: "PCA", ica: "ICA" } as const;
const DODGE = 0.022; // lines of one number of atoms stand this share apart, so that their intervals can be told apart

/**
 * What a sweep of the number of atoms and λ shows, one above the other on one axis of numbers of atoms: how much of the neurons
 * is rebuilt, how far the atoms are the same from every seed (dotted: what unrelated courses get), and held-out prediction
 * with its range over seeds. One line a λ, grey ones for principal and independent components in place of a dictionary.
 * What is NaN is not drawn. `predictionTitle` names the score that the sweep was given. Throws without rows.
 */
export function atomSweepFigure(rows: readonly SweepRow[], options: { predictionTitle: string }): Figure {
  if (rows.length === 0) {
    throw new Error("atomSweepFigure: missing rows: 0; expected at least one. Sweep over some atoms first.");
  }
  const names = [...new Set(rows.map(lineName))];
  const sizes = [...new Set(rows.map((row) => row.n_atoms))].sort((a, b) => a - b);
  const lines = names.map((name, i) => ({
    name,
    rows: rows.filter((row) => lineName(row) === name).sort((a, b) => a.n_atoms - b.n_atoms),
    colour: colourOf(rows.find((row) => lineName(row) === name)!.method, i),
    shift: 1 + DODGE * (i - (names.length - 1) / 2),
  }));
  const nSeeds = Math.max(...rows.map(({ n_seeds }) => n_seeds));
  return figure({
    data: [
      // A method without seeds has no stability: plotly complains of a line without points.
      ...lines
        .flatMap((line) => PANELS.map((_, panel) => valueLine(line, panel)))
        .filter(({ x }) => (x as number[]).length > 0),
      chanceLine(rows),
    ],
    layout: {
      height: 460,
      margin: { l: 56, r: 12, t: 12, b: 78 },
      xaxis: {
        title: { text: "number of atoms" },
        type: "log",
        tickvals: sizes,
        ticktext: sizes.map(String),
        range: [Math.log10(sizes[0] / 1.2), Math.log10(sizes[sizes.length - 1] * 1.2)],
        anchor: "y3",
      },
      ...Object.fromEntries(
        PANELS.map(({ title, domain, value }, panel) => [
          `yaxis${panel === 0 ? "" : panel + 1}`,
          {
            title: { text: value === "prediction" ? literalText(options.predictionTitle) : title },
            domain,
            nticks: 5,
            ...(value === "prediction" ? ZERO_LINE : { rangemode: "tozero" }),
          },
        ]),
      ),
    },
    caption: `Sweep of atoms: reconstruction R², stability over seeds (dotted: chance) and ${options.predictionTitle} (bars: range over seeds) against the number of atoms, for ${names.join(", ")}; ${nSeeds} seeds.`,
  });
}

interface Line {
  name: string;
  rows: SweepRow[];
  colour: string;
  shift: number;
}

function lineName({ method, lambda }: SweepRow): string {
  return method === "sparse" ? `λ = ${lambda}` : BASELINE_NAMES[method];
}

function colourOf(method: SweepRow["method"], i: number): string {
  return method === "sparse" ? PALETTE[i % (PALETTE.length - 1)] : GREY;
}

function valueLine({ name, rows, colour, shift }: Line, panel: number): PlotlyTrace {
  const { value } = PANELS[panel];
  const drawn = rows.filter((row) => Number.isFinite(row[value]));
  const isPrediction = value === "prediction";
  return {
    type: "scatter",
    mode: "lines+markers",
    name,
    legendgroup: name,
    showlegend: panel === 0,
    x: drawn.map((row) => row.n_atoms * shift),
    y: drawn.map((row) => row[value]),
    yaxis: `y${panel === 0 ? "" : panel + 1}`,
    line: { color: colour, width: 1.4, dash: DASHES[rows[0].method] },
    marker: { color: colour, size: 4.5, symbol: SYMBOLS[rows[0].method] },
    ...(isPrediction && {
      error_y: {
        type: "data",
        symmetric: false,
        array: drawn.map((row) => row.prediction_high - row.prediction),
        arrayminus: drawn.map((row) => row.prediction - row.prediction_low),
        color: colour,
        thickness: 1,
        width: 2,
      },
    }),
    text: drawn.map((row) => `${row.n_atoms} atoms, ${literalText(name)}`),
    hovertemplate: `%{text}<br>${isPrediction ? "prediction" : PANELS[panel].title} %{y:.3f}<extra></extra>`,
  };
}

/** The mean chance level of each number of atoms: λ hardly moves it. */
function chanceLine(rows: readonly SweepRow[]): PlotlyTrace {
  const finite = rows.filter((row) => Number.isFinite(row.stability_chance));
  const sizes = [...new Set(finite.map((row) => row.n_atoms))].sort((a, b) => a - b);
  const levels = sizes.map((size) => {
    const here = finite.filter((row) => row.n_atoms === size);
    return here.reduce((sum, row) => sum + row.stability_chance, 0) / here.length;
  });
  return {
    type: "scatter",
    mode: "lines",
    name: "chance",
    x: sizes,
    y: levels,
    yaxis: "y2",
    line: { color: GREY, width: 1, dash: "dot" },
    hovertemplate: "chance: |r| = %{y:.3f}<extra></extra>",
  };
}
