import {
  type AtomMaps,
  type AtomMemberRow,
  atomMemberTable,
  brainRedundancy,
  type MeasureRow,
  type ModelRedundancyRow,
  measureTable,
  modelRedundancyTable,
  type NeededEffectRow,
  neededEffects,
} from "../findings";
import type { Choices } from "./choices";
import type { StoryAtoms } from "./story-atoms";

/** The finding *redundancy* of a story: what atoms share in brains, in the model, and whether one goes with the other. */
export interface StoryRedundancy {
  brain: MeasureRow[];
  /** How large the brain's measures have to be to be told from their null. */
  needed: NeededEffectRow[];
  model: ModelRedundancyRow[];
  /** Atom by atom. */
  atoms: AtomMemberRow[];
}

/** Redundancy of the atoms in all subjects' maps (`brainRedundancy`) and in the model. */
export function storyRedundancy(
  atoms: StoryAtoms,
  maps: readonly AtomMaps[],
  choices: Choices,
): StoryRedundancy {
  const { mapThreshold: threshold, nBootstraps, nSignFlips, inferenceSeed: seed, nPhaseDraws } = choices;
  const options = { nBootstraps, nSignFlips, seed };
  const subjects = maps.map((one) => brainRedundancy(one, atoms, { threshold }));
  return {
    brain: measureTable(subjects, options),
    needed: neededEffects(subjects, choices),
    model: modelRedundancyTable(atoms.members, atoms.neurons, { ...options, nDraws: nPhaseDraws }),
    atoms: atomMemberTable(atoms.members, atoms.neurons),
  };
}
