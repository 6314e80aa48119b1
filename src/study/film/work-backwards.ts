/** The second process of a film's study: see `second-process.ts`. */
import { openStore } from "../../store";
import { openDemo } from "../datasets/demo";
import { CACHE_FOLDER } from "../kept-products";
import { selectSubjects } from "../subject-selection";
import { filmResults } from "./film-results";
import { openFilmStudy } from "./open-film-study";
import type { Answer, SharedStudy } from "./second-process";

const quiet = { onProgress: () => {}, onMessage: () => {}, backwards: true };

async function work({ demo, choices, subjects, modelFolder, cacheFolder }: SharedStudy): Promise<Answer> {
  const opened = await openDemo({ ...quiet, choices: demo });
  const dataset = { ...opened, subjects: selectSubjects(opened.subjects, subjects ?? "all") };
  const store = openStore(cacheFolder ?? CACHE_FOLDER, quiet);
  await filmResults(await openFilmStudy({ ...quiet, dataset, choices, modelFolder, store }));
  const { user, system } = process.cpuUsage();
  return { cpuSec: Math.round((user + system) / 1e5) / 10 };
}

// The first process has ended, however it did.
process.on("disconnect", () => process.exit());
process.once("message", async (study: SharedStudy) => {
  const answer = await work(study).catch((error: Error): Answer => ({ error: error.message }));
  process.send?.(answer, () => process.exit());
});
