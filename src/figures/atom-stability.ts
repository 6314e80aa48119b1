import type { AtomStability } from "../atoms";
import { type Figure, figure } from "./figure";
import { GREY, PALETTE } from "./house-template";

/**
 * How stable each atom of one set is, best first: its mean |r| with its partners in the sets of other seeds, against what
 * unrelated courses get. `set` is whose atoms are drawn (0: the first seed's). Hover names the atom.
 */
export function atomStabilityFigure(stability: AtomStability, options: { set: number }): Figure {
  const values = stability.ofAtoms[options.set];
  const order = Array.from(values.keys()).sort((i, j) => values[j] - values[i]);
  const nOthers = stability.ofAtoms.length - 1;
  return figure({
    data: [
      {
        type: "scatter",
        mode: "markers",
        name: "atom",
        x: order.map((_, rank) => rank + 1),
        y: order.map((k) => values[k]),
        marker: { color: PALETTE[0], size: 5 },
        text: order.map((k) => `atom ${k}`),
        hovertemplate: "%{text}<br>|r| = %{y:.3f}<extra></extra>",
      },
      {
        type: "scatter",
        mode: "lines",
        name: "chance",
        x: [1, values.length],
        y: [stability.chance, stability.chance],
        line: { color: GREY, width: 1.2, dash: "dot" },
        hovertemplate: "chance: |r| = %{y:.3f}<extra></extra>",
      },
    ],
    layout: {
      height: 260,
      margin: { l: 48, r: 12, t: 12, b: 66 },
      xaxis: { title: { text: "atoms, most stable first" }, range: [0.2, values.length + 0.8], nticks: 9 },
      yaxis: { title: { text: "stability (|r|)" }, range: [0, 1.02] },
    },
    caption: `Stability of ${values.length} atoms: mean |r| with the atoms paired with them in the sets of ${nOthers} other seeds; chance ${stability.chance.toFixed(2)}.`,
  });
}
