/** A matrix as text: shape, type and corners, never a million numbers. */

/** What `brainlens/tensor` calls a Matrix: row-major numbers and a shape. */
interface MatrixLike {
  data: Float32Array | Float64Array;
  shape: readonly [nRows: number, nColumns: number];
}

const nCorner = 3;

export function isMatrix(value: unknown): value is MatrixLike {
  if (typeof value !== "object" || value === null) return false;
  const { data, shape } = value as Partial<MatrixLike>;
  return (
    (data instanceof Float32Array || data instanceof Float64Array) &&
    Array.isArray(shape) &&
    shape.length === 2 &&
    shape[0] * shape[1] === data.length
  );
}

/** `Matrix 361 × 2304 float32` and its first and last three rows and columns. */
export function matrixText({ data, shape: [nRows, nColumns] }: MatrixLike): string {
  const type = data instanceof Float32Array ? "float32" : "float64";
  const title = `Matrix ${nRows} × ${nColumns} ${type}`;
  if (data.length === 0) return title;
  const columns = shownIndices(nColumns);
  const rows = shownIndices(nRows).map((i) =>
    columns.map((j) => (i === "…" || j === "…" ? "…" : formatNumber(data[i * nColumns + j]!))),
  );
  const widths = columns.map((_, k) => Math.max(...rows.map((row) => row[k]!.length)));
  const lines = rows.map((row) => row.map((cell, k) => cell.padStart(widths[k]!)).join("  "));
  return [title, ...lines.map((line) => `  ${line}`)].join("\n");
}

function shownIndices(n: number): (number | "…")[] {
  const all = Array.from({ length: n }, (_, i) => i);
  return n <= 2 * nCorner + 1 ? all : [...all.slice(0, nCorner), "…", ...all.slice(-nCorner)];
}

/** Four significant digits; integers as they are. */
export function formatNumber(x: number): string {
  if (Number.isInteger(x) || !Number.isFinite(x)) return String(x);
  const magnitude = Math.abs(x);
  return magnitude >= 1e-3 && magnitude < 1e6 ? String(Number(x.toPrecision(4))) : x.toExponential(3);
}
