import type { Dictionary } from "../atoms";
import { rowsOf, trainingSegments } from "../encoding";
import { groupCorrelation } from "../findings";
import { fromRows, type Matrix } from "../tensor";
import type { Choices } from "./choices";
import type { StoryDataset } from "./datasets/alice";
import type { EncodingDesign, GroupTargets } from "./encode-group";
import { keptDictionary, keptScores, type Means } from "./kept-products";
import { atomFeatures, type NeuronCourses } from "./story-features";

/** How prediction depends on where, and from which start, the atoms were learned. */
export interface DictionaryRow {
  /** `all`: all TRs with words; `training`: anew in each outer fold, from its training TRs alone. */
  learned_on: "all" | "training";
  seed: number;
  roi: string;
  /** Group mean of held-out r. */
  r: number;
  /** Share of the neurons' variance that the atoms rebuild in the TRs they were learned on (mean over folds). */
  reconstruction_r2: number;
  /** Atoms that no neuron carries, and dictionaries that stopped before they converged (of all folds together). */
  n_dead: number;
  n_unconverged: number;
}

interface Input {
  neurons: NeuronCourses;
  dataset: StoryDataset;
  targets: GroupTargets;
  design: EncodingDesign;
  choices: Choices;
}

/** Scores of atoms learned from all TRs, for every seed, and of atoms learned in each fold from its training TRs alone. */
export async function compareDictionaries(input: Input, means: Means): Promise<DictionaryRow[]> {
  const { choices } = input;
  const rows: DictionaryRow[] = [];
  for (const seed of [choices.atomSeed, ...choices.otherAtomSeeds])
    rows.push(...(await learnedOnAll(input, seed, means)));
  rows.push(...(await learnedOnTraining(input, choices.atomSeed, means)));
  return rows;
}

async function learnedOnAll(input: Input, seed: number, means: Means): Promise<DictionaryRow[]> {
  const { neurons, dataset, targets, design, choices } = input;
  const learnedOn = neurons.trsWithWords;
  const dictionary = await keptDictionary(neurons, choices, { ...means, learnedOn, seed });
  const X = atomFeatures(neurons, dictionary.codes, dataset, learnedOn);
  const { r } = await keptScores({ X, solver: "primal" }, targets, design, means);
  return dataset.run.roiNames.map((roi, j) => ({
    learned_on: "all",
    seed,
    roi,
    r: groupCorrelation(r)[j],
    reconstruction_r2: dictionary.reconstructionR2,
    n_dead: dictionary.deadAtoms.length,
    n_unconverged: dictionary.converged ? 0 : 1,
  }));
}

async function learnedOnTraining(input: Input, seed: number, means: Means): Promise<DictionaryRow[]> {
  const { neurons, dataset, targets, design, choices } = input;
  const blocks = design.blocks.map((_, block) => block);
  const folds: { r: Matrix<Float64Array>; dictionary: Dictionary }[] = [];
  for (const heldOut of blocks) {
    const training = rowsOf(
      trainingSegments(
        design.segments,
        blocks.filter((block) => block !== heldOut),
      ),
    );
    const learnedOn = neurons.trsWithWords.filter((tr) => training.includes(tr));
    const dictionary = await keptDictionary(neurons, choices, { ...means, learnedOn, seed });
    const X = atomFeatures(neurons, dictionary.codes, dataset, learnedOn);
    const { r } = await keptScores({ X, solver: "primal" }, targets, design, means, [heldOut]);
    folds.push({ r, dictionary });
  }
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [nSubjects, nRois] = folds[0].r.shape;
  const r = fromRows(
    Array.from({ length: nSubjects }, (_, s) =>
      Array.from({ length: nRois }, (_, j) => mean(folds.map((fold) => fold.r.data[s * nRois + j]))),
    ),
  );
  return dataset.run.roiNames.map((roi, j) => ({
    learned_on: "training",
    seed,
    roi,
    r: groupCorrelation(r)[j],
    reconstruction_r2: mean(folds.map(({ dictionary }) => dictionary.reconstructionR2)),
    n_dead: folds.reduce((sum, { dictionary }) => sum + dictionary.deadAtoms.length, 0),
    n_unconverged: folds.filter(({ dictionary }) => !dictionary.converged).length,
  }));
}
