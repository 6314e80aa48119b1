import type { Figure } from "../../src/figures";

const DIGITS = 4; // what a reader could see; a library's last bits may differ between machines
const PNG = "data:image/png;base64,";

function rounded(value: unknown): unknown {
  // How a picture's bytes are packed is up to the zlib of the machine; tests of the figures decode them.
  if (typeof value === "string" && value.startsWith(PNG)) return PNG;
  if (typeof value === "number") return Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : null;
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array, rounded);
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, rounded(part)]));
}

/** A figure as its committed JSON keeps it: numbers to 4 significant digits, typed arrays as arrays, no template. */
export function roundedFigure(figure: Figure): unknown {
  const { template: _, ...layout } = figure.layout;
  return JSON.parse(
    JSON.stringify({ caption: figure.caption, data: rounded(figure.data), layout: rounded(layout) }),
  );
}
