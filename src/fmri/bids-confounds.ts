import { type Matrix, zeros } from "../tensor";
import { numberOfCell, readTsv } from "./table-file";

/** Named sets of fMRIPrep's columns. Source: fMRIPrep's documentation, "Confounds". */
const MOTION = ["trans_x", "trans_y", "trans_z", "rot_x", "rot_y", "rot_z"];
const SUFFIXES = ["", "_derivative1", "_power2", "_derivative1_power2"];
const SETS: Record<string, readonly string[]> = {
  motion6: MOTION,
  motion24: SUFFIXES.flatMap((suffix) => MOTION.map((name) => `${name}${suffix}`)),
  tissue: ["csf", "white_matter"],
  global: ["global_signal"],
};

/** Nuisance regressors of a run (`readConfounds`): columns in the order asked for, each once, in the table's own units. */
export interface Confounds {
  /** [nTrs × nColumns], a row for each TR of the file. */
  readonly values: Matrix<Float64Array>;
  readonly columns: readonly string[];
  /** How many cells were n/a. */
  readonly nMissing: number;
}

/**
 * Reads columns of a confounds table, as fMRIPrep writes them (_desc-confounds_timeseries.tsv). `columns`: names of the table, or
 * of a set: "motion6"; "motion24" (with derivatives and squares); "tissue" (csf, white_matter); "global"; a name that ends
 * with * takes all columns that start so ("a_comp_cor_0*", "cosine*", "motion_outlier*").
 *
 * `missing` says what n/a becomes: fMRIPrep leaves the first row of derivatives empty. "zero": 0, no change before the first TR;
 * "nan": NaN, so that the TR has to be trimmed before `cleanBlocks` takes the table. Throws for unknown columns.
 */
export function readConfounds(
  path: string,
  options: { columns: readonly string[]; missing: "zero" | "nan" },
): Confounds {
  const caller = "readConfounds";
  const table = readTsv(path, caller);
  const names = options.columns.flatMap((asked) => {
    const found = asked.endsWith("*")
      ? table.columns.filter((name) => name.startsWith(asked.slice(0, -1)))
      : (SETS[asked] ?? [asked]).filter((name) => table.columns.includes(name));
    const wanted = asked.endsWith("*") ? Math.max(1, found.length) : (SETS[asked] ?? [asked]).length;
    if (found.length === wanted) return found;
    const missing = (SETS[asked] ?? [asked]).filter((name) => !table.columns.includes(name));
    throw new Error(
      `${caller}: unknown column of ${path}: ${missing.join(", ")}; expected some of its ${table.columns.length}: ${table.columns.slice(0, 40).join(", ")}${table.columns.length > 40 ? ", …" : ""}; or a set: ${Object.keys(SETS).join(", ")}. Name columns as the table does.`,
    );
  });
  const unique = [...new Set(names)];
  const values = zeros([table.rows.length, unique.length]);
  let nMissing = 0;
  unique.forEach((name, j) => {
    const at = table.columns.indexOf(name);
    table.rows.forEach((cells, i) => {
      const value = numberOfCell(cells[at], `line ${i + 2}, column ${name} of ${path}`, caller);
      if (Number.isNaN(value)) nMissing++;
      values.data[i * unique.length + j] = Number.isNaN(value) && options.missing === "zero" ? 0 : value;
    });
  });
  return { values, columns: unique, nMissing };
}
