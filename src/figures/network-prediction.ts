import type { NetworkPredictionRow } from "../findings";
import { type Figure, figure, literalText, type PlotlyTrace } from "./figure";
import { PALETTE, SIGNIFICANT, ZERO_LINE } from "./house-template";

const SPREAD = 0.5; // how much of the distance between two networks is drawn on
const ROW_PX = 14;

/**
 * What each model predicts in each network: held-out r with its 95 % interval over subjects, models one below the other in each network, in the
 * order of the rows. Filled: q < .05; open: not, or not tested. Throws without rows, and when a model lacks a network.
 */
export function networkPrediction(rows: readonly NetworkPredictionRow[]): Figure {
  if (rows.length === 0) {
    throw new Error("networkPrediction: missing rows: 0; expected at least one. Score a model first.");
  }
  const networks = [...new Set(rows.map(({ network }) => network))];
  const names = [...new Set(rows.map(nameOf))];
  const nSubjects = Math.max(...rows.map(({ n_subjects }) => n_subjects));
  return figure({
    data: names.map((name, i) => {
      const own = networks.map((network) => findRow(rows, name, network));
      const shift = names.length === 1 ? 0 : SPREAD * (i / (names.length - 1) - 0.5);
      return modelTrace(name, own, { shift, colour: PALETTE[i % PALETTE.length] });
    }),
    layout: {
      height: 76 + 20 * Math.ceil(names.length / 2) + networks.length * Math.max(24, ROW_PX * names.length),
      margin: { l: 60, r: 12, t: 12, b: 44 + 20 * Math.ceil(names.length / 2) },
      xaxis: { title: { text: "r (held-out)" }, ...ZERO_LINE },
      yaxis: {
        title: { text: "network" },
        tickvals: networks.map((_, g) => g),
        ticktext: networks.map(literalText),
        range: [networks.length - 0.5, -0.5],
        ticks: "",
      },
    },
    caption: `Prediction by network: mean held-out r with 95 % bootstrap interval over ${nSubjects} subject${nSubjects === 1 ? " (no interval)" : "s"}; filled: q < .05 by circular shifts (FDR over all rows); ${names.join(", ")}.`,
  });
}

function nameOf({ model, branch }: NetworkPredictionRow): string {
  return branch === "" ? model : `${model}, ${branch}`;
}

function findRow(rows: readonly NetworkPredictionRow[], name: string, network: string): NetworkPredictionRow {
  const found = rows.find((one) => nameOf(one) === name && one.network === network);
  if (found !== undefined) return found;
  throw new Error(
    `networkPrediction: missing row: no ${name} in ${network}; expected one. Score every model in every network.`,
  );
}

function modelTrace(
  name: string,
  rows: NetworkPredictionRow[],
  { shift, colour }: { shift: number; colour: string },
): PlotlyTrace {
  const isFilled = rows.map(({ q }) => q < SIGNIFICANT);
  return {
    type: "scatter",
    mode: "markers",
    name,
    x: rows.map(({ effect }) => effect),
    y: rows.map((_, g) => g + shift),
    error_x: {
      type: "data",
      symmetric: false,
      array: rows.map(({ high, effect }) => (Number.isNaN(high) ? 0 : high - effect)),
      arrayminus: rows.map(({ low, effect }) => (Number.isNaN(low) ? 0 : effect - low)),
      color: colour,
      thickness: 1,
      width: 0,
    },
    marker: {
      size: 6,
      color: isFilled.map((filled) => (filled ? colour : "#ffffff")),
      line: { color: colour, width: 1.3 },
    },
    text: rows.map(
      (one) =>
        `${literalText(one.network)}, ${literalText(name)}<br>R² = ${one.r2.toFixed(3)}, q = ${one.q.toPrecision(2)}`,
    ),
    hovertemplate: "%{text}<br>r = %{x:.3f}<extra></extra>",
  };
}
