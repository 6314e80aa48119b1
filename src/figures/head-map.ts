import { type Matrix, row } from "../tensor";
import { type Figure, figure, literalText } from "./figure";
import { DIVERGING, NO_VALUE, SEQUENTIAL } from "./house-template";

const CELL_PX = 24;
const BAR_PX = 84; // the colour bar with its numbers and title
const BESIDE_PX = 48 + BAR_PX;
const ABOVE_AND_BELOW_PX = 72;

/**
 * One value per attention head as a map: heads across, layers upwards (1 = nearest to the input).
 * `values` [nLayers × nHeads]. With any negative value the colours diverge symmetrically about 0 (blue below, red above); without,
 * they run from 0 to the largest value. A NaN is a grey cell, and the caption counts them. Throws when no value is finite.
 */
export function headMap(values: Matrix, options: { title: string; valueTitle: string }): Figure {
  const [nLayers, nHeads] = values.shape;
  const finite = Array.from(values.data).filter(Number.isFinite);
  if (finite.length === 0) {
    throw new Error(
      `headMap: missing values: none of ${values.data.length} is finite; expected at least one. Check the scores of the heads.`,
    );
  }
  const extent = Math.max(...finite.map(Math.abs)) || 1;
  const isSigned = finite.some((value) => value < 0);
  const nMissing = values.data.length - finite.length;
  const cells = `${nLayers} layers × ${nHeads} heads${nMissing > 0 ? `; grey: ${nMissing} without a value` : ""}`;
  return figure({
    data: [
      {
        type: "heatmap",
        x: Array.from({ length: nHeads }, (_, i) => i + 1),
        y: Array.from({ length: nLayers }, (_, i) => i + 1),
        z: Array.from({ length: nLayers }, (_, i) => Array.from(row(values, i))),
        zmin: isSigned ? -extent : 0,
        zmax: extent,
        colorscale: isSigned ? DIVERGING : SEQUENTIAL,
        xgap: 1,
        ygap: 1,
        colorbar: {
          thickness: 10,
          outlinewidth: 0,
          tickfont: { size: 10 },
          nticks: 5,
        },
        hovertemplate: "layer %{y}, head %{x}<br>%{z:.3f}<extra></extra>",
      },
    ],
    layout: {
      width: nHeads * CELL_PX + BESIDE_PX,
      height: nLayers * CELL_PX + ABOVE_AND_BELOW_PX,
      title: { text: literalText(options.title) },
      plot_bgcolor: NO_VALUE,
      margin: { l: 48, r: BAR_PX, t: 32, b: 40 },
      xaxis: {
        title: { text: "head" },
        dtick: nHeads > 16 ? 4 : 1,
        showline: false,
        ticks: "",
        constrain: "domain",
      },
      yaxis: {
        title: { text: "layer" },
        dtick: nLayers > 16 ? 4 : 1,
        showline: false,
        ticks: "",
        scaleanchor: "x",
        constrain: "domain",
      },
      // plotly's own title of a colour bar runs into the bar's numbers
      annotations: [
        {
          text: literalText(options.valueTitle),
          textangle: -90,
          showarrow: false,
          x: 1,
          xref: "paper",
          xanchor: "left",
          xshift: BAR_PX - 22,
          y: 0.5,
          yref: "paper",
        },
      ],
    },
    caption: `${options.title}: ${options.valueTitle}, ${cells}.`,
  });
}
