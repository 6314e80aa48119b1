import {
  connectivityMeasures,
  type MeasureRow,
  measureTable,
  type NeededEffectRow,
  neededEffects,
  predictedConnectivity,
} from "../findings";
import type { Choices } from "./choices";
import { type Means, RIDGE_VERSION } from "./kept-products";
import { type MappedStory, storyRidge } from "./story-maps";

const VERSION = "story connectivity 2";

/** Whether the regions whose predictions go together are those whose BOLD does. */
export interface StoryConnectivity {
  table: MeasureRow[];
  needed: NeededEffectRow[];
}

/** Functional connectivity of the regions beside that of their held-out predictions (`predictedConnectivity`), block by block: each is predicted by the others. */
export async function storyConnectivity(
  { features, bold, design, nRois }: MappedStory,
  choices: Choices,
  { store, signal, onProgress }: Means,
): Promise<StoryConnectivity> {
  const { nPhaseDraws: nDraws, inferenceSeed: seed, nBootstraps, nSignFlips } = choices;
  const parts = { version: [VERSION, RIDGE_VERSION], features, bold, design, nRois, nDraws, seed };
  const agreements = await store.product(
    "story-connectivity",
    parts,
    () =>
      predictedConnectivity(
        { X: features, Y: bold, segments: design.segments },
        nRois,
        { ...storyRidge(design), nDraws, seed },
        { signal, onProgress: (done, total) => onProgress?.(done, total, "functional connectivity") },
      ),
    undefined,
    { signal },
  );
  const subjects = agreements.map(connectivityMeasures);
  return {
    table: measureTable(subjects, { nBootstraps, nSignFlips, seed }),
    needed: neededEffects(subjects, choices),
  };
}
