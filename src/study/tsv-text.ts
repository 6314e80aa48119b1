/**
 * Rows as a tab-separated table with a header, as BIDS has them: columns in the order of the first row's; NaN is n/a. Throws for a text
 * with a tab or a line break, which no such table can hold.
 */
export function tsvText(rows: readonly Record<string, string | number>[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const cell = (value: string | number) => {
    if (typeof value === "number") return Number.isNaN(value) ? "n/a" : String(value);
    if (!/[\t\r\n]/.test(value)) return value;
    throw new Error(
      `tsvText: invalid text: ${JSON.stringify(value.slice(0, 60))}; expected one without tabs and line breaks. Rename it where it comes from.`,
    );
  };
  const lines = [columns, ...rows.map((row) => columns.map((name) => cell(row[name])))];
  return lines.map((cells) => `${cells.join("\t")}\n`).join("");
}
