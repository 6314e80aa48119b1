import { captionText, printTable, type TableCaption } from "./printed-table";

/**
 * Rows as a Markdown table (GitHub's and pandoc's) below its caption, rounded as `printTable` says. Text that would act in Markdown or HTML is escaped, so that
 * it reads as it is. No rows: the caption and "No rows."
 */
export function toMarkdown<Row extends Record<keyof Row, string | number>>(
  rows: readonly Row[],
  options: { caption?: TableCaption } = {},
): string {
  const caption = options.caption ? `${escapeMarkdown(captionText(options.caption))}\n\n` : "";
  if (rows.length === 0) return `${caption}No rows.\n`;
  const { headers, isNumber, cells } = printTable(rows);
  const line = (fields: readonly string[]) => `| ${fields.join(" | ")} |\n`;
  const rule = isNumber.map((number) => (number ? "---:" : ":---"));
  // Numbers are of digits, signs and brackets, which do not act.
  const body = cells.map((row) => row.map((text, j) => (isNumber[j] ? text : escapeMarkdown(text))));
  return caption + line(headers.map(escapeMarkdown)) + line(rule) + body.map(line).join("");
}

/** Text as Markdown shows it letter by letter, in one line. */
export function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_[\]<>|~$&#]/g, "\\$&");
}
