import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type AlicePredictors, type GroupRun, readAlicePredictors, readAliceRois } from "../../fmri";
import { readTextGrid, type Word, wordsOf } from "../../stimuli";
import { dataFolders, locateAlice } from "../locate-data";

/** A story that was heard once, the same for every subject. */
export interface StoryDataset {
  name: string;
  /** Every word with its onset and offset on the scanner's clock. */
  words: Word[];
  nTrs: number;
  /** BOLD of every usable subject, unfiltered; who was left out and why. */
  run: GroupRun;
  /** Regressors of no interest for the model: what any words at these times would do. */
  predictors: AlicePredictors;
}

/**
 * Opens the Alice data set (27 of 28 subjects, 362 TRs of 2 s, six language regions) from the first of `folders` that
 * has it. Throws with the places looked at when none does.
 */
export function openAlice(options: { radiusMm: 6 | 10; folders?: readonly string[] }): StoryDataset {
  const folder = locateAlice(options.folders ?? dataFolders());
  const run = readAliceRois(folder, { radiusMm: options.radiusMm });
  const textGrid = findTextGrid(join(folder, "stimulus"));
  const words = wordsOf(readTextGrid(readFileSync(textGrid), textGrid), {
    tier: "word",
    silence: ["sp", ""],
  });
  const ids = run.subjects.map(({ id }) => id);
  return {
    name: "alice",
    words,
    nTrs: run.subjects[0].bold.shape[0],
    run,
    predictors: readAlicePredictors(folder, ids),
  };
}

function findTextGrid(folder: string): string {
  const found = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".TextGrid")) : [];
  if (found.length === 1) return join(folder, found[0]);
  throw new Error(
    `openAlice: missing TextGrid in ${folder}: ${found.length} files; expected one .TextGrid with the words' onsets. Place the data set's stimulus folder there.`,
  );
}
