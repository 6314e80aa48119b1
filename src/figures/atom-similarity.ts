import type { Matrix } from "../tensor";
import { type Figure, figure, literalText, type PlotlyTrace } from "./figure";
import { NO_VALUE, SEQUENTIAL } from "./house-template";

const BAR_CENTRES = [0.2, 0.76];

/** One kind of similarity between atoms. */
export interface AtomSimilarity {
  name: string;
  /** [nAtoms × nAtoms], 0 or more; |r|, Dice, Jaccard. */
  values: Matrix;
}

/**
 * Two similarities of the same atoms in one square: the first above the diagonal, the second below it, each with its own colours from 0
 * to its largest value, so that a mirror image shows at a glance that both agree. Throws when their sizes differ.
 */
export function atomSimilarityFigure(above: AtomSimilarity, below: AtomSimilarity): Figure {
  const [nAtoms, nColumns] = above.values.shape;
  if (nAtoms !== nColumns || below.values.shape[0] !== nAtoms || below.values.shape[1] !== nAtoms) {
    throw new Error(
      `atomSimilarityFigure: mismatched shapes: [${above.values.shape.join(" × ")}] and [${below.values.shape.join(" × ")}]; expected two of atoms by atoms. Compare the same atoms.`,
    );
  }
  return figure({
    data: [triangle(above, "above", 0), triangle(below, "below", 1)],
    layout: {
      height: 400,
      plot_bgcolor: NO_VALUE,
      margin: { l: 48, r: 12, t: 12, b: 100 },
      xaxis: { title: { text: "atom" }, showline: false, ticks: "", constrain: "domain", nticks: 8 },
      yaxis: {
        title: { text: "atom" },
        autorange: "reversed",
        showline: false,
        ticks: "",
        scaleanchor: "x",
        constrain: "domain",
        nticks: 8,
      },
      // plotly's own titles of flat colour bars lie on the bars
      annotations: [above, below].map(({ name }, i) => ({
        text: `${literalText(name)} (${i === 0 ? "above" : "below"})`,
        ...{ showarrow: false, font: { size: 10 } },
        ...{ x: BAR_CENTRES[i], xref: "paper", y: 0, yref: "paper", xanchor: "center", yshift: -70 },
      })),
    },
    caption: `Similarity of ${nAtoms} atoms: ${above.name} above the diagonal, ${below.name} below it.`,
  });
}

function triangle({ name, values }: AtomSimilarity, side: "above" | "below", i: number): PlotlyTrace {
  const n = values.shape[0];
  const isShown = (k: number, m: number) => (side === "above" ? m > k : m < k);
  const z = Array.from({ length: n }, (_, k) =>
    Array.from({ length: n }, (_, m) => (isShown(k, m) ? values.data[k * n + m] : Number.NaN)),
  );
  return {
    type: "heatmap",
    name,
    x: Array.from({ length: n }, (_, k) => k + 1),
    y: Array.from({ length: n }, (_, k) => k + 1),
    z,
    zmin: 0,
    zmax: Math.max(...z.flat().filter(Number.isFinite)) || 1,
    colorscale: SEQUENTIAL,
    colorbar: {
      ...{ orientation: "h", thickness: 8, outlinewidth: 0, tickfont: { size: 10 }, nticks: 4 },
      ...{ x: BAR_CENTRES[i], len: 0.46, y: 0, yref: "container", yanchor: "bottom", ypad: 4 },
    },
    hovertemplate: `atoms %{y} and %{x}<br>${literalText(name)} %{z:.3f}<extra></extra>`,
  };
}
