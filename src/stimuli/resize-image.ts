import type { RgbImage } from "./decode-image";
import { type AxisWeights, axisWeights, nearestPositions, PRECISION_BITS } from "./resample-weights";

/** Pillow's resampling filters, by their names there in lower case. */
export type ResampleFilter =
  | "nearest"
  | "box"
  | "bilinear"
  | "hamming"
  | "bicubic"
  | "lanczos"
  | "mks2013"
  | "mks2021";

/** A part of a picture, in its pixels. */
export interface ImageWindow {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Some rows and columns of a picture on its way: `data` starts at column `left` of row `top`. */
interface Part {
  data: Uint8Array | Uint8ClampedArray;
  width: number;
  left: number;
  top: number;
}

/**
 * Resizes a picture as Pillow's `Image.resize((width, height), filter)` does, to the last bit: columns and rows apart, each
 * with the filter stretched by the reduction (no aliasing), in weights of 22 fractional bits, rounded to 8 bits after either.
 * As in Pillow 13 rows go first where the height shrinks by more than twice what the width does; earlier versions always
 * take columns first, which differs for pictures several times as high as wide.
 *
 * With a `window` only that part of the resized picture is computed: the same bytes as resizing and then cropping. Throws for
 * sizes that are no positive integers and for a window that leaves the resized picture. Source: Pillow, libImaging/Resample.c.
 */
export function resizeImage(
  image: RgbImage,
  size: { width: number; height: number },
  filter: ResampleFilter,
  window: ImageWindow = { left: 0, top: 0, width: size.width, height: size.height },
): RgbImage {
  checkSizes(size, window);
  const { width, height } = window;
  if (filter === "nearest") return pickNearest(image, size, window);
  // A side that keeps its length keeps its pixels, also by a filter that sharpens: a box of one pixel.
  const sideFilter = (from: number, to: number) => (from === to ? "box" : filter);
  const columnFilter = sideFilter(image.width, size.width);
  const rowFilter = sideFilter(image.height, size.height);
  const columns = axisWeights(image.width, size.width, columnFilter, window.left, width);
  const rows = axisWeights(image.height, size.height, rowFilter, window.top, height);
  const whole: Part = { data: image.data, width: image.width, left: 0, top: 0 };

  const heightLoss = image.height - size.height;
  const isRowsFirst = heightLoss > 0 && heightLoss > (image.width - size.width) * 2;
  const resized = isRowsFirst
    ? filterColumns(filterRows(whole, rows, ...extent(columns)), columns, 0, height)
    : filterRows(filterColumns(whole, columns, ...extent(rows)), rows, 0, width);
  return { width, height, data: new Uint8Array(resized.data.buffer) };
}

/** The first input pixel that a pass reads and how many: what the other pass need not make more of. */
function extent({ first, count }: AxisWeights): [first: number, n: number] {
  const last = first.length - 1;
  return [first[0], first[last] + count[last] - first[0]];
}

/** Weights the columns of `nRows` rows from `firstRow` on. */
function filterColumns(
  part: Part,
  { first, count, weights, size }: AxisWeights,
  firstRow: number,
  nRows: number,
): Part {
  const nColumns = first.length;
  const { data } = part;
  const out = new Uint8ClampedArray(nRows * nColumns * 3);
  const half = 1 << (PRECISION_BITS - 1);
  for (let row = 0, to = 0; row < nRows; row++) {
    const rowStart = ((firstRow + row - part.top) * part.width - part.left) * 3;
    for (let column = 0; column < nColumns; column++, to += 3) {
      let from = rowStart + first[column] * 3;
      let red = half;
      let green = half;
      let blue = half;
      const end = column * size + count[column];
      for (let w = column * size; w < end; w++, from += 3) {
        const weight = weights[w];
        red += data[from] * weight;
        green += data[from + 1] * weight;
        blue += data[from + 2] * weight;
      }
      // The array clamps what overshoots 0 … 255.
      out[to] = red >> PRECISION_BITS;
      out[to + 1] = green >> PRECISION_BITS;
      out[to + 2] = blue >> PRECISION_BITS;
    }
  }
  return { data: out, width: nColumns, left: 0, top: firstRow };
}

/** Weights the rows of `nColumns` columns from `firstColumn` on. */
function filterRows(
  part: Part,
  { first, count, weights, size }: AxisWeights,
  firstColumn: number,
  nColumns: number,
): Part {
  const { data } = part;
  const rowLength = nColumns * 3;
  const out = new Uint8ClampedArray(first.length * rowLength);
  const sums = new Int32Array(rowLength);
  for (let row = 0; row < first.length; row++) {
    sums.fill(1 << (PRECISION_BITS - 1));
    for (let k = 0; k < count[row]; k++) {
      const weight = weights[row * size + k];
      const from = ((first[row] + k - part.top) * part.width + firstColumn - part.left) * 3;
      for (let i = 0; i < rowLength; i++) sums[i] += data[from + i] * weight;
    }
    const to = row * rowLength;
    for (let i = 0; i < rowLength; i++) out[to + i] = sums[i] >> PRECISION_BITS;
  }
  return { data: out, width: nColumns, left: firstColumn, top: 0 };
}

function checkSizes(size: { width: number; height: number }, window: ImageWindow): void {
  for (const noun of ["width", "height"] as const) {
    if (Number.isInteger(size[noun]) && size[noun] >= 1) continue;
    throw new Error(
      `resizeImage: invalid ${noun}: ${size[noun]}; expected a positive integer. Pass the size in pixels.`,
    );
  }
  const { left, top, width, height } = window;
  const isInside =
    left >= 0 &&
    top >= 0 &&
    width >= 1 &&
    height >= 1 &&
    left + width <= size.width &&
    top + height <= size.height;
  if (isInside) return;
  throw new Error(
    `resizeImage: invalid window: ${width} × ${height} from column ${left}, row ${top}; expected a part of ${size.width} × ${size.height} (width × height). Crop no more than the resized picture has.`,
  );
}

function pickNearest(
  image: RgbImage,
  size: { width: number; height: number },
  window: ImageWindow,
): RgbImage {
  const columns = nearestPositions(image.width, size.width).subarray(window.left, window.left + window.width);
  const rows = nearestPositions(image.height, size.height).subarray(window.top, window.top + window.height);
  const data = new Uint8Array(window.width * window.height * 3);
  let to = 0;
  for (const row of rows) {
    for (const column of columns) {
      const from = (row * image.width + column) * 3;
      data[to++] = image.data[from];
      data[to++] = image.data[from + 1];
      data[to++] = image.data[from + 2];
    }
  }
  return { width: window.width, height: window.height, data };
}
