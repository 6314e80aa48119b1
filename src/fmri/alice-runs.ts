import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type GroupRun, markMissing, type SubjectBold } from "./group-run";
import { readNumberTable } from "./number-table";

const ROI_NAMES = ["LATL", "RATL", "LPTL", "LIPL", "LPreM", "LIFG"] as const;
export const ALICE_N_TRS = 362;

/**
 * Reads the Alice data set: BOLD of six language regions while each subject listened to 12 min of chapter 1 of *Alice in
 * Wonderland* (TR 2 s; the first ten TRs were dropped, so that row 0 is scan time 20 s).
 *
 * `folder` is the data set's folder, with `data/10mm/sNN-timecourses.txt` (or `data/6mm`); `radiusMm` chooses the
 * regions' radius. Subjects come in the order of their numbers. A region with a NaN, or with one value throughout, is NaN
 * for that subject and counted; a subject without any usable region is left out with the reason (s33 of the published
 * data is 0 throughout). A truncated or ragged table and a value that is no number throw.
 *
 * Source: Brennan, Stabler, Van Wagenen, Luh & Hale (2016), Brain and Language 157–158, 81–94.
 */
export function readAliceRois(folder: string, { radiusMm }: { radiusMm: 10 | 6 }): GroupRun {
  const tables = join(folder, "data", `${radiusMm}mm`);
  const ids = existsSync(tables)
    ? readdirSync(tables)
        .flatMap((file) => /^(s\d+)-timecourses\.txt$/.exec(file)?.[1] ?? [])
        .sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
    : [];
  if (ids.length === 0) {
    throw new Error(
      `readAliceRois: missing tables: no sNN-timecourses.txt in ${tables}; expected one for each subject. Pass the data set's folder, the one that holds data and stimulus.`,
    );
  }
  const subjects: SubjectBold[] = [];
  const leftOut: { id: string; reason: string }[] = [];
  for (const id of ids) {
    const path = join(tables, `${id}-timecourses.txt`);
    const read = markMissing(
      id,
      readNumberTable(path, { nRows: ALICE_N_TRS, columns: ROI_NAMES }, "readAliceRois"),
    );
    if ("reason" in read) leftOut.push(read);
    else subjects.push(read);
  }
  return { subjects, roiNames: ROI_NAMES, trSec: 2, startSec: 20, leftOut };
}
