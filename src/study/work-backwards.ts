/** The second process of a study: see `second-process.ts`. */
import { openStore } from "../store";
import { openDemo } from "./datasets/demo";
import { computeFindings } from "./film/film-results";
import { openFilmStudy } from "./film/open-film-study";
import { CACHE_FOLDER } from "./kept-products";
import type { Answer, SharedWork } from "./second-process";
import { selectSubjects } from "./subject-selection";

const quiet = { onProgress: () => {}, onMessage: () => {}, backwards: true };

async function work({ demo, demoFolder, study }: SharedWork): Promise<Answer> {
  const opened = await openDemo({ ...quiet, choices: demo, folder: demoFolder });
  if (study !== "none") {
    const { choices, subjects = "all", modelFolder, cacheFolder = CACHE_FOLDER, findings } = study;
    const dataset = { ...opened, subjects: selectSubjects(opened.subjects, subjects) };
    const store = openStore(cacheFolder, quiet);
    await computeFindings(await openFilmStudy({ ...quiet, dataset, choices, modelFolder, store }), findings);
  }
  const { user, system } = process.cpuUsage();
  return { cpuSec: Math.round((user + system) / 1e5) / 10 };
}

// The first process has ended, however it did.
process.on("disconnect", () => process.exit());
process.once("message", async (shared: SharedWork) => {
  const answer = await work(shared).catch((error: Error): Answer => ({ error: error.message }));
  process.send?.(answer, () => process.exit());
});
