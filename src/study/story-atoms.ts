import type { Model, Neuron } from "../activations";
import { highPass } from "../alignment";
import { atomMembers, atomProfiles, type Dictionary, type TowerProfile, unitColumns } from "../atoms";
import { type LayerProfiles, memberJaccard, mirrorIndex } from "../findings";
import { correlateColumns, type Matrix, selectRows } from "../tensor";
import type { Choices } from "./choices";
import type { StoryDataset } from "./datasets/alice";
import type { EncodingDesign } from "./encode-group";
import { keptDictionary, type Means } from "./kept-products";
import { atomFeatures, type NeuronCourses } from "./story-features";

const VERSION = "story members 1";

/** The atoms of a story that somebody carries, as findings on their maps take them. */
export interface StoryAtoms {
  dictionary: Dictionary;
  /** Their numbers in the dictionary; everything below has them alone, in this order. */
  live: number[];
  /** What the columns of the codes are in the model. */
  neurons: Neuron[];
  /** Courses under the HRF, filtered inside each block: [nTrs × nLive]. */
  features: Matrix<Float64Array>;
  /** Columns of the codes that belong to each atom, and the share of neurons without any tie to an atom that carry it all the same. */
  members: Uint32Array[];
  nullDensity: number;
  profiles: TowerProfile[];
  /** Between atoms [nLive × nLive]: Jaccard's index of members, r of the features, mirror index of the layers. */
  jaccard: Matrix<Float64Array>;
  courseCorrelation: Matrix<Float64Array>;
  mirror: Matrix<Float64Array>;
}

/** Gathers neurons into atoms, and says who carries each and how they resemble each other; dictionary and members are kept in the store. */
export async function storyAtoms(
  input: {
    model: Model;
    neurons: NeuronCourses;
    dataset: StoryDataset;
    design: EncodingDesign;
    choices: Choices;
  },
  means: Means,
): Promise<StoryAtoms> {
  const { model, neurons, dataset, design, choices } = input;
  const { atomSeed, memberQ, nMemberShuffles, inferenceSeed } = choices;
  const { averaged, trsWithWords } = neurons;
  const dictionary = await keptDictionary(neurons, choices, {
    ...means,
    learnedOn: trsWithWords,
    seed: atomSeed,
  });
  const { codes, deadAtoms } = dictionary;
  const live = Array.from({ length: codes.shape[0] }, (_, k) => k).filter((k) => !deadAtoms.includes(k));
  const minShiftTrs = Math.ceil(choices.minShiftSec / design.highPass.trSec);
  const membersKey = {
    version: VERSION,
    averaged,
    codes,
    memberQ,
    nMemberShuffles,
    minShiftTrs,
    inferenceSeed,
  };
  const { members, nullDensity } = await means.store.product("story-members", membersKey, () => {
    const x = selectRows(unitColumns(averaged, { rows: trsWithWords }).courses, trsWithWords);
    return atomMembers(x, dictionary, {
      ...{ q: memberQ, minShiftTrs, nShuffles: nMemberShuffles, seed: inferenceSeed },
      ...{ onProgress: means.onProgress, signal: means.signal },
    });
  });
  const features = highPass(
    atomFeatures(neurons, codes, dataset, trsWithWords),
    design.blocks,
    design.highPass,
  );
  const places = neurons.neurons.map((index) => model.neurons[index]);
  const own = live.map((k) => members[k]);
  const profiles = atomProfiles({ codes: selectRows(codes, live) }, { neurons: places, members: own });
  return {
    ...{ dictionary, live, neurons: places, features, members: own, nullDensity, profiles },
    jaccard: memberJaccard(own),
    courseCorrelation: correlateColumns(features, features),
    mirror: mirrorIndex(signedLayers(profiles)),
  };
}

/** The signed layer profiles of every tower. */
export function signedLayers(profiles: readonly TowerProfile[]): LayerProfiles {
  return profiles.map(({ layers }) => layers.signed);
}
