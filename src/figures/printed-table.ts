import { columnNames } from "./table-text";

/** What a printed table says of itself. Each a phrase without its full stop; empty where there is nothing to say. */
export interface TableCaption {
  title: string;
  /** How many of what the rows rest on. */
  n: string;
  /** What was tested against what, and how the interval was made. */
  test: string;
  /** For how many tests p was corrected, and how. */
  correction: string;
}

/** A caption as running text. */
export function captionText({ title, n, test, correction }: TableCaption): string {
  const parts = [title, n, test, correction && `Correction: ${correction}`].filter((part) => part !== "");
  return parts.map((part) => `${part}.`).join(" ");
}

/** A table rounded for print: plain text, a minus sign for minus, an em dash for what has no value. */
export interface PrintedTable {
  headers: string[];
  /** Which columns hold numbers. */
  isNumber: boolean[];
  /** [nRows][nColumns]. */
  cells: string[][];
}

const NO_VALUE = "—";
const MOST_DECIMALS = 4;

/**
 * Rows as they are printed, columns as in `toCsv`.
 *
 * - p and q (columns `p`, `q`, `p_…`, `q_…`): three decimals without the zero before the point, "< .001" below that.
 * - Whole numbers stay whole; other columns get as many decimals, 4 at most, as show three digits of their largest value. Minus is U+2212.
 * - An estimate followed by its bounds (`effect`, `low`, `high`; `r`, `r_low`, `r_high`) becomes one column, "0.12 [0.08, 0.16]".
 * - NaN and what a row lacks: an em dash; bounds that are NaN are left out.
 */
export function printTable<Row extends Record<keyof Row, string | number>>(
  rows: readonly Row[],
): PrintedTable {
  const names = columnNames(rows);
  const headers: string[] = [];
  const isNumber: boolean[] = [];
  const columns: string[][] = [];
  for (let j = 0; j < names.length; j++) {
    const name = names[j];
    const values = rows.map((row) => row[name] as string | number | undefined);
    const bounds = boundsOf(names, j);
    if (bounds) {
      const [low, high] = bounds.map((bound) => rows.map((row) => row[bound] as number | undefined));
      const decimals = decimalsOf([...values, ...low, ...high]);
      const show = (value: string | number | undefined) => cell(name, value, decimals);
      columns.push(
        values.map((value, i) => {
          const hasBounds = [low[i], high[i]].every((bound) => Number.isFinite(bound));
          return hasBounds ? `${show(value)} [${show(low[i])}, ${show(high[i])}]` : show(value);
        }),
      );
      j += 2;
    } else {
      const decimals = decimalsOf(values);
      columns.push(values.map((value) => cell(name, value, decimals)));
    }
    headers.push(headerOf(name) + (bounds ? " [95 % interval]" : ""));
    isNumber.push(values.some((value) => typeof value === "number"));
  }
  return { headers, isNumber, cells: rows.map((_, i) => columns.map((column) => column[i])) };
}

/** The columns of an estimate's bounds where they follow it. */
function boundsOf<Name extends string>(names: readonly Name[], j: number): [Name, Name] | null {
  const [low, high] = [names[j + 1], names[j + 2]];
  const isPair =
    (low === "low" && high === "high") || (low === `${names[j]}_low` && high === `${names[j]}_high`);
  return isPair ? [low, high] : null;
}

function headerOf(name: string): string {
  return name
    .replace(/_/g, " ")
    .replace(/\br2\b/g, "R²")
    .replace(/\bdelta /g, "Δ");
}

/** Decimals that show three digits of the largest value; 0 for whole numbers. */
function decimalsOf(values: readonly (string | number | undefined)[]): number {
  const finite = values.filter((value): value is number => Number.isFinite(value));
  if (finite.every(Number.isInteger)) return 0;
  const largest = Math.max(...finite.map(Math.abs));
  return Math.min(MOST_DECIMALS, Math.max(0, 3 - Math.ceil(Math.log10(largest))));
}

function cell(name: string, value: string | number | undefined, decimals: number): string {
  if (value === undefined || Number.isNaN(value)) return NO_VALUE;
  if (typeof value === "string") return value;
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (/^[pq](_|$)/.test(name)) return value < 0.001 ? "< .001" : value.toFixed(3).replace(/^0/, "");
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}
