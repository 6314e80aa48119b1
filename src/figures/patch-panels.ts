import type { NeuronTokens } from "../activations";
import type { PlotlyTrace } from "./figure";
import { pngAddress, type RgbPicture } from "./png-image";
import {
  BAR_PX,
  coloursOf,
  extentOf,
  numbersIn,
  type Panels,
  productTrace,
  SIDE_PX,
  TOP_PX,
} from "./token-products";

const TILE_PX = 168;
const GAP_PX = 26;
const PAIRS_GAP_PX = 62; // the numbers and the title of the pairs' axis
const BELOW_PX = 44;

/** The picture, Q and K of each patch on it with the tokens that are no patches below, and the products of all pairs. */
export function patchPanels(
  { query, key, isCausal }: NeuronTokens,
  shown: { picture: RgbPicture; nPatches: readonly [number, number] },
): Panels {
  const {
    picture,
    nPatches: [nRows, nColumns],
  } = shown;
  const nSpecial = query.length - nRows * nColumns;
  if (nSpecial < 0 || key.length !== query.length) {
    throw new Error(
      `neuronTokensFigure: mismatched patches: ${nRows} × ${nColumns} for ${query.length} queries and ${key.length} keys; expected as many tokens or more. Pass the grid of this model's patches.`,
    );
  }
  const width = 2 * SIDE_PX + 4 * TILE_PX + 2 * GAP_PX + PAIRS_GAP_PX + BAR_PX;
  const cell = TILE_PX / nRows;
  const below = Math.max(BELOW_PX, nSpecial > 0 ? cell * 1.35 : 0);
  const height = TOP_PX + TILE_PX + below + SIDE_PX;
  const plot = { width: width - 2 * SIDE_PX - BAR_PX, height: TILE_PX + below };
  const layout: Record<string, unknown> = {};
  const data: PlotlyTrace[] = [];
  const [images, annotations, shapes]: [object[], object[], object[]] = [[], [], []];
  const axesOf = (tile: number) => {
    const id = tile === 0 ? "" : `${tile + 1}`;
    return {
      id,
      xaxis: `x${id}`,
      yaxis: `y${id}`,
      left: tile * (TILE_PX + GAP_PX) + (tile === 3 ? PAIRS_GAP_PX - GAP_PX : 0),
    };
  };
  const nBelow = below / cell;
  [
    { name: "picture", values: null },
    { name: "query Q of each patch", values: query },
    { name: "key K of each patch", values: key },
  ].forEach(({ name, values }, tile) => {
    const { id, xaxis, yaxis, left } = axesOf(tile);
    layout[`xaxis${id}`] = {
      visible: false,
      range: [0, nColumns],
      domain: [left / plot.width, (left + TILE_PX) / plot.width],
      anchor: yaxis,
      fixedrange: true,
    };
    layout[`yaxis${id}`] = {
      visible: false,
      range: [nRows + nBelow, 0],
      domain: [0, 1],
      anchor: xaxis,
      fixedrange: true,
    };
    images.push({
      source: pngAddress(picture),
      ...{ xref: xaxis, yref: yaxis, x: 0, y: 0, sizex: nColumns, sizey: nRows },
      ...{ xanchor: "left", yanchor: "top", sizing: "stretch", layer: "below" },
    });
    // The paper shows below the picture, where there is no patch.
    shapes.push({
      type: "rect",
      ...{ xref: xaxis, yref: yaxis, x0: 0, x1: nColumns, y0: nRows, y1: nRows + nBelow },
      ...{ fillcolor: "#ffffff", line: { width: 0 }, layer: "below" },
    });
    annotations.push(heading(name, (left + TILE_PX / 2) / plot.width));
    if (values === null) {
      data.push(grid(nRows, nColumns, { xaxis, yaxis }));
      return;
    }
    const extent = extentOf(values);
    const patches = Array.from({ length: nRows }, (_, i) =>
      Array.from(values.subarray(nSpecial + i * nColumns, nSpecial + (i + 1) * nColumns)),
    );
    const colours = { ...coloursOf(extent), xaxis, yaxis, name, ...numbersIn(cell) };
    data.push({
      ...{
        type: "heatmap",
        x0: 0.5,
        dx: 1,
        y0: 0.5,
        dy: 1,
        z: patches,
        opacity: 0.75,
        xgap: 1,
        ygap: 1,
        ...colours,
      },
      hovertemplate: "row %{y}, column %{x}: %{z:.3f}<extra></extra>",
    });
    if (nSpecial > 0) {
      const specials = Array.from(values.subarray(0, nSpecial));
      data.push({
        ...{
          type: "heatmap",
          x0: 0.5,
          dx: 1,
          y: [nRows + 0.85],
          z: [specials],
          xgap: 1,
          ygap: 1,
          ...colours,
        },
        hovertemplate: "no patch: %{z:.3f}<extra></extra>",
      });
      annotations.push({
        text: nSpecial === 1 ? "class token" : "tokens that are no patches",
        ...{ showarrow: false, xref: xaxis, yref: yaxis, x: nSpecial + 0.15, y: nRows + 0.85 },
        ...{ xanchor: "left", yanchor: "middle", font: { size: 10 } },
      });
    }
  });
  const { id, xaxis, yaxis, left } = axesOf(3);
  const products = productTrace({ query, key, isCausal }, { xaxis, yaxis });
  data.push({
    ...products,
    hovertemplate: "query of token %{y}, key of token %{x}: %{z:.3f}<extra></extra>",
  });
  layout[`xaxis${id}`] = {
    title: { text: "token asked (key)" },
    domain: [left / plot.width, (left + TILE_PX) / plot.width],
    anchor: yaxis,
    ...{ range: [-0.5, key.length - 0.5], showline: false },
  };
  layout[`yaxis${id}`] = {
    title: { text: "token that asks (query)", standoff: 2 },
    domain: [1 - TILE_PX / plot.height, 1],
    anchor: xaxis,
    ...{ range: [query.length - 0.5, -0.5], showline: false },
  };
  annotations.push(heading("product of each pair", (left + TILE_PX / 2) / plot.width));
  return {
    data,
    width,
    layout: {
      ...{ width, height, images, annotations, shapes, ...layout },
      margin: { l: SIDE_PX, r: SIDE_PX + BAR_PX, t: TOP_PX, b: SIDE_PX },
    },
  };
}

/** The lines between patches. */
function grid(nRows: number, nColumns: number, axes: { xaxis: string; yaxis: string }): PlotlyTrace {
  const [x, y]: [(number | null)[], (number | null)[]] = [[], []];
  for (let i = 0; i <= nRows; i++) {
    x.push(0, nColumns, null);
    y.push(i, i, null);
  }
  for (let j = 0; j <= nColumns; j++) {
    x.push(j, j, null);
    y.push(0, nRows, null);
  }
  return {
    ...{ type: "scatter", mode: "lines", name: "patches", x, y, ...axes },
    ...{ line: { color: "#ffffff", width: 1 }, hoverinfo: "skip" },
  };
}

function heading(text: string, x: number): object {
  return {
    ...{
      text,
      showarrow: false,
      x,
      xref: "paper",
      xanchor: "center",
      y: 1,
      yref: "paper",
      yanchor: "bottom",
    },
    font: { size: 11 },
  };
}
