import type { RemovalCurves } from "../findings";
import { row } from "../tensor";
import { type Figure, figure, type PlotlyTrace } from "./figure";
import { GREY, PALETTE, ZERO_LINE } from "./house-template";

/**
 * How prediction falls as atoms are taken away: mean held-out R² of the subjects against the number of atoms left, redundant ones first, unique ones
 * first, and the band between the 2.5 % and 97.5 % quantiles of random orders. Throws without subjects.
 */
export function removalCurvesFigure(subjects: readonly RemovalCurves[]): Figure {
  if (subjects.length === 0) {
    throw new Error("removalCurvesFigure: missing subjects: 0; expected at least one. Remove atoms first.");
  }
  const [{ nKept, random }] = subjects;
  const meanOver = (value: (one: RemovalCurves) => number) =>
    subjects.reduce((sum, one) => sum + value(one) / subjects.length, 0);
  const orders = Array.from({ length: random.shape[0] }, (_, i) =>
    nKept.map((_, j) => meanOver((one) => row(one.random, i)[j])),
  );
  const sorted = nKept.map((_, j) => orders.map((order) => order[j]).sort((a, b) => a - b));
  const quantile = (share: number) => sorted.map((all) => all[Math.round(share * (all.length - 1))]);
  const curve = (name: string, values: number[], style: object): PlotlyTrace => ({
    type: "scatter",
    mode: "lines+markers",
    name,
    x: [...nKept],
    y: values,
    hovertemplate: `${name}<br>%{x} atoms left: R² = %{y:.4f}<extra></extra>`,
    ...style,
  });
  return figure({
    data: [
      {
        type: "scatter",
        mode: "lines",
        name: "random, 95 %",
        x: [...nKept, ...[...nKept].reverse()],
        y: [...quantile(0.975), ...quantile(0.025).reverse()],
        fill: "toself",
        fillcolor: "#dddddd",
        line: { width: 0 },
        hoverinfo: "skip",
      },
      curve(
        "random, mean",
        sorted.map((all) => all.reduce((a, b) => a + b, 0) / all.length),
        {
          mode: "lines",
          line: { color: GREY, width: 1, dash: "dot" },
        },
      ),
      curve(
        "redundant first",
        nKept.map((_, j) => meanOver((one) => one.redundantFirst[j])),
        {
          line: { color: PALETTE[0], width: 1.6 },
          marker: { size: 5 },
        },
      ),
      curve(
        "unique first",
        nKept.map((_, j) => meanOver((one) => one.uniqueFirst[j])),
        {
          line: { color: PALETTE[1], width: 1.6, dash: "dash" },
          marker: { size: 5, symbol: "square" },
        },
      ),
    ],
    layout: {
      height: 300,
      margin: { l: 56, r: 12, t: 12, b: 84 },
      xaxis: { title: { text: "atoms left" }, autorange: "reversed" },
      yaxis: { title: { text: "R² (held-out)" }, ...ZERO_LINE },
    },
    caption: `Prediction as atoms are removed: mean held-out R² against the number of atoms left, redundant first, unique first and at random (${random.shape[0]} orders); ${subjects.length} subject${subjects.length === 1 ? "" : "s"}.`,
  });
}
