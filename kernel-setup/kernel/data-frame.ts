/** Tables (danfojs DataFrames, known by their shape) as HTML and text, cut in the middle when they are long. */
import { escapeHtml } from "./html";
import { formatNumber } from "./matrix-text";

interface DataFrameLike {
  columns: string[];
  values: unknown[][];
  shape: [nRows: number, nColumns: number];
  index: (string | number)[];
}

const maxRows = 20;
const nHead = 10;
const nTail = 10;

export function isDataFrame(value: unknown): value is DataFrameLike {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { columns, values, shape, index } = value as Partial<DataFrameLike>;
  return [columns, values, shape, index].every(Array.isArray) && shape!.length === 2;
}

export function dataFrameBundle(frame: DataFrameLike): Record<string, string> {
  return { "text/html": dataFrameHtml(frame), "text/plain": dataFrameText(frame) };
}

interface Row {
  label: string;
  cells: unknown[];
}

/** The rows shown; `undefined` stands for those left out. */
function shownRows({ values, index }: DataFrameLike): (Row | undefined)[] {
  const rows = values.map((cells, i) => ({ label: String(index[i]), cells }));
  return rows.length <= maxRows ? rows : [...rows.slice(0, nHead), undefined, ...rows.slice(-nTail)];
}

/** Plain markup without colours: JupyterLab's own table style follows its theme. */
function dataFrameHtml(frame: DataFrameLike): string {
  const head = ["", ...frame.columns].map((name) => `<th>${escapeHtml(name)}</th>`).join("");
  const nColumns = frame.columns.length;
  const body = shownRows(frame).map((row) => {
    if (!row) return `<tr><th>…</th>${"<td>…</td>".repeat(nColumns)}</tr>`;
    const cells = row.cells.map((cell) => {
      const align = typeof cell === "number" ? "right" : "left";
      return `<td style="text-align: ${align}">${escapeHtml(formatCell(cell))}</td>`;
    });
    return `<tr><th>${escapeHtml(row.label)}</th>${cells.join("")}</tr>`;
  });
  return [
    `<table class="dataframe"><thead><tr style="text-align: right">${head}</tr></thead>`,
    `<tbody>${body.join("\n")}</tbody></table>`,
    `<p>${countText(frame)}</p>`,
  ].join("\n");
}

function dataFrameText(frame: DataFrameLike): string {
  const rows = shownRows(frame).map((row) => (row ? [row.label, ...row.cells.map(formatCell)] : undefined));
  const table = [["", ...frame.columns], ...rows];
  const widths = table[0]!.map((_, k) => Math.max(...table.map((row) => row?.[k]?.length ?? 1)));
  const lines = table.map((row) => widths.map((width, k) => (row?.[k] ?? "…").padStart(width)).join("  "));
  return [...lines, countText(frame)].join("\n");
}

function countText({ shape: [nRows, nColumns] }: DataFrameLike): string {
  const shown = nRows > maxRows ? `, ${nHead + nTail} shown` : "";
  return `${nRows} rows × ${nColumns} columns${shown}`;
}

function formatCell(value: unknown): string {
  return typeof value === "number"
    ? formatNumber(value)
    : value === null || value === undefined
      ? ""
      : String(value);
}
