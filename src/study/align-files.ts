import { join } from "node:path";
import { canonicalHrf, convolveHrf, zscoreRows } from "../alignment";
import { HCP_MOVIE_TR_SEC } from "../stimuli";
import { contentKey } from "../store";
import { encodeNpy, type Matrix, selectColumns, selectRows, zeros } from "../tensor";
import { readNpyMatrix } from "./npy-files";
import { openOutputFolder } from "./output-folder";
import { tsvText } from "./tsv-text";
import { HCP_WINDOWS, readWindows } from "./window-table";
import { type ShownSteps, shownSteps } from "./windowed-steps";

/** What `alignFiles` reads, the folder it writes to, and the response it convolves with. The HCP's windows bring their own `trSec`. */
export interface AlignFilesOptions {
  /** A folder with D.npy [nSteps × nAtoms]. */
  atoms: string;
  /** Which steps are shown in which TRs (`readWindows`). */
  windows: string;
  /** *spm* – SPM's canonical response at `trSec`; *none* – courses as they are, for a model with delays of its own. */
  hrf: "spm" | "none";
  trSec?: number;
  out: string;
  onMessage?: (message: string) => void;
}

/**
 * Brings atoms from the stimulus' steps onto the scanner's clock: X1.npy, X2.npy, …, one a run, [nTrs × nColumns]; columns.tsv says which atom
 * each column is; manifest.json how they were made.
 *
 * In each run a course is z-scored over the TRs that show something and 0 in rest; then it is convolved with the haemodynamic response, run
 * by run. An atom that does not vary in some run (a dead one does nowhere) is left out of all and told. Throws as `readWindows`, and
 * when the response needs a TR that nobody named.
 */
export async function alignFiles(
  options: AlignFilesOptions,
): Promise<{ nRuns: number; nColumns: number; nLeftOut: number }> {
  const { atoms, windows, hrf, out, onMessage = () => {} } = options;
  const file = join(atoms, "D.npy");
  const courses = readNpyMatrix(file, "alignFiles", "nSteps", "nAtoms");
  const [nSteps, nAtoms] = courses.shape;
  const runs = readWindows(windows);
  const shown = shownSteps(runs, { nSteps, source: file, windows });
  const trSec = options.trSec ?? (windows === HCP_WINDOWS ? HCP_MOVIE_TR_SEC : undefined);
  if (hrf === "spm" && trSec === undefined) {
    throw new Error(
      "alignFiles: missing TR: none; expected seconds, at which the haemodynamic response is sampled. Pass --tr, or --hrf none.",
    );
  }
  const scored = runs.map(({ nTrs }, r) => scoredRun(courses, shown[r], nTrs));
  const constant = new Set(scored.flatMap(({ constantColumns }) => constantColumns));
  const kept = Array.from({ length: nAtoms }, (_, k) => k).filter((k) => !constant.has(k));
  if (kept.length === 0) {
    throw new Error(
      `alignFiles: missing atoms of ${file}: none of ${nAtoms} varies in every run; expected at least one. Check the windows against the steps.`,
    );
  }
  if (constant.size > 0)
    onMessage(`${constant.size} of ${nAtoms} atoms do not vary in every run and are left out`);

  const output = openOutputFolder(out, "manifest.json");
  scored.forEach((run, r) => {
    const own = selectColumns(run.scored, kept);
    const features =
      hrf === "spm"
        ? convolveHrf(own, [{ start: 0, end: own.shape[0] }], canonicalHrf({ trSec: trSec! }))
        : own;
    output.write(`X${r + 1}.npy`, encodeNpy(features));
  });
  output.write("columns.tsv", tsvText(kept.map((atom, column) => ({ column, atom }))));
  output.finish({
    courses: contentKey(courses),
    windows: contentKey(runs),
    choices: { hrf, trSec: hrf === "spm" ? trSec : null },
    nTrs: runs.map(({ nTrs }) => nTrs),
    nColumns: kept.length,
    leftOut: [...constant].sort((a, b) => a - b),
  });
  return { nRuns: runs.length, nColumns: kept.length, nLeftOut: constant.size };
}

/** Each TR gets its step's values; z-scored over the TRs that have one, 0 elsewhere. */
function scoredRun(courses: Matrix, { trs, steps }: ShownSteps, nTrs: number) {
  const nAtoms = courses.shape[1];
  const placed = zeros([nTrs, nAtoms]);
  const values = selectRows(courses, steps);
  trs.forEach((t, i) => placed.data.set(values.data.subarray(i * nAtoms, (i + 1) * nAtoms), t * nAtoms));
  return zscoreRows(placed, { estimatedOn: trs, appliedTo: trs });
}
