import { readFileSync } from "node:fs";

/** A tab-separated table with a header line, as BIDS has them. */
export interface TsvTable {
  readonly columns: readonly string[];
  /** Cells as text, row by row. */
  readonly rows: readonly (readonly string[])[];
}

const REMEDY = "The file is damaged or no BIDS table: write it again.";

/** Reads a .tsv file. Throws, naming file and line, for a missing file, repeated columns and lines of another length. */
export function readTsv(path: string, caller: string): TsvTable {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(
      `${caller}: missing file: ${path} (${(error as NodeJS.ErrnoException).code}); expected a tab-separated table. Check the data set.`,
      { cause: error },
    );
  }
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  while (lines.length > 0 && lines[lines.length - 1].trim() === "") lines.pop();
  const columns = (lines[0] ?? "").split("\t").map((name) => name.trim());
  const repeated = columns.find((name, j) => name === "" || columns.indexOf(name) !== j);
  if (repeated !== undefined) {
    throw new Error(
      `${caller}: invalid header of ${path}: column "${repeated}" ${repeated === "" ? "has no name" : "stands twice"}; expected names that differ. ${REMEDY}`,
    );
  }
  const rows = lines.slice(1).map((line, i) => {
    const cells = line.split("\t").map((cell) => cell.trim());
    if (cells.length === columns.length) return cells;
    throw new Error(
      `${caller}: mismatched columns in line ${i + 2} of ${path}: ${cells.length}; expected ${columns.length} (${columns.slice(0, 12).join(", ")}). ${REMEDY}`,
    );
  });
  return { columns, rows };
}

/** A cell as a number; NaN for "n/a", which is how BIDS writes what is missing. */
export function numberOfCell(cell: string, place: string, caller: string): number {
  if (cell === "n/a" || cell.toLowerCase() === "nan") return Number.NaN;
  const value = Number(cell);
  if (cell !== "" && Number.isFinite(value)) return value;
  throw new Error(
    `${caller}: invalid number in ${place}: "${cell.slice(0, 40)}"; expected a number or n/a. ${REMEDY}`,
  );
}
