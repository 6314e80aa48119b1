import type { Matrix } from "../tensor";
import { row } from "../tensor";
import { type Figure, figure, literalText } from "./figure";
import { PALETTE, ZERO_LINE } from "./house-template";

/**
 * Layer profiles of two atoms: mean signed code in each layer, the towers side by side. Throws for an atom that is not there.
 * `profiles`: one tower each, [nAtoms × nLayers], with its name and its layers as people count them.
 */
export function layerMirrorFigure(
  profiles: readonly { tower: string; depths: readonly number[]; signed: Matrix }[],
  pair: { k: number; m: number },
): Figure {
  const nAtoms = profiles[0].signed.shape[0];
  const unknown = [pair.k, pair.m].find((atom) => !(Number.isInteger(atom) && atom >= 0 && atom < nAtoms));
  if (unknown !== undefined) {
    throw new Error(
      `layerMirrorFigure: unknown atom: ${unknown}; expected 0 to ${nAtoms - 1}. Name atoms of the profiles.`,
    );
  }
  const gap = 0.06;
  const width = (1 - gap * (profiles.length - 1)) / profiles.length;
  const suffix = (i: number) => (i === 0 ? "" : String(i + 1));
  const atoms = [pair.k, pair.m];
  const extent = Math.max(
    ...profiles.flatMap(({ signed }) => atoms.flatMap((atom) => Array.from(row(signed, atom), Math.abs))),
  );
  return figure({
    data: profiles.flatMap(({ depths, signed }, i) =>
      atoms.map((atom, a) => ({
        ...{ type: "scatter", mode: "lines+markers", name: `atom ${atom + 1}`, showlegend: i === 0 },
        xaxis: `x${suffix(i)}`,
        yaxis: `y${suffix(i)}`,
        x: [...depths],
        y: Array.from(row(signed, atom)),
        line: { color: PALETTE[a], width: 1.6, dash: a === 0 ? "solid" : "dash" },
        marker: { color: PALETTE[a], size: 5, symbol: a === 0 ? "circle" : "square" },
        hovertemplate: `atom ${atom + 1}, layer %{x}<br>%{y:.4f}<extra></extra>`,
      })),
    ),
    layout: {
      height: 260,
      margin: { l: 64, r: 12, t: 30, b: 72 },
      ...Object.fromEntries(
        profiles.flatMap(({ depths }, i) => [
          [
            `xaxis${suffix(i)}`,
            {
              title: { text: "layer" },
              domain: [i * (width + gap), i * (width + gap) + width],
              anchor: `y${suffix(i)}`,
              dtick: Math.ceil(depths.length / 6),
            },
          ],
          [
            `yaxis${suffix(i)}`,
            {
              anchor: `x${suffix(i)}`,
              range: [-1.1 * extent, 1.1 * extent],
              ...(i === 0 ? { title: { text: "mean code (signed)" }, ...ZERO_LINE } : { visible: false }),
            },
          ],
        ]),
      ),
      // An axis that is not visible draws no zero line.
      shapes: profiles.slice(1).map((_, i) => ({
        ...{ type: "line", layer: "below", xref: `x${suffix(i + 1)} domain`, yref: `y${suffix(i + 1)}` },
        ...{ x0: 0, x1: 1, y0: 0, y1: 0, line: { color: ZERO_LINE.zerolinecolor, width: 1 } },
      })),
      annotations: profiles.map(({ tower }, i) => ({
        text: literalText(tower),
        x: i * (width + gap) + width / 2,
        xref: "paper",
        xanchor: "center",
        y: 1,
        yref: "paper",
        yanchor: "bottom",
        showarrow: false,
      })),
    },
    caption: `Layer profiles of atoms ${pair.k + 1} and ${pair.m + 1}: mean signed code in each layer of ${profiles.map(({ tower }) => tower).join(", ")}.`,
  });
}
