import {
  type AtomMaps,
  type MeasureRow,
  measureTable,
  mirrorMeasures,
  type NeededEffectRow,
  neededEffects,
  networkPolarity,
  networkPolarityTable,
  type PolarityRow,
} from "../findings";
import type { Choices } from "./choices";
import type { StoryAtoms } from "./story-atoms";

/** The finding *polarity* of a story. Atoms are numbered as the features are: those that somebody carries. */
export interface StoryPolarity {
  /** Atom by region. */
  regions: PolarityRow[];
  /** Whether the layers of atoms with opposite maps are mirrored, and how large that has to be to be told from its null. */
  mirror: MeasureRow[];
  needed: NeededEffectRow[];
}

/** Which atoms activate which regions, and whether opposite maps go with mirrored layers, over all subjects' maps; `roiNames` are the regions. */
export function storyPolarity(
  atoms: StoryAtoms,
  maps: readonly AtomMaps[],
  { roiNames, choices }: { roiNames: readonly string[]; choices: Choices },
): StoryPolarity {
  const { oppositeBelow: threshold, matchTolerance: tolerance, level } = choices;
  const { nBootstraps, nSignFlips, inferenceSeed: seed } = choices;
  const options = { nBootstraps, nSignFlips, seed };
  const labels = { names: roiNames, ofVoxel: roiNames.map((_, j) => j) };
  const polarity = maps.map((one) => networkPolarity(one, labels));
  const mirror = maps.map((one) => mirrorMeasures(one, atoms, { threshold, tolerance }));
  return {
    regions: networkPolarityTable(polarity, { ...options, level }),
    mirror: measureTable(mirror, options),
    needed: neededEffects(mirror, choices),
  };
}
