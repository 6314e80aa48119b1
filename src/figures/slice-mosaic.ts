import type { NiftiHeader } from "../fmri";
import { type Figure, figure, literalText, type PlotlyTrace } from "./figure";
import { type ColourScale, DIVERGING, NO_VALUE, PALETTE } from "./house-template";

/** A volume as `readNifti` gives it: one value a voxel, i fastest. */
export interface SliceVolume {
  readonly header: Pick<NiftiHeader, "shape" | "affine">;
  readonly values: ArrayLike<number>;
}

const TILES_PX = 560;
const LEAST_COLUMNS = 3; // one slice is not as large as six
const GAP_PX = 8;
const LABEL_PX = 16;
const MOST_COLUMNS = 6;
const TOP_PX = 36;
const BAR_PX = 84; // the colour bar with its numbers and title
const GREYS: ColourScale = [
  [0, "#000000"],
  [1, "#ffffff"],
];

/**
 * Axial slices of a volume side by side, seen from above with the left of the body on the left, anterior upwards, in true proportions; with
 * the outline of a mask along its voxels' edges.
 *
 * `slices`: the k of each slice, in the order of their tiles. `colours`: "grey" for images of the brain, black to white from the least to
 * the largest value of the slices; "signed" for maps, blue below zero and red above, symmetric. A NaN is a grey cell in a
 * map and the caption counts them. Throws when an affine is turned by more than 45° against the body's axes, when image and mask differ in
 * shape, for slices that are not there, and when no value is finite.
 */
export function sliceMosaic(
  volume: SliceVolume,
  options: {
    title: string;
    valueTitle: string;
    slices: readonly number[];
    colours: "grey" | "signed";
    mask: SliceVolume | "none";
  },
): Figure {
  const { slices, mask } = options;
  const [nx, ny, nz] = checkShape(volume, mask, slices);
  const { affine } = volume.header;
  const size = [0, 1].map((axis) => Math.hypot(...[0, 1, 2].map((i) => affine.data[4 * i + axis])));
  const shown = slices.flatMap((k) =>
    Array.from({ length: nx * ny }, (_, v) => volume.values[k * nx * ny + v]),
  );
  const finite = shown.filter(Number.isFinite);
  if (finite.length === 0) {
    throw new Error(
      `sliceMosaic: missing values: none of ${shown.length} in ${slices.length} slices is finite; expected at least one. Choose other slices.`,
    );
  }
  const [least, most] = [finite.reduce((a, b) => Math.min(a, b)), finite.reduce((a, b) => Math.max(a, b))];
  const extent = Math.max(Math.abs(least), Math.abs(most)) || 1;
  const nColumns = Math.min(MOST_COLUMNS, slices.length);
  const nRows = Math.ceil(slices.length / nColumns);
  const tileWidth = Math.floor(TILES_PX / Math.max(LEAST_COLUMNS, nColumns)) - GAP_PX;
  const tileHeight = (tileWidth * ny * size[1]) / (nx * size[0]);
  const [width, height] = [nColumns * (tileWidth + GAP_PX), nRows * (tileHeight + LABEL_PX + GAP_PX)];

  const data: PlotlyTrace[] = [];
  const axes: Record<string, unknown> = {};
  const annotations: object[] = [];
  slices.forEach((k, tile) => {
    const [column, row] = [tile % nColumns, Math.floor(tile / nColumns)];
    const id = tile === 0 ? "" : `${tile + 1}`;
    const left = column * (tileWidth + GAP_PX);
    const top = row * (tileHeight + LABEL_PX + GAP_PX);
    const place = (from: number, length: number, whole: number) => [from / whole, (from + length) / whole];
    // The body's left is left where x grows with i, and where it does not once the axis is turned round.
    axes[`xaxis${id}`] = {
      visible: false,
      domain: place(left, tileWidth, width),
      anchor: `y${id}`,
      range: affine.data[0] > 0 ? [0, nx * size[0]] : [nx * size[0], 0],
    };
    axes[`yaxis${id}`] = {
      visible: false,
      domain: place(height - top - LABEL_PX - tileHeight, tileHeight, height),
      anchor: `x${id}`,
      range: affine.data[5] > 0 ? [0, ny * size[1]] : [ny * size[1], 0],
    };
    data.push({
      type: "heatmap",
      name: `slice ${k}`,
      x0: size[0] / 2,
      dx: size[0],
      y0: size[1] / 2,
      dy: size[1],
      z: Array.from({ length: ny }, (_, j) =>
        Array.from({ length: nx }, (_, i) => volume.values[(k * ny + j) * nx + i]),
      ),
      xaxis: `x${id}`,
      yaxis: `y${id}`,
      coloraxis: "coloraxis",
      hovertemplate: `%{z:.4g}<extra>slice ${k}</extra>`,
    });
    if (mask !== "none")
      data.push(outline(mask, k, { nx, ny, size, axes: { xaxis: `x${id}`, yaxis: `y${id}` } }));
    const zMm = affine.data[10] * k + affine.data[11];
    annotations.push({
      text: `z = ${Math.round(zMm)} mm`,
      showarrow: false,
      font: { size: 10 },
      x: (left + tileWidth / 2) / width,
      xref: "paper",
      xanchor: "center",
      y: 1 - (top + LABEL_PX) / height,
      yref: "paper",
      yanchor: "bottom",
    });
  });
  for (const [side, xanchor] of [
    ["L", "left"],
    ["R", "right"],
  ] as const) {
    annotations.push({
      text: side,
      showarrow: false,
      font: { size: 10 },
      x: side === "L" ? 0 : tileWidth / width,
      xref: "paper",
      xanchor,
      y: 1 - LABEL_PX / height,
      yref: "paper",
      yanchor: "bottom",
    });
  }
  const nMissing = shown.length - finite.length;
  const missing = nMissing > 0 ? `; ${nMissing} voxels without a value` : "";
  const outlined =
    mask === "none" ? "" : `; line: outline of the mask (${countInside(mask)} voxels of ${nx * ny * nz})`;
  return figure({
    data,
    layout: {
      width: width + BAR_PX + 2 * GAP_PX,
      height: height + TOP_PX + GAP_PX,
      margin: { l: GAP_PX, r: BAR_PX + GAP_PX, t: TOP_PX, b: GAP_PX },
      title: { text: literalText(options.title) },
      plot_bgcolor: NO_VALUE,
      showlegend: false,
      coloraxis: {
        colorscale: options.colours === "grey" ? GREYS : DIVERGING,
        cmin: options.colours === "grey" ? least : -extent,
        cmax: options.colours === "grey" ? most : extent,
        colorbar: {
          x: 1,
          xpad: GAP_PX,
          thickness: 10,
          outlinewidth: 0,
          tickfont: { size: 10 },
          nticks: 5,
          title: { text: literalText(options.valueTitle), side: "right", font: { size: 11 } },
        },
      },
      annotations,
      ...axes,
    },
    caption: `${options.title}: ${options.valueTitle}, ${slices.length} axial slice${slices.length > 1 ? "s" : ""} of ${nx} × ${ny} voxels, left is left${outlined}${missing}.`,
  });
}

