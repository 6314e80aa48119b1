import type { Atlas, CorticalSurfaces } from "../networks";
import { type Figure, figure, literalText } from "./figure";
import { DIVERGING, SEQUENTIAL } from "./house-template";
import { borderLines } from "./surface-borders";
import { cutMesh } from "./surface-pieces";
import { sidesOf } from "./surface-sides";
import { borderTrace, meshTrace } from "./surface-traces";
import { facingTriangles, placeViews, surfaceViews } from "./surface-view";

const WIDTH_PX = 658; // 174 mm
const BAR_PX = 84;
const HEAD_PX = 48;
const FOOT_PX = 8;
/** 16 bits hold numbers up to this. */
const LARGEST = 32767;

/**
 * A map on both cortices: from outside and from between the hemispheres, on flat maps from above. Networks are
 * outlined; the medial wall and positions without a value are grey. Pointing at a place names its network and parcel.
 *
 * `values` [nPositions] in the space of `networks`, of which the two cortices are drawn. With any negative value the colours diverge
 * symmetrically about 0 (blue below, red above); without, they run from 0 to the largest. Numbers travel in 16 bits, as whole
 * multiples of a power of ten that keeps four digits of the largest. `parcels`: an atlas of the same space for the names, or "none".
 * Throws when lengths differ, when surfaces have another mesh than the data, and when no value of the cortex is finite.
 */
export function surfaceMap(
  values: ArrayLike<number>,
  networks: Atlas,
  options: {
    surfaces: CorticalSurfaces;
    parcels: Atlas | "none";
    title: string;
    valueTitle: string;
  },
): Figure {
  const { surfaces, parcels, title, valueTitle } = options;
  const sides = sidesOf(values, networks, surfaces, parcels);
  const drawn = [sides.left, sides.right].flatMap(({ values: own, groups }) =>
    Array.from(own).filter((_, v) => groups[v] <= networks.table.length),
  );
  if (drawn.length === 0) {
    throw new Error(
      `surfaceMap: missing values: none on the cortex is finite; expected at least one. Check the map, or its space.`,
    );
  }
  const extent = drawn.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const isSigned = drawn.some((value) => value < 0);
  const digits = Math.floor(Math.log10(LARGEST / extent));
  const unit = 10 ** digits;

  const views = surfaceViews(surfaces);
  const { places, widthMm, heightMm } = placeViews(surfaces, views);
  const perMm =
    LARGEST / Math.max(...places.map((own) => own.reduce((most, x) => Math.max(most, Math.abs(x)), 0)));
  const empty = networks.table.length + 1;
  const data = views.flatMap(({ hemisphere, name }, view) => {
    const side = sides[hemisphere];
    const whole = surfaces[hemisphere].triangles;
    const seen = surfaces.shape === "flat" ? whole : facingTriangles(places[view], whole);
    const hasParcels = parcels !== "none";
    const drawing = { name, side, places: places[view], perMm, networks, hasParcels, valueTitle, digits };
    return [
      ...cutMesh(seen, side.groups, empty).map((piece) => meshTrace(piece, drawing)),
      ...(networks.table.length > 1 ? [borderTrace(borderLines(seen, side.groups), drawing)] : []),
    ];
  });
  const nRows = 1 + Math.max(...views.map(({ row }) => row));
  const plotWidth = WIDTH_PX - BAR_PX;
  const height = Math.round((plotWidth * heightMm) / widthMm) + HEAD_PX + FOOT_PX;
  const zoom = (FILL * widthMm) / heightMm;
  const axis = (halfMm: number) => ({
    visible: false,
    range: [-halfMm * perMm, halfMm * perMm],
    autorange: false,
  });
  const nWall = [sides.left, sides.right].reduce(
    (sum, { groups }) => sum + groups.filter((group) => group > networks.table.length).length,
    0,
  );
  return figure({
    data,
    layout: {
      width: WIDTH_PX,
      height,
      title: { text: literalText(title) },
      margin: { l: 0, r: BAR_PX, t: HEAD_PX, b: FOOT_PX },
      scene: {
        xaxis: axis(widthMm / 2),
        yaxis: axis(widthMm / 2),
        zaxis: axis(heightMm / 2),
        aspectmode: "manual",
        aspectratio: { x: zoom, y: zoom, z: (zoom * heightMm) / widthMm },
        camera: {
          projection: { type: "orthographic" },
          eye: { x: 0, y: -1, z: 0 },
          up: { x: 0, y: 0, z: 1 },
        },
        // Only what faces the reader is there: it is pointed at, not turned.
        dragmode: false,
      },
      coloraxis: {
        cmin: isSigned ? -extent * unit : 0,
        cmax: extent * unit,
        colorscale: isSigned ? DIVERGING : SEQUENTIAL,
        colorbar: {
          thickness: 10,
          outlinewidth: 0,
          len: 0.7,
          tickfont: { size: 10 },
          ...ticks(isSigned ? -extent : 0, extent, unit),
        },
      },
      annotations: [
        ...views.map(({ name, column, row }) => ({
          text: name,
          showarrow: false,
          xref: "paper",
          yref: "paper",
          x: (column + 0.5) / 2,
          y: 1 - row / nRows,
          xanchor: "center",
          yanchor: row === 0 ? "bottom" : "middle",
          font: { size: 10 },
        })),
        {
          text: literalText(valueTitle),
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
    caption: `${title}: ${valueTitle} on ${surfaces.name}, borders of ${networks.name}; grey: ${nWall} vertices of the medial wall or without a value.`,
  });
}

/** The aspect ratio at which an orthographic scene of plotly's is as high as its frame, seen from a distance of 1. */
const FILL = 2;

/** Round numbers on the colour bar, whose scale counts in units. */
function ticks(low: number, high: number, unit: number): { tickvals: number[]; ticktext: string[] } {
  const rough = (high - low) / 5;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * magnitude).find((size) => size >= rough) ?? rough;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const values = Array.from({ length: count }, (_, i) => (first + i) * step);
  return {
    tickvals: values.map((value) => value * unit),
    ticktext: values.map((value) => value.toFixed(decimals).replace("-", "−")),
  };
}
