import { zscoreRows } from "../alignment";
import type { Matrix } from "../tensor";
import type { WindowedRun } from "./window-table";

/** The TRs of a run that show something, and the step that each of them shows. */
export interface ShownSteps {
  trs: Int32Array;
  steps: Int32Array;
  /** Those of clips alone, without the validation clip. */
  clipSteps: Int32Array;
}

/** What each run shows. Throws when the table names a step beyond the stimulus' `nSteps`; `source` says where they are. */
export function shownSteps(
  runs: readonly WindowedRun[],
  { nSteps, source, windows }: { nSteps: number; source: string; windows: string },
): ShownSteps[] {
  return runs.map((run, r) => {
    const [trs, steps, clipSteps]: number[][] = [[], [], []];
    for (const { start, end, kind, firstStep } of run.windows) {
      if (firstStep === null) continue;
      const last = firstStep + end - start - 1;
      if (last >= nSteps) {
        throw new Error(
          `shownSteps: mismatched steps of ${windows}: run ${r + 1} shows steps ${firstStep} to ${last} in TRs ${start} to ${end}; expected steps up to ${nSteps - 1}, the rows of ${source}. Check first_step, and that the table belongs to this stimulus.`,
        );
      }
      for (let t = start; t < end; t++) {
        trs.push(t);
        steps.push(firstStep + t - start);
        if (kind === "clip") clipSteps.push(firstStep + t - start);
      }
    }
    if (trs.length < 2) {
      throw new Error(
        `shownSteps: missing stimulus of run ${r + 1} in ${windows}: ${trs.length} TRs show something; expected at least 2. Leave the run out, or correct its windows.`,
      );
    }
    return {
      trs: Int32Array.from(trs),
      steps: Int32Array.from(steps),
      clipSteps: Int32Array.from(clipSteps),
    };
  });
}

/**
 * Courses of steps z-scored in each run over the steps that it shows; 0 for steps that no run shows. `courses` [nSteps × nColumns]; a column
 * that does not vary in some run is 0 throughout and listed. Throws when two runs show the same step, which then has no value of its own.
 */
export function zscoreSteps(
  courses: Matrix,
  runs: readonly ShownSteps[],
  windows: string,
): { scored: Matrix<Float64Array>; constant: number[] } {
  const runOf = new Map<number, number>();
  for (const [r, { steps }] of runs.entries()) {
    for (const step of steps) {
      const other = runOf.get(step);
      if (other !== undefined && other !== r) {
        throw new Error(
          `zscoreSteps: ambiguous step ${step} of ${windows}: runs ${other + 1} and ${r + 1} show it; expected steps of one run, as they are z-scored in their run. Extract what both runs show once for each.`,
        );
      }
      runOf.set(step, r);
    }
  }
  const [nSteps, nColumns] = courses.shape;
  const scored = { data: new Float64Array(nSteps * nColumns), shape: courses.shape };
  const constant = new Set<number>();
  for (const { steps } of runs) {
    const own = zscoreRows(courses, { estimatedOn: steps, appliedTo: steps });
    for (const j of own.constantColumns) constant.add(j);
    for (const step of steps) {
      scored.data.set(own.scored.data.subarray(step * nColumns, (step + 1) * nColumns), step * nColumns);
    }
  }
  for (const j of constant) for (let t = 0; t < nSteps; t++) scored.data[t * nColumns + j] = 0;
  return { scored, constant: [...constant].sort((a, b) => a - b) };
}
