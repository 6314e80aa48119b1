import { accumulateRuns, selectTargets } from "../encoding";
import {
  type AtomWorth,
  atomWorth,
  type MatchedAtoms,
  type MeasureRow,
  matchRedundantAtoms,
  measureTable,
  type NeededEffectRow,
  neededEffects,
  type RemovalCurves,
  redundantLoss,
  removalCurves,
  removalMeasures,
} from "../findings";
import { matrix } from "../tensor";
import type { Choices } from "./choices";
import { type Means, RIDGE_VERSION } from "./kept-products";
import type { StoryAtoms } from "./story-atoms";
import { type MappedStory, storyData, storyRidge } from "./story-maps";

const VERSION = "story removal 1";
const N_LABEL_SWAPS = 1000;
/** Shares of the atoms that are kept. */
const KEPT = [1, 0.75, 0.5, 0.25, 0.125];

/** What losing atoms costs held-out prediction. */
export interface StoryRemoval {
  curves: RemovalCurves[];
  /** Redundant atoms with the unique ones that predict as much alone. */
  matches: MatchedAtoms[];
  table: MeasureRow[];
  needed: NeededEffectRow[];
}

/** How prediction falls as atoms go (redundant by |r| of courses first, unique first, at random), and what a redundant atom is worth beside a unique one. */
export async function storyRemoval(
  { courseCorrelation }: StoryAtoms,
  story: MappedStory,
  choices: Choices,
  means: Means,
): Promise<StoryRemoval> {
  const { redundantFrom, uniqueTo, nRemovalOrders: nOrders, inferenceSeed: seed } = choices;
  const { features, bold, design, nRois } = story;
  const nAtoms = features.shape[1];
  const nKept = KEPT.map((share) => Math.max(1, Math.round(share * nAtoms)));
  const similarity = matrix(courseCorrelation.data.map(Math.abs), courseCorrelation.shape);
  const ridge = storyRidge(design);
  const voxels = Int32Array.from({ length: nRois }, (_, j) => j);
  const parts = { version: [VERSION, RIDGE_VERSION], features, bold, design, nRois, nKept, nOrders, seed };
  const measured = await means.store.product(
    "story-removal",
    parts,
    async () => {
      const all = await accumulateRuns(storyData(story), {
        precision: "float64",
      });
      const out: { curves: RemovalCurves; worth: AtomWorth }[] = [];
      const nSubjects = bold.shape[1] / nRois;
      for (let s = 0; s < nSubjects; s++) {
        const own = selectTargets(all, { start: s * nRois, end: (s + 1) * nRois });
        const removal = { similarity, nKept, voxels, nOrders, seed };
        const curves = await removalCurves(own, ridge, removal, { signal: means.signal });
        out.push({ curves, worth: await atomWorth(own, ridge, voxels) });
        means.onProgress?.(s + 1, nSubjects, "atoms taken away");
      }
      return out;
    },
    undefined,
    { signal: means.signal },
  );
  const worths = measured.map(({ worth }) => worth);
  const matches = matchRedundantAtoms(similarity, worths, { redundantFrom, uniqueTo });
  const removed = measured.map(({ curves }) => removalMeasures(curves));
  const losses = worths.map((worth) => redundantLoss(worth, matches, { nDraws: N_LABEL_SWAPS, seed }));
  const { nBootstraps, nSignFlips } = choices;
  const options = { nBootstraps, nSignFlips, seed };
  return {
    curves: measured.map(({ curves }) => curves),
    matches,
    table: [...measureTable(removed, options), ...measureTable(losses, options)],
    needed: [...neededEffects(removed, choices), ...neededEffects(losses, choices)],
  };
}
