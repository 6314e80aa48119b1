import type { Matrix } from "../tensor";
import { type Figure, figure, literalText } from "./figure";
import { DIVERGING, NO_VALUE } from "./house-template";

const BAR_PX = 76; // the colour bar with its numbers and title

/**
 * Functional connectivity of BOLD and of predictions in one square: r between networks of BOLD above the diagonal, of the predictions below it, one scale
 * symmetric about 0, so that a mirror image shows at a glance that both agree. `bold`, `predicted`: [nNetworks × nNetworks]. Throws when sizes differ.
 */
export function networkConnectivity(bold: Matrix, predicted: Matrix, networks: readonly string[]): Figure {
  const n = networks.length;
  for (const { shape } of [bold, predicted]) {
    if (shape[0] === n && shape[1] === n) continue;
    throw new Error(
      `networkConnectivity: mismatched shape: [${shape.join(" × ")}]; expected [${n} × ${n}], a row and a column a network. Name the networks of the matrices.`,
    );
  }
  const z = networks.map((_, k) =>
    networks.map((_, m) => (m === k ? Number.NaN : (m > k ? bold : predicted).data[k * n + m])),
  );
  const extent = Math.max(...z.flat().filter(Number.isFinite).map(Math.abs)) || 1;
  const axis = {
    ...{ showline: false, ticks: "" },
    tickvals: networks.map((_, k) => k),
    ticktext: networks.map(literalText),
  };
  return figure({
    data: [
      {
        type: "heatmap",
        x: networks.map((_, k) => k),
        y: networks.map((_, k) => k),
        z,
        zmin: -extent,
        zmax: extent,
        colorscale: DIVERGING,
        colorbar: { thickness: 10, outlinewidth: 0, tickfont: { size: 10 }, nticks: 5 },
        text: networks.map((a, k) =>
          networks.map(
            (b, m) => `${literalText(a)} and ${literalText(b)}, ${m > k ? "BOLD" : "predictions"}`,
          ),
        ),
        hovertemplate: "%{text}<br>r = %{z:.2f}<extra></extra>",
      },
    ],
    layout: {
      height: 320,
      plot_bgcolor: NO_VALUE,
      margin: { l: 136, r: BAR_PX, t: 8, b: 56 },
      // The columns are the rows' networks in the same order.
      xaxis: { ...axis, title: { text: "BOLD above,<br>predictions below" }, showticklabels: false },
      yaxis: { ...axis, title: { text: "network" }, autorange: "reversed" },
      annotations: [
        {
          ...{ text: "r", showarrow: false, textangle: -90 },
          ...{ x: 1, xref: "paper", xanchor: "left", xshift: BAR_PX - 18, y: 0.5, yref: "paper" },
        },
      ],
    },
    caption: `Functional connectivity of ${n} networks: r of BOLD above the diagonal, of held-out predictions below it.`,
  });
}
