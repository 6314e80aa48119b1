import { readFileSync } from "node:fs";
import { type Matrix, matrix } from "../tensor";

/** What a text table has to look like. */
export interface TableLayout {
  nRows: number;
  /** Names of the columns, for messages; their number is the number of columns. */
  columns: readonly string[];
}

const REMEDY = "The file is damaged or another one: fetch or copy it again.";

/**
 * Reads a text table of numbers without a header, columns separated by blanks or tabs, as [nRows × nCols] float64.
 * "NaN" (any case) is read as NaN. A missing file, another number of rows or columns, or anything that is not a number
 * throws with file, row and column, counted from 1. `reader` is the function named in messages.
 */
export function readNumberTable(path: string, layout: TableLayout, reader: string): Matrix<Float64Array> {
  const { nRows, columns } = layout;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new Error(
      `${reader}: missing file: ${path} (${code}); expected a table of ${nRows} rows × ${columns.length} columns. Check the data's folder or fetch the data again.`,
      { cause: error },
    );
  }
  const lines = text.split(/\r?\n/);
  if (lines[lines.length - 1].trim() === "") lines.pop();
  const data = new Float64Array(nRows * columns.length);
  lines.slice(0, nRows).forEach((line, i) => {
    const cells = line.trim() === "" ? [] : line.trim().split(/\s+/);
    if (cells.length !== columns.length) {
      throw new Error(
        `${reader}: mismatched columns in row ${i + 1} of ${path}: ${cells.length}; expected ${columns.length} (${columns.join(", ")}). ${REMEDY}`,
      );
    }
    cells.forEach((cell, j) => {
      const value = Number(cell);
      if (!Number.isFinite(value) && cell.toLowerCase() !== "nan") {
        throw new Error(
          `${reader}: invalid number in row ${i + 1}, column ${j + 1} (${columns[j]}) of ${path}: "${cell.slice(0, 40)}"; expected a number or NaN. ${REMEDY}`,
        );
      }
      data[i * columns.length + j] = value;
    });
  });
  if (lines.length !== nRows) {
    throw new Error(`${reader}: mismatched rows of ${path}: ${lines.length}; expected ${nRows}. ${REMEDY}`);
  }
  return matrix(data, [nRows, columns.length]);
}
