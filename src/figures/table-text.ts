/** The columns of rows: every name that occurs, in the order of its first appearance. */
export function columnNames<Row extends object>(rows: readonly Row[]): (keyof Row & string)[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))] as (keyof Row & string)[];
}

function csvField(value: string | number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "";
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/**
 * Rows as comma-separated text with a header. Columns stand in the order of their first appearance; numbers have as many digits as it takes to
 * read back the same number; NaN and what a row lacks are empty fields; fields with a comma, a quote or a line break are quoted
 * (RFC 4180, but lines end in \n, so that the file is the same everywhere). No rows give an empty text.
 */
export function toCsv<Row extends Record<keyof Row, string | number>>(rows: readonly Row[]): string {
  const columns = columnNames(rows);
  if (columns.length === 0) return "";
  const lines = [columns.map(csvField), ...rows.map((row) => columns.map((name) => csvField(row[name])))];
  return lines.map((fields) => `${fields.join(",")}\n`).join("");
}
