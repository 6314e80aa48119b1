import { captionText, type PrintedTable, printTable, type TableCaption } from "./printed-table";

/** Longer tables may break over pages. */
const MOST_ROWS_ON_A_PAGE = 40;
const MOST_COLUMNS_IN_FULL_SIZE = 6;

const ESCAPED: Record<string, string> = {
  "\\": "\\textbackslash{}",
  "^": "\\textasciicircum{}",
  "~": "\\textasciitilde{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  '"': "\\textquotedbl{}",
  "−": "$-$",
  "—": "---",
  "–": "--",
  "…": "\\ldots{}",
  "×": "$\\times$",
  "·": "$\\cdot$",
  "≥": "$\\geq$",
  "≤": "$\\leq$",
  "≈": "$\\approx$",
  "∞": "$\\infty$",
  "√": "$\\surd$",
  "→": "$\\to$",
  "²": "\\textsuperscript{2}",
  α: "$\\alpha$",
  β: "$\\beta$",
  λ: "$\\lambda$",
  Δ: "$\\Delta$",
};
const SPECIAL = new RegExp(`[{}$&#%_]|[${Object.keys(ESCAPED).join("").replace(/[\\^]/g, "\\$&")}]`, "g");

/**
 * Rows as a LaTeX table with booktabs' rules, rounded as `printTable` says; beyond 40 rows a longtable, which may break over pages. A document
 * needs `\usepackage{booktabs,longtable}` and `\usepackage[T1]{fontenc}`. Characters that act in LaTeX are escaped. `label`: for
 * `\ref{tab:LABEL}`; letters, digits and hyphens, else it throws. No rows: a comment that says so.
 */
export function toLatex<Row extends Record<keyof Row, string | number>>(
  rows: readonly Row[],
  { caption, label }: { caption: TableCaption; label: string },
): string {
  if (!/^[A-Za-z0-9-]+$/.test(label)) {
    throw new Error(
      `toLatex: invalid label: "${label}"; expected letters, digits and hyphens. Name the table otherwise.`,
    );
  }
  const above = `\\caption{${escapeLatex(captionText(caption))}}\n\\label{tab:${label}}`;
  if (rows.length === 0) return `% ${escapeLatex(captionText(caption))} No rows.\n`;
  const table = printTable(rows);
  const size = table.headers.length > MOST_COLUMNS_IN_FULL_SIZE ? "\\footnotesize" : "\\small";
  const columns = table.isNumber.map((number) => (number ? "r" : "l")).join("");
  const header = `${latexLine(table.headers)}\n\\midrule`;
  const body = bodyOf(table);
  if (rows.length > MOST_ROWS_ON_A_PAGE) {
    return `{${size}\n\\begin{longtable}{${columns}}\n${above}\\\\\n\\toprule\n${header}\n\\endfirsthead\n\\toprule\n${header}\n\\endhead\n${body}\n\\bottomrule\n\\end{longtable}}\n`;
  }
  return `\\begin{table}\n\\centering\n${size}\n${above}\n\\begin{tabular}{${columns}}\n\\toprule\n${header}\n${body}\n\\bottomrule\n\\end{tabular}\n\\end{table}\n`;
}

function bodyOf({ cells }: PrintedTable): string {
  return cells.map(latexLine).join("\n");
}

function latexLine(fields: readonly string[]): string {
  // A row that began with [ or * would be taken for an option of the line break before it.
  return `${fields
    .map(escapeLatex)
    .join(" & ")
    .replace(/^(?=[[*])/, "{}")} \\\\`;
}

/** Text as LaTeX prints it letter by letter, in one line. */
export function escapeLatex(text: string): string {
  return text.replace(/\s+/g, " ").replace(SPECIAL, (letter) => ESCAPED[letter] ?? `\\${letter}`);
}
