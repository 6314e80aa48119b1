import { type AtomStability, atomStability, type SweepRow, sweepAtoms, unitColumns } from "../atoms";
import { groupCorrelation } from "../findings";
import { selectRows } from "../tensor";
import type { Choices } from "./choices";
import type { StoryDataset } from "./datasets/alice";
import { type EncodingDesign, encodeGroup, type GroupTargets } from "./encode-group";
import { keptDictionary, type Means, RIDGE_VERSION } from "./kept-products";
import { atomFeatures, type NeuronCourses } from "./story-features";

const VERSION = "story sweep 1";
/** Stops each dictionary of the sweep earlier than the study's own, in half the time. */
const TOLERANCE = 1e-5;

/**
 * What other numbers of atoms and other λ would have given, over all seeds: reconstruction, stability, and held-out r, the mean over regions. It chooses
 * nothing: prediction here is on the data that the study's own result is on. Principal and independent components stand beside it.
 */
export function storySweep(
  input: {
    neurons: NeuronCourses;
    dataset: StoryDataset;
    targets: GroupTargets;
    design: EncodingDesign;
    choices: Choices;
  },
  means: Means,
): Promise<SweepRow[]> {
  const { neurons, dataset, targets, design, choices } = input;
  const { averaged, trsWithWords } = neurons;
  const { sweptAtoms: nAtoms, sweptLambdas: lambdas, sweptSeeds: seeds } = choices;
  const sweep = { nAtoms, lambdas, seeds, tolerance: TOLERANCE };
  const parts = { version: [VERSION, RIDGE_VERSION], averaged, trsWithWords, Y: targets.Y, design, ...sweep };
  const { onProgress, signal } = means;
  return means.store.product(
    "story-sweep",
    parts,
    () =>
      sweepAtoms(selectRows(unitColumns(averaged, { rows: trsWithWords }).courses, trsWithWords), {
        ...{ ...sweep, methods: ["sparse", "pca", "ica"], onProgress, signal },
        predict: async ({ codes }) => {
          const X = atomFeatures(neurons, codes, dataset, trsWithWords);
          const { r } = await encodeGroup({ X, solver: "primal" }, targets, design, { signal });
          return groupCorrelation(r).reduce((sum, value) => sum + value / dataset.run.roiNames.length, 0);
        },
      }),
    undefined,
    { signal },
  );
}

/** How far the study's own atoms are found again from the other seeds; the first set is the study's. */
export async function storyStability(
  neurons: NeuronCourses,
  choices: Choices,
  means: Means,
): Promise<AtomStability> {
  const found = [];
  for (const seed of [choices.atomSeed, ...choices.otherAtomSeeds]) {
    found.push(await keptDictionary(neurons, choices, { ...means, learnedOn: neurons.trsWithWords, seed }));
  }
  return atomStability(found);
}