function checkShape(
  { header, values }: SliceVolume,
  mask: SliceVolume | "none",
  slices: readonly number[],
): [number, number, number] {
  const [nx, ny, nz = 1] = header.shape;
  if (nx * ny * nz !== values.length) {
    throw new Error(
      `sliceMosaic: invalid shape: ${header.shape.join(" × ")} with ${values.length} values; expected one volume. Pass the mean over TRs or one map.`,
    );
  }
  for (let axis = 0; axis < 3; axis++) {
    const column = [0, 1, 2].map((i) => Math.abs(header.affine.data[4 * i + axis]));
    if (column[axis] === Math.max(...column)) continue;
    throw new Error(
      `sliceMosaic: invalid orientation: voxel axis ${axis} runs along axis ${column.indexOf(Math.max(...column))} of the body; expected left-right, back-front, foot-head. Reorient the image first, for example with nibabel's as_closest_canonical.`,
    );
  }
  if (
    mask !== "none" &&
    (mask.values.length !== values.length || header.shape.some((n, i) => n !== mask.header.shape[i]))
  ) {
    throw new Error(
      `sliceMosaic: mismatched shape of the mask: ${mask.header.shape.join(" × ")}; expected ${header.shape.join(" × ")}. Resample it onto the image.`,
    );
  }
  const odd = slices.find((k) => !(Number.isInteger(k) && k >= 0 && k < nz));
  if (odd !== undefined || slices.length === 0) {
    throw new Error(
      `sliceMosaic: ${odd === undefined ? "missing slices: none" : `invalid slice: ${odd}`}; expected numbers from 0 to ${nz - 1}. Choose slices of the volume.`,
    );
  }
  return [nx, ny, nz];
}

function countInside({ values }: SliceVolume): number {
  let n = 0;
  for (let v = 0; v < values.length; v++) if (values[v] !== 0) n++;
  return n;
}

/** The edges between voxels inside and outside the mask, as one broken line. */
function outline(
  { values }: SliceVolume,
  k: number,
  { nx, ny, size, axes }: { nx: number; ny: number; size: number[]; axes: { xaxis: string; yaxis: string } },
): PlotlyTrace {
  const isInside = (i: number, j: number) =>
    i >= 0 && i < nx && j >= 0 && j < ny && values[(k * ny + j) * nx + i] !== 0;
  const x: (number | null)[] = [];
  const y: (number | null)[] = [];
  const edge = (i0: number, j0: number, i1: number, j1: number) => {
    x.push(i0 * size[0], i1 * size[0], null);
    y.push(j0 * size[1], j1 * size[1], null);
  };
  for (let j = 0; j <= ny; j++) {
    for (let i = 0; i <= nx; i++) {
      if (isInside(i, j) !== isInside(i - 1, j)) edge(i, j, i, j + 1);
      if (isInside(i, j) !== isInside(i, j - 1)) edge(i, j, i + 1, j);
    }
  }
  return {
    type: "scatter",
    mode: "lines",
    name: `mask, slice ${k}`,
    x,
    y,
    ...axes,
    line: { color: PALETTE[1], width: 2 },
    hoverinfo: "skip",
    cliponaxis: false,
  };
}
