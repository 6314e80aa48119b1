import type { NeuronTokens } from "../activations";
import type { PlotlyTrace } from "./figure";
import { DIVERGING } from "./house-template";

/** Sizes that the panels of patches and those of words share. */
export const SIDE_PX = 12;
export const TOP_PX = 66; // title and subtitle, and the panels' names
export const BAR_PX = 84; // the colour bar with its numbers and title
const LEAST_NUMBER_PX = 28; // a cell that a number of five letters fits into

/** The traces and the layout of one neuron's tokens. */
export interface Panels {
  data: PlotlyTrace[];
  layout: Record<string, unknown>;
  width: number;
}

/** Q_n K_m, queries downwards; pairs that causal attention leaves out are without a value. */
export function productTrace(
  { query, key, isCausal }: Pick<NeuronTokens, "query" | "key" | "isCausal">,
  axes: { xaxis: string; yaxis: string },
): PlotlyTrace {
  const z = Array.from(query, (q, n) => Array.from(key, (k, m) => (isCausal && m > n ? null : q * k)));
  const extent = extentOf(z.flat().map((product) => product ?? 0));
  return {
    ...{ type: "heatmap", name: "products", z, ...axes, ...coloursOf(extent), showscale: true },
    colorbar: {
      ...{ thickness: 10, outlinewidth: 0, tickfont: { size: 10 }, nticks: 5, x: 1, xpad: 8 },
      title: { text: "Q · K", side: "top", font: { size: 11 } },
    },
  };
}

/** Blue below zero, red above, up to `extent` on either side. */
export function coloursOf(extent: number) {
  return { colorscale: DIVERGING, zmin: -extent, zmax: extent, showscale: false };
}

/** Numbers in the cells of a heatmap that have room for them. */
export function numbersIn(cellPx: number) {
  return cellPx < LEAST_NUMBER_PX ? {} : { texttemplate: "%{z:.2f}", textfont: { size: 10 } };
}

/** The largest absolute value; 1 where there is none but 0. */
export function extentOf(values: ArrayLike<number>): number {
  return (
    Array.from(values).reduce((most, v) => (Number.isFinite(v) ? Math.max(most, Math.abs(v)) : most), 0) || 1
  );
}
