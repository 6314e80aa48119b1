import type { Dictionary } from "../atoms";
import type { RidgeFeatures } from "../encoding";
import { cacheFolder, type Progress, type Store } from "../store";
import type { Choices } from "./choices";
import { type EncodingDesign, encodeGroup, type GroupScores, type GroupTargets } from "./encode-group";
import { learnAtoms, type NeuronCourses } from "./story-features";

/** What computing takes besides data: where products are kept, who hears of progress, who may stop it. */
export interface Means {
  store: Store;
  onProgress?: Progress;
  signal?: AbortSignal;
}

/** Where products are kept by default. */
export const CACHE_FOLDER = cacheFolder("store");

/** Names the algorithms in the keys of kept products: change one whenever its numbers may change. */
export const RIDGE_VERSION = "nested ridge 1";
const DICTIONARY_VERSION = "dictionary 3";

/** `encodeGroup`, kept in the store. It takes less than a second, so that only its callers tell of progress. */
export function keptScores(
  features: RidgeFeatures,
  targets: GroupTargets,
  design: EncodingDesign,
  means: Means,
  testBlocks?: number[],
): Promise<GroupScores> {
  const parts = {
    version: RIDGE_VERSION,
    features,
    Y: targets.Y,
    design,
    testBlocks: testBlocks ?? "all",
  };
  const compute = () => encodeGroup(features, targets, design, { signal: means.signal, testBlocks });
  return means.store.product("scores", parts, compute, undefined, { signal: means.signal });
}

/** A dictionary learned on the TRs of `learnedOn`, kept in the store. */
export function keptDictionary(
  neurons: NeuronCourses,
  choices: Choices,
  options: Means & { learnedOn: ArrayLike<number>; seed: number },
): Promise<Dictionary> {
  const { store, learnedOn, seed, onProgress, signal } = options;
  const { nAtoms, lambda } = choices;
  const parts = {
    version: DICTIONARY_VERSION,
    averaged: neurons.averaged,
    learnedOn: Array.from(learnedOn),
    nAtoms,
    lambda,
    seed,
  };
  const compute = () => learnAtoms(neurons, choices, { learnedOn, seed, onProgress, signal });
  return store.product("dictionary", parts, compute, undefined, { signal });
}
