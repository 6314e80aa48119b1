import type { TowerProfile } from "../atoms";
import { row } from "../tensor";
import { type Figure, figure } from "./figure";
import { DIVERGING, NO_VALUE, SEQUENTIAL } from "./house-template";

const ROW_PX = 11;
const BAR_PX = 84;

const VALUES = {
  signed: { title: "mean code", hover: "mean code %{z:.3f}" },
  absolute: { title: "mean |code|", hover: "mean |code| %{z:.3f}" },
  members: { title: "share of neurons", hover: "%{z:.0%} of the layer's neurons" },
} as const;

/**
 * In which layers of a tower the atoms lie: one row an atom, one column a layer, ordered by where the atom's |codes| have their
 * centre (nearest to the input at the bottom). `value`, one of: *members* – the share of a layer's neurons that
 * belong to the atom; *absolute* – their mean |code|; *signed* – their mean code, red where the atom's course is carried
 * as it is and blue where upside down. Layers without neurons are grey.
 */
export function atomLayerFigure(profile: TowerProfile, options: { value: keyof typeof VALUES }): Figure {
  const { layers, depths, tower, kind, keysFrom } = profile;
  const values = layers[options.value];
  const { title, hover } = VALUES[options.value];
  const [nAtoms] = values.shape;
  const centre = Array.from({ length: nAtoms }, (_, k) => centreOf(row(layers.absolute, k), depths));
  // Dead atoms have no centre: they come last.
  const order = Array.from(centre.keys()).sort(
    (i, j) => (centre[i] || Number.POSITIVE_INFINITY) - (centre[j] || Number.POSITIVE_INFINITY),
  );
  const largest = values.data.reduce((most, value) => Math.max(most, Math.abs(value) || 0), 0) || 1;
  const isSigned = options.value === "signed";
  const name = kind === "self" ? tower : `${tower} looking at ${keysFrom}`;
  return figure({
    data: [
      {
        type: "heatmap",
        x: depths,
        y: order.map((_, rank) => rank + 1),
        z: order.map((k) => Array.from(row(values, k))),
        zmin: isSigned ? -largest : 0,
        zmax: largest,
        colorscale: isSigned ? DIVERGING : SEQUENTIAL,
        xgap: 1,
        ygap: 1,
        text: order.map((k) => depths.map(() => `atom ${k}`)),
        colorbar: {
          thickness: 10,
          outlinewidth: 0,
          tickfont: { size: 10 },
          nticks: 5,
          ...(options.value === "members" && { tickformat: ".0%" }),
        },
        hovertemplate: `%{text}, layer %{x}<br>${hover}<extra></extra>`,
      },
    ],
    layout: {
      height: nAtoms * ROW_PX + 60,
      plot_bgcolor: NO_VALUE,
      margin: { l: 48, r: BAR_PX, t: 12, b: 44 },
      xaxis: {
        title: { text: `layer (${name})` },
        dtick: depths.length > 16 ? 4 : 1,
        showline: false,
        ticks: "",
      },
      yaxis: { title: { text: "atoms, by their layers" }, nticks: 8, showline: false, ticks: "" },
      // plotly's own title of a colour bar runs into the bar's numbers
      annotations: [
        {
          text: title,
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
    caption: `Layers of ${nAtoms} atoms in the tower ${name}: ${title} per layer, atoms ordered by the centre of their |codes|.`,
  });
}

/** Σ depth · |code| / Σ |code|; NaN for a dead atom. */
function centreOf(absolute: Float64Array, depths: readonly number[]): number {
  let [weighted, total] = [0, 0];
  depths.forEach((depth, i) => {
    if (Number.isNaN(absolute[i])) return;
    weighted += depth * absolute[i];
    total += absolute[i];
  });
  return weighted / total;
}
