import type { HierarchyRow } from "../findings";
import { type Figure, figure, literalText } from "./figure";
import { GREY, PALETTE, SIGNIFICANT, ZERO_LINE } from "./house-template";

/**
 * Whether deeper layers fit higher cortex: Spearman's r of preferred layer and hierarchy for each model or stream with its 95 % interval over
 * subjects, a cross at the mean of its spins; filled: q < .05. Throws without rows.
 */
export function layerHierarchy(rows: readonly HierarchyRow[]): Figure {
  if (rows.length === 0) {
    throw new Error("layerHierarchy: missing rows: 0; expected at least one. Make a hierarchyTable first.");
  }
  const nSubjects = Math.max(...rows.map(({ n_subjects }) => n_subjects));
  return figure({
    data: [
      {
        ...{ type: "scatter", mode: "markers", name: "mean of spins" },
        x: rows.map(({ null_mean }) => null_mean),
        y: rows.map((_, i) => i),
        marker: { symbol: "x-thin", size: 7, line: { color: GREY, width: 1.4 } },
        hovertemplate: "spins: r = %{x:.3f}<extra></extra>",
      },
      {
        ...{ type: "scatter", mode: "markers", name: "filled: q < .05" },
        x: rows.map(({ effect }) => effect),
        y: rows.map((_, i) => i),
        error_x: {
          type: "data",
          symmetric: false,
          array: rows.map(({ high, effect }) => (Number.isNaN(high) ? 0 : high - effect)),
          arrayminus: rows.map(({ low, effect }) => (Number.isNaN(low) ? 0 : effect - low)),
          color: PALETTE[0],
          thickness: 1.4,
          width: 3,
        },
        marker: {
          size: 7,
          color: rows.map(({ q }) => (q < SIGNIFICANT ? PALETTE[0] : "#ffffff")),
          line: { color: PALETTE[0], width: 1.4 },
        },
        text: rows.map(({ name, p }) => `${literalText(name)}, p = ${p.toPrecision(2)}`),
        hovertemplate: "%{text}<br>r = %{x:.3f}<extra></extra>",
      },
    ],
    layout: {
      height: 110 + 26 * rows.length,
      margin: { l: 60, r: 12, t: 12, b: 76 },
      xaxis: { title: { text: "Spearman's r, layer and hierarchy" }, ...ZERO_LINE },
      yaxis: {
        title: { text: "model" },
        tickvals: rows.map((_, i) => i),
        ticktext: rows.map(({ name }) => literalText(name)),
        range: [rows.length - 0.5, -0.5],
        ticks: "",
      },
    },
    caption: `Preferred layer against the cortical hierarchy: Spearman's r with 95 % bootstrap interval over ${nSubjects} subject${nSubjects === 1 ? " (no interval)" : "s"}; crosses: mean of spins; filled: q < .05 by spin test, FDR over models.`,
  });
}
