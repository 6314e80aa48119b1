import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type CiftiSeries, ciftiSeriesBytes } from "../../fmri";
import type { BrainsPlan } from "./brains-plan";
import { BOLD } from "./simulated-run";
import { drawSubject } from "./subject";

/** The files of one run. */
export interface SimulatedRunFiles {
  readonly bold: string;
  readonly confounds: string;
}

/** The files of one simulated subject (`brainFiles`), runs in the order of the film; `id` is also the name of its folder. */
export interface SimulatedSubjectFiles {
  readonly id: string;
  readonly runs: readonly SimulatedRunFiles[];
}

/** The files that `simulateBrains` makes, whether they are there or not. */
export function brainFiles(
  folder: string,
  { film, nSubjects, brainSeed }: Pick<BrainsPlan, "film" | "nSubjects" | "brainSeed">,
): SimulatedSubjectFiles[] {
  return Array.from({ length: nSubjects }, (_, s) => {
    const { id } = drawSubject(brainSeed, s + 1);
    const runs = film.runs.map((_run, r) => {
      const stem = join(folder, id, `${id}_task-film_run-${r + 1}`);
      return { bold: `${stem}_bold.dtseries.nii`, confounds: `${stem}_desc-confounds_timeseries.tsv` };
    });
    return { id, runs };
  });
}

/** How many bytes of BOLD are not there yet. Everything else is small. */
export function missingBrainBytes(folder: string, plan: BrainsPlan): number {
  const sizes = runBytes(plan);
  return brainFiles(folder, plan)
    .flatMap(({ runs }) => runs.map(({ bold }, r) => (isWhole(bold, sizes[r]) ? 0 : sizes[r])))
    .reduce((sum, bytes) => sum + bytes, 0);
}

/** What the file of a run of the film holds. */
export function seriesOf({ film, layout }: BrainsPlan, r: number): CiftiSeries {
  return {
    models: layout.models,
    nTrs: film.runs[r].nTrs,
    trSec: film.trSeconds,
    scale: { slope: BOLD.slope, intercept: BOLD.mean },
  };
}

/** The size of the file of each run of the film. */
export function runBytes(plan: BrainsPlan): number[] {
  return plan.film.runs.map((_run, r) => ciftiSeriesBytes(seriesOf(plan, r)));
}

/** A file of the right size: it was renamed into place after its last byte. */
export function isWhole(path: string, nBytes: number): boolean {
  return statSync(path, { throwIfNoEntry: false })?.size === nBytes;
}

/** Half-written files of a process that was killed. */
export function removeLeftovers(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (name.startsWith(".") && name.endsWith(".tmp")) rmSync(join(folder, name), { force: true });
  }
}
