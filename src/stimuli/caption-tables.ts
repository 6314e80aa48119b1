import type { PlacedCaption } from "./captions";

/** What a caption needs, as columns of a table and as keys in JSON. */
const FIELDS = ["onset", "offset", "text"] as const;

/** Captions of a table with a header; `delimiter` is a comma (quotes as in RFC 4180) or a tab (no quotes). */
export function captionsOfTable(text: string, delimiter: "," | "\t", source: string): PlacedCaption[] {
  const rows = delimiter === "," ? csvRows(text, source) : tsvRows(text);
  const header = rows[0]?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  const [onset, offset, caption] = FIELDS.map((field) => {
    const column = header.indexOf(field);
    if (column >= 0 && header.lastIndexOf(field) === column) return column;
    const problem = column < 0 ? "missing" : "repeated";
    throw new Error(
      `readCaptions: ${problem} column of ${source}: "${field}", in the header ${header.map((name) => `"${name}"`).join(", ") || "(empty)"}; expected ${FIELDS.join(", ")}. Name the columns so; times are in seconds.`,
    );
  });
  return rows.slice(1).map(({ cells, line }) => {
    if (cells.length !== header.length) {
      throw new Error(
        `readCaptions: mismatched line ${line} of ${source}: ${cells.length} cells; expected ${header.length}, as in the header. ${delimiter === "," ? "Put quotes around a text with commas" : "Leave no tabs in a text"}.`,
      );
    }
    return {
      text: cells[caption],
      onsetSec: seconds(cells[onset]),
      offsetSec: seconds(cells[offset]),
      place: `line ${line}`,
    };
  });
}

/** Captions of a JSON array of {"onset", "offset", "text"}. */
export function captionsOfJson(text: string, source: string): PlacedCaption[] {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch (error) {
    throw invalidJson(source, (error as Error).message);
  }
  if (!Array.isArray(entries)) throw invalidJson(source, text.trim().slice(0, 20));
  return entries.map((entry: Record<string, unknown> | null, i) => {
    const isCaption =
      typeof entry?.onset === "number" && typeof entry.offset === "number" && typeof entry.text === "string";
    if (!isCaption) throw invalidJson(source, `entry ${i + 1} is ${JSON.stringify(entry)}`);
    return {
      text: entry.text as string,
      onsetSec: entry.onset as number,
      offsetSec: entry.offset as number,
      place: `entry ${i + 1}`,
    };
  });
}

/** A plain decimal number; NaN for all else, also for nothing. */
function seconds(cell: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell.trim()) ? Number(cell) : Number.NaN;
}

interface Row {
  cells: string[];
  /** Where it starts, counted from 1. */
  line: number;
}

function tsvRows(text: string): Row[] {
  return text
    .split(/\r\n|\n|\r/)
    .map((row, i) => ({ cells: row.split("\t"), line: i + 1 }))
    .filter(({ cells }) => cells.some((cell) => cell !== ""));
}

function csvRows(text: string, source: string): Row[] {
  const rows: Row[] = [];
  let cells: string[] = [];
  let line = 1;
  let rowLine = 1;
  // A cell, quoted (quotes inside doubled) or bare, and what ends it.
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
  while (cell.lastIndex < text.length || cells.length > 0) {
    const match = cell.exec(text);
    if (match === null) {
      throw new Error(
        `readCaptions: invalid line ${line} of ${source}: a quote that is not closed or stands inside a cell; expected quotes around whole cells, doubled within. Correct the line.`,
      );
    }
    const [matched, quoted, bare, end] = match;
    cells.push(quoted?.replaceAll('""', '"') ?? bare);
    line += matched.match(/\r\n|\n|\r/g)?.length ?? 0;
    if (end === ",") continue;
    if (cells.length > 1 || cells[0] !== "") rows.push({ cells, line: rowLine });
    cells = [];
    rowLine = line;
  }
  return rows;
}

function invalidJson(source: string, got: string): Error {
  return new Error(
    `readCaptions: invalid JSON in ${source}: ${got}; expected an array of {"onset": seconds, "offset": seconds, "text": "…"}. Correct the file.`,
  );
}
