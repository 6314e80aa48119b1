import type { ModalityRow } from "../findings";
import { type Figure, figure, literalText } from "./figure";
import { PALETTE, SIGNIFICANT, ZERO_LINE } from "./house-template";

/**
 * The modality index of every atom, one line for each condition (model, random weights, mismatched pairs): atoms in order of their index from −1 (text alone)
 * to 1 (vision alone), with 95 % intervals over heads; filled: q < .05. Throws without conditions.
 */
export function modalityStrip(conditions: readonly { name: string; rows: readonly ModalityRow[] }[]): Figure {
  if (conditions.length === 0) {
    throw new Error(
      "modalityStrip: missing conditions: 0; expected at least one. Make a modalityTable first.",
    );
  }
  return figure({
    data: conditions.map(({ name, rows }, i) => {
      const own = rows.filter(({ index }) => !Number.isNaN(index)).sort((a, b) => a.index - b.index);
      const colour = PALETTE[i % PALETTE.length];
      return {
        ...{ type: "scatter", mode: "markers", name },
        // From 0 to 1, so that dictionaries of different size can be compared.
        x: own.map((_, k) => (k + 0.5) / own.length),
        y: own.map(({ index }) => index),
        error_y: {
          type: "data",
          symmetric: false,
          array: own.map(({ high, index }) => high - index),
          arrayminus: own.map(({ low, index }) => index - low),
          color: colour,
          thickness: 0.8,
          width: 0,
        },
        marker: {
          size: 5,
          symbol: ["circle", "square", "diamond", "triangle-up"][i % 4],
          color: own.map(({ q }) => (q < SIGNIFICANT ? colour : "#ffffff")),
          line: { color: colour, width: 1.2 },
        },
        text: own.map(
          ({ atom, n_members }) => `${literalText(name)}, atom ${atom + 1}, ${n_members} members`,
        ),
        hovertemplate: "%{text}<br>index %{y:.2f}<extra></extra>",
      };
    }),
    layout: {
      height: 300,
      margin: { l: 60, r: 12, t: 12, b: 76 },
      xaxis: {
        title: { text: "atoms, in order of the index" },
        showticklabels: false,
        ticks: "",
        range: [0, 1],
      },
      yaxis: {
        title: { text: "modality index" },
        range: [-1.08, 1.08],
        tickvals: [-1, -0.5, 0, 0.5, 1],
        ticktext: ["text −1", "−0.5", "0", "0.5", "vision 1"],
        ...ZERO_LINE,
      },
    },
    caption: `Modality index of atoms with 95 % bootstrap interval over heads: 1, members in vision alone; −1, in text alone; filled: q < .05 (heads permuted over towers, FDR over atoms); ${conditions.map(({ name, rows }) => `${name}, ${rows.length} atoms`).join("; ")}.`,
  });
}
