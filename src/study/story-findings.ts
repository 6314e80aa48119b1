import type { Model } from "../activations";
import type { AtomStability, SweepRow } from "../atoms";
import type { AtomMaps } from "../findings";
import { correlateColumns, type Matrix } from "../tensor";
import type { Choices } from "./choices";
import type { StoryDataset } from "./datasets/alice";
import type { EncodingDesign, GroupTargets } from "./encode-group";
import { type Means, RIDGE_VERSION } from "./kept-products";
import { once } from "./once";
import { type StoryAtoms, storyAtoms } from "./story-atoms";
import { type StoryConnectivity, storyConnectivity } from "./story-connectivity";
import type { NeuronCourses } from "./story-features";
import { beyondBaseline, boldOfSubjects, type MappedStory, storyHalfMaps, storyMaps } from "./story-maps";
import { type StoryOpposite, storyOpposite } from "./story-opposite";
import { type StoryPolarity, storyPolarity } from "./story-polarity";
import { type StoryRedundancy, storyRedundancy } from "./story-redundancy";
import { type StoryRemoval, storyRemoval } from "./story-removal";
import { storyStability, storySweep } from "./story-sweep";

const VERSION = "story maps 1";

/**
 * What the maps of atoms are made of, one of: *model* – the model's atoms; *random weights* – those of the first random-weight twin; *beyond baseline* – the
 * model's atoms and BOLD without what the baseline explains in both.
 */
export type MapSource = "model" | "random weights" | "beyond baseline";

/** The findings that rest on atoms and their maps. Every product is computed when first asked for and kept on disk. */
export interface StoryFindings {
  /** The sweep over numbers of atoms and λ, with PCA and ICA beside it. */
  atomSweep(): Promise<SweepRow[]>;
  stability(): Promise<AtomStability>;
  /** Atoms with their members and layers; of the model where no source is given. */
  atoms(source?: MapSource): Promise<StoryAtoms>;
  redundancy(source?: MapSource): Promise<StoryRedundancy>;
  polarity(source?: MapSource): Promise<StoryPolarity>;
  opposite(source?: MapSource): Promise<StoryOpposite>;
  removal(): Promise<StoryRemoval>;
  connectivity(source?: MapSource): Promise<StoryConnectivity>;
}

export function storyFindings(
  input: {
    model: Model;
    dataset: StoryDataset;
    design: EncodingDesign;
    targets: GroupTargets;
    choices: Choices;
    /** On the TR grid: of the model, and of its first random-weight twin. */
    neurons(): Promise<NeuronCourses>;
    twinNeurons(): Promise<NeuronCourses>;
    baseline(): Matrix<Float64Array>;
  },
  means: Means,
): StoryFindings {
  const { design, targets, dataset, choices } = input;
  const { roiNames } = dataset.run;
  const withoutBaseline = (courses: Matrix<Float64Array>) =>
    beyondBaseline(courses, input.baseline(), design);
  const makeAtoms: Record<MapSource, () => Promise<StoryAtoms>> = {
    model: once(async () => storyAtoms({ ...input, neurons: await input.neurons() }, means)),
    "random weights": once(async () => storyAtoms({ ...input, neurons: await input.twinNeurons() }, means)),
    "beyond baseline": once(async () => {
      const own = await makeAtoms.model();
      const features = withoutBaseline(own.features);
      return { ...own, features, courseCorrelation: correlateColumns(features, features) };
    }),
  };
  const storyOf = async (source: MapSource): Promise<MappedStory> => {
    const bold = boldOfSubjects(targets);
    return {
      ...{ design, nRois: roiNames.length },
      features: (await makeAtoms[source]()).features,
      bold: source === "beyond baseline" ? withoutBaseline(bold) : bold,
    };
  };
  // Redundancy and polarity of one source are told from the same maps.
  const makeMaps = (source: MapSource) => once(async () => storyMaps(await storyOf(source), choices, means));
  const maps: Record<MapSource, () => Promise<AtomMaps[]>> = {
    model: makeMaps("model"),
    "random weights": makeMaps("random weights"),
    "beyond baseline": makeMaps("beyond baseline"),
  };
  // Maps of all draws are large: what is told from them is kept, and they are made again where it changes.
  const kept = async <T>(
    name: string,
    source: MapSource,
    tell: (atoms: StoryAtoms, story: MappedStory) => Promise<T>,
  ): Promise<T> => {
    const atoms = await makeAtoms[source]();
    const story = await storyOf(source);
    const { members, dictionary } = atoms;
    const parts = {
      version: [VERSION, RIDGE_VERSION],
      ...{ story, members, codes: dictionary.codes, roiNames, choices: mapChoices(choices) },
    };
    return means.store.product(name, parts, () => tell(atoms, story), undefined, { signal: means.signal });
  };
  return {
    atomSweep: async () => storySweep({ ...input, neurons: await input.neurons() }, means),
    stability: async () => storyStability(await input.neurons(), choices, means),
    atoms: (source = "model") => makeAtoms[source](),
    redundancy: (source = "model") =>
      kept("story-redundancy", source, async (atoms) =>
        storyRedundancy(atoms, await maps[source](), choices),
      ),
    polarity: (source = "model") =>
      kept("story-polarity", source, async (atoms) =>
        storyPolarity(atoms, await maps[source](), { roiNames, choices }),
      ),
    opposite: (source = "model") =>
      kept("story-opposite", source, async (atoms, story) =>
        storyOpposite(atoms, await storyHalfMaps(story, choices, means), choices),
      ),
    removal: async () => storyRemoval(await makeAtoms.model(), await storyOf("model"), choices, means),
    connectivity: async (source = "model") => storyConnectivity(await storyOf(source), choices, means),
  };
}

/** The choices that maps and what is told from them depend on. */
function mapChoices(choices: Choices) {
  const { gapTrs, nPhaseDraws, inferenceSeed, mapThreshold, oppositeBelow, matchTolerance } = choices;
  const { level, nBootstraps, nSignFlips } = choices;
  return {
    ...{ gapTrs, nPhaseDraws, inferenceSeed, mapThreshold, oppositeBelow, matchTolerance },
    ...{ level, nBootstraps, nSignFlips },
  };
}
