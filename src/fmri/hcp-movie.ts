import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { HCP_MOVIE_TR_SEC, hcpMovieRuns } from "../stimuli";
import { openCiftiRun } from "./cifti-image";
import { openNiftiRun } from "./nifti-run";
import type { StreamedRun } from "./streamed-run";

/** The names of folders and files are those of the S1200 release, unverified against a copy of it. */
const FOLDERS = ["tfMRI_MOVIE1_7T_AP", "tfMRI_MOVIE2_7T_PA", "tfMRI_MOVIE3_7T_PA", "tfMRI_MOVIE4_7T_AP"];

/** Which of the images of a run: 59,000 or 32,000 vertices a hemisphere, or the volume. All are cleaned with ICA-FIX. */
export type HcpImage = "59k" | "32k" | "volume";

const FILES: Record<HcpImage, (run: string) => string> = {
  "59k": (run) => `${run}_Atlas_1.6mm_MSMAll_hp2000_clean.dtseries.nii`,
  "32k": (run) => `${run}_Atlas_MSMAll_hp2000_clean.dtseries.nii`,
  volume: (run) => `${run}_hp2000_clean.nii.gz`,
};

/**
 * The subjects of a folder in the HCP's layout (`<root>/<subject>/MNINonLinear/Results/tfMRI_MOVIE…`) that have at least one of the four
 * movie runs, by number.
 */
export function hcpMovieSubjects(root: string): string[] {
  const names = existsSync(root) ? readdirSync(root) : [];
  return names
    .filter(
      (name) => /^\d{6}$/.test(name) && FOLDERS.some((folder) => existsSync(resultsOf(root, name, folder))),
    )
    .sort();
}

/**
 * Opens the four movie runs of a subject, in the order of `hcpMovieRuns`, at their TR of 1 s. Throws, naming run and file, when one is
 * missing or has another length than it says (921, 918, 915 and 901 TRs).
 */
export async function openHcpMovie(
  root: string,
  options: { subject: string; image: HcpImage },
): Promise<StreamedRun[]> {
  const { subject, image } = options;
  const runs: StreamedRun[] = [];
  for (const [r, { nTrs }] of hcpMovieRuns.entries()) {
    const folder = FOLDERS[r];
    const path = join(resultsOf(root, subject, folder), FILES[image](folder));
    const name = `${subject} ${folder}`;
    const open = image === "volume" ? openNiftiRun : openCiftiRun;
    const run = await open(path, { trSec: HCP_MOVIE_TR_SEC, name });
    if (run.nFileTrs !== nTrs) {
      throw new Error(
        `openHcpMovie: mismatched length of run ${name} (${path}): ${run.nFileTrs} TRs; expected ${nTrs}. The scan was cut short or the file is another one: leave the subject out.`,
      );
    }
    runs.push(run);
  }
  return runs;
}

function resultsOf(root: string, subject: string, folder: string): string {
  return join(root, subject, "MNINonLinear", "Results", folder);
}
