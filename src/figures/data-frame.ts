import type { DataFrame } from "danfojs-node";
import { columnNames } from "./table-text";

/**
 * Rows as a danfojs DataFrame, which a notebook shows as a table. Values are kept exactly; columns stand in the order of
 * their first appearance; what a row lacks is NaN. Throws when there are no rows: danfojs knows no columns then.
 * danfojs is loaded by the first call, which takes a second.
 */
export function toDataFrame<Row extends Record<keyof Row, string | number>>(rows: readonly Row[]): DataFrame {
  if (rows.length === 0) {
    throw new Error("toDataFrame: missing rows: 0; expected at least one. Check what was left out before.");
  }
  const columns = columnNames(rows);
  const danfo = require("danfojs-node") as typeof import("danfojs-node");
  const values = rows.map((row) => columns.map((name) => row[name] ?? Number.NaN));
  return new danfo.DataFrame(values, { columns });
}
