import type { PolarityRow } from "../findings";
import { type Figure, figure, literalText } from "./figure";
import { DIVERGING, NO_VALUE, SIGNIFICANT } from "./house-template";

const CELL_PX = 17;
const BELOW_PX = 100; // axis and colour bar

/**
 * Which atom activates (red) and which deactivates (blue) which network: mean pattern P, symmetric about 0; a dot where q < .05. Atoms
 * across, networks down, in the order of the rows. Throws when no value is finite.
 */
export function networkPolarityMap(rows: readonly PolarityRow[]): Figure {
  const networks = [...new Set(rows.map(({ network }) => network))];
  const atoms = [...new Set(rows.map(({ atom }) => atom))];
  const extent = Math.max(0, ...rows.map(({ effect }) => Math.abs(effect)).filter(Number.isFinite));
  if (extent === 0) {
    throw new Error(
      `networkPolarityMap: missing values: none of ${rows.length} is finite and not 0; expected at least one. Check the maps.`,
    );
  }
  const at = (network: string, atom: number) =>
    rows.find((one) => one.network === network && one.atom === atom)?.effect ?? Number.NaN;
  const significant = rows.filter(({ q }) => q < SIGNIFICANT);
  const nSubjects = Math.max(...rows.map(({ n_subjects }) => n_subjects));
  return figure({
    data: [
      {
        type: "heatmap",
        x: atoms.map((_, i) => i),
        y: networks.map((_, g) => g),
        z: networks.map((network) => atoms.map((atom) => at(network, atom))),
        zmin: -extent,
        zmax: extent,
        colorscale: DIVERGING,
        xgap: 1,
        ygap: 1,
        colorbar: {
          ...{ orientation: "h", thickness: 8, outlinewidth: 0, tickfont: { size: 10 }, nticks: 5 },
          ...{ x: 0.5, len: 0.9, y: 0, yref: "container", yanchor: "bottom", ypad: 4 },
        },
        text: networks.map((network) => atoms.map((atom) => `atom ${atom + 1}, ${literalText(network)}`)),
        hovertemplate: "%{text}<br>P = %{z:.3f}<extra></extra>",
      },
      {
        type: "scatter",
        mode: "markers",
        name: "q < .05",
        x: significant.map(({ atom }) => atoms.indexOf(atom)),
        y: significant.map(({ network }) => networks.indexOf(network)),
        marker: { size: 3.5, color: "#000000" },
        hoverinfo: "skip",
      },
    ],
    layout: {
      height: 12 + networks.length * CELL_PX + BELOW_PX,
      plot_bgcolor: NO_VALUE,
      showlegend: false,
      margin: { l: 60, r: 12, t: 12, b: BELOW_PX },
      xaxis: {
        title: { text: "atom" },
        tickvals: atoms.flatMap((_, i) => (i % Math.ceil(atoms.length / 8) === 0 ? [i] : [])),
        ticktext: atoms.flatMap((atom, i) =>
          i % Math.ceil(atoms.length / 8) === 0 ? [String(atom + 1)] : [],
        ),
        showline: false,
        ticks: "",
        range: [-0.5, atoms.length - 0.5],
      },
      yaxis: {
        title: { text: "network" },
        tickvals: networks.map((_, g) => g),
        ticktext: networks.map(literalText),
        showline: false,
        ticks: "",
        range: [networks.length - 0.5, -0.5],
      },
      // plotly's own title of a flat colour bar lies on the bar
      annotations: [
        {
          ...{ text: "mean pattern P (SD)", showarrow: false, font: { size: 10 } },
          ...{ x: 0.5, xref: "paper", y: 0, yref: "paper", xanchor: "center", yshift: -68 },
        },
      ],
    },
    caption: `Polarity: mean pattern of ${atoms.length} atoms in ${networks.length} networks, ${nSubjects} subject${nSubjects === 1 ? "" : "s"}; dots: q < .05, two-sided against phase-randomised BOLD, FDR over all cells; the sign of an atom is a convention.`,
  });
}
