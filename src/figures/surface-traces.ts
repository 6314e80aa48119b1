import type { Atlas } from "../networks";
import { literalText, type PlotlyTrace } from "./figure";
import { NO_VALUE } from "./house-template";
import type { MeshPiece } from "./surface-pieces";
import type { SurfaceSide } from "./surface-sides";

const BORDER = "#1a1a1a";
/** How far borders stand before the surface, so that it does not hide them. */
const BORDER_LIFT_MM = 0.8;
const LIGHTING = { ambient: 0.95, diffuse: 0.2, specular: 0.02, roughness: 0.9, fresnel: 0.02 };

/** How one view is drawn. */
export interface ViewTraces {
  /** Shown when the mouse is on it. */
  readonly name: string;
  readonly side: SurfaceSide;
  /** Of each vertex on the page, [3 · nVertices], mm; see `placeViews`. */
  readonly places: Float64Array;
  /** Places travel as whole numbers of 1/perMm mm. */
  readonly perMm: number;
  readonly networks: Atlas;
  readonly hasParcels: boolean;
  readonly valueTitle: string;
  /** Values travel as whole numbers of 10^−digits. */
  readonly digits: number;
}

/** A piece of the surface in its network's name, coloured by the values; grey for what has none. */
export function meshTrace({ group, vertices, triangles }: MeshPiece, view: ViewTraces): PlotlyTrace {
  const { side, places, perMm, networks, hasParcels, valueTitle, digits } = view;
  const along = (axis: number) => Int16Array.from(vertices, (v) => Math.round(places[3 * v + axis] * perMm));
  const corner = (c: number) => {
    const own = triangles.filter((_, k) => k % 3 === c);
    return vertices.length <= 65536 ? Uint16Array.from(own) : own;
  };
  const mesh = {
    type: "mesh3d",
    x: along(0),
    y: along(1),
    z: along(2),
    i: corner(0),
    j: corner(1),
    k: corner(2),
    lighting: LIGHTING,
    lightposition: { x: 0, y: -100_000, z: 50_000 },
  };
  if (group > networks.table.length) return { ...mesh, color: NO_VALUE, hoverinfo: "skip" };
  const network = literalText(networks.table[group]?.name ?? "no network");
  const { shared, texts } = shortened(Array.from(vertices, (v) => side.parcels[v]));
  const parcel = hasParcels ? `<br>${literalText(shared[0])}%{text}${literalText(shared[1])}` : "";
  const power = `10<sup>${String(-digits).replace("-", "−")}</sup>`;
  return {
    ...mesh,
    name: network,
    intensity: Int16Array.from(vertices, (v) => Math.round(side.values[v] * 10 ** digits)),
    coloraxis: "coloraxis",
    ...(hasParcels ? { text: texts } : {}),
    hovertemplate: `${network}${parcel}<br>${literalText(valueTitle)} = %{intensity} × ${power}<extra>${view.name}</extra>`,
  };
}

/** The borders of networks as lines over the surface. */
export function borderTrace(lines: readonly Int32Array[], { places, perMm }: ViewTraces): PlotlyTrace {
  const along = (axis: number) =>
    Float32Array.from(
      lines.flatMap((line) => {
        const points = Array.from({ length: line.length / 2 }, (_, n) => {
          const middle = (places[3 * line[2 * n] + axis] + places[3 * line[2 * n + 1] + axis]) / 2;
          return Math.round((middle - (axis === 1 ? BORDER_LIFT_MM : 0)) * perMm);
        });
        return [...points, Number.NaN];
      }),
    );
  return {
    type: "scatter3d",
    mode: "lines",
    x: along(0),
    y: along(1),
    z: along(2),
    line: { color: BORDER, width: 1.5 },
    hoverinfo: "skip",
    showlegend: false,
  };
}

/** Texts without the beginning and end that all of them share: a name for each of 32,000 vertices weighs most of a figure. */
function shortened(texts: string[]): { shared: readonly [start: string, end: string]; texts: string[] } {
  const distinct = [...new Set(texts)];
  let start = distinct[0] ?? "";
  let end = start;
  for (const text of distinct) {
    while (!text.startsWith(start)) start = start.slice(0, -1);
    while (!text.endsWith(end)) end = end.slice(1);
  }
  const shortest = Math.min(...distinct.map((text) => text.length));
  end = end.slice(Math.max(0, start.length + end.length - shortest));
  const cut = (text: string) => text.slice(start.length, text.length - end.length);
  return { shared: [start, end], texts: texts.map((text) => literalText(cut(text))) };
}
