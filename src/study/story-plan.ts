import { openStore } from "../store";
import { CACHE_FOLDER } from "./kept-products";
import { openStudy, type StudyOptions } from "./open-study";
import { probeStore, ROUGH_ESTIMATES, type StudyPlan, whileKept } from "./study-plan";

/**
 * What the study of a story would compute: nothing is computed or written. A product's key is made of what it is computed from, so that behind one that
 * is missing none can be known to be kept, and none is taken to be. Throws where data or model are not there.
 */
export async function planStoryStudy(options: StudyOptions): Promise<StudyPlan> {
  const store = probeStore(openStore(options.cacheFolder ?? CACHE_FOLDER));
  const { twinSeeds, otherAtomSeeds, nFolds, reading } = options.choices;
  const study = await whileKept(() => openStudy({ ...options, store }));
  if (study) {
    await whileKept(() => study.activations());
    await whileKept(() => study.features());
    for (const ask of [study.prediction, study.heads, study.dictionaries, study.readings])
      await whileKept<unknown>(ask);
  }
  const nReadings = reading === "qkMean" ? 1 : 2;
  const step = (name: string, product: string, n: number, secEach: number, mbEach: number) => ({
    ...{ step: name, n, secEach, mbEach },
    nKept: Math.min(n, store.nKept(product)),
  });
  return {
    title: `${options.dataset}-${options.model}`,
    steps: [
      step("words read by the model and its twins", "word-activations", 1 + twinSeeds.length, 20, 20),
      step(
        "dictionaries",
        "dictionary",
        twinSeeds.length + otherAtomSeeds.length + nFolds + nReadings,
        10,
        1,
      ),
      step("nulls of circular shifts", "shift-null", 4, 60, 0.1),
      step("heads one by one", "head-scores", 1, 15, 0.1),
    ],
    basis: ROUGH_ESTIMATES,
  };
}
