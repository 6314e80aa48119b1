import type { TableCaption } from "../figures";
import type { Choices } from "./choices";

/** The tables of a story's study. */
export type StoryTable =
  | "choices"
  | "prediction"
  | "unique-contribution"
  | "subjects"
  | "random-weights"
  | "baseline"
  | "heads"
  | "dictionary"
  | "readings"
  | "sweep"
  | "atoms"
  | "redundancy"
  | "redundancy-model"
  | "removal"
  | "connectivity"
  | "polarity"
  | "mirror"
  | "opposite-maps"
  | "opposite-pairs";

/** The captions of a story's tables, by their names: only the study knows n, tests and corrections all at once. */
export function storyCaptions(
  choices: Choices,
  { nSubjects, nShifts, nRois }: { nSubjects: number; nShifts: number; nRois: number },
): Record<StoryTable, TableCaption> {
  const { nBootstraps, nSignFlips, minShiftSec, nFolds, twinSeeds } = choices;
  const listeners = `n = ${nSubjects} ${nSubjects === 1 ? "listener" : "listeners"}`;
  const n = `${listeners}; 95 % percentile bootstrap over listeners (${nBootstraps} samples)`;
  const shifts = `${nShifts} circular shifts of at least ${minShiftSec} s, the whole nested fit in every draw`;
  const correction = `q_shift by Benjamini and Hochberg over ${nRois} regions, for each set of features by itself`;
  const phases = `${choices.nPhaseDraws} fits to BOLD with phases drawn anew, the same for all listeners`;
  const rows = "q by Benjamini and Hochberg over the rows of a source";
  const descriptive = { test: "Descriptive: no test", correction: "" };
  return {
    choices: {
      title: "All choices of the analysis, with where each comes from",
      n: "",
      test: "",
      correction: "",
    },
    prediction: {
      title: `Prediction by region: held-out r over ${nFolds} folds, Fisher mean over listeners`,
      n,
      test: `p_shift: one-sided, ${shifts}; p_sign_flip: one-sided over listeners (at most ${nSignFlips} flips)`,
      correction,
    },
    "unique-contribution": {
      title: "What the features predict beyond the baseline: difference of held-out r",
      n,
      test: `p_shift: one-sided, ${shifts}, of what the features do not share with the baseline`,
      correction,
    },
    subjects: { title: "Held-out r and R² of every listener", n: listeners, ...descriptive },
    "random-weights": {
      title: `What ${twinSeeds.length} twins of the model with random weights predict: held-out r`,
      n: listeners,
      ...descriptive,
    },
    baseline: { title: "What the baseline predicts alone", n: listeners, ...descriptive },
    heads: { title: "What the neurons of single heads predict: held-out r", n: listeners, ...descriptive },
    dictionary: {
      title: "How prediction depends on the seed of the dictionary and on the TRs that it learned on",
      n: listeners,
      ...descriptive,
    },
    readings: {
      title: "How prediction depends on the reading of a neuron",
      n: listeners,
      test: "Descriptive: no test. The reading was chosen after looking at these data",
      correction: "",
    },
    sweep: {
      title: `Atoms by their number and λ, with principal and independent components, over ${choices.sweptSeeds.length} seeds`,
      n: listeners,
      ...descriptive,
    },
    atoms: {
      title: `Atoms one by one: members (q ≤ ${choices.memberQ}), layers, and stability over ${1 + choices.otherAtomSeeds.length} seeds`,
      n: "",
      ...descriptive,
    },
    redundancy: {
      title: "Redundancy in brains: what maps of atoms share, and its link with shared neurons",
      n,
      test: `One-sided, ${phases}`,
      correction: rows,
    },
    "redundancy-model": {
      title: "Redundancy in the model: what atoms share of their neurons",
      n: "One model",
      test: `One-sided, ${choices.nPhaseDraws} draws of members within heads`,
      correction: rows,
    },
    removal: {
      title: "What losing atoms costs: held-out R²",
      n,
      test: `One-sided, ${2 * choices.nRemovalOrders} random orders of removal; matched atoms by labels swapped within matches`,
      correction: "q by Benjamini and Hochberg over the measures of curves, and of matched atoms",
    },
    connectivity: {
      title: "Functional connectivity of BOLD and of held-out predictions: their agreement",
      n,
      test: `One-sided, ${choices.nPhaseDraws} fits on phase-randomised BOLD`,
      correction: rows,
    },
    polarity: {
      title: "Polarity: mean pattern of each atom in each region",
      n,
      test: `Two-sided, ${phases}`,
      correction: `${rows}; p_maximum by the largest of all cells`,
    },
    mirror: {
      title: "Whether the layers of atoms with opposite maps are mirrored",
      n,
      test: `One-sided, ${phases}`,
      correction: rows,
    },
    "opposite-maps": {
      title: "Opposite maps: chosen in one half of the story, tested in the other",
      n,
      test: `One-sided, ${phases}`,
      correction: rows,
    },
    "opposite-pairs": {
      title:
        "Opposite pairs of the group, chosen in the first half and tested in the second, with their layers",
      n,
      test: `One-sided, ${phases}`,
      correction: "q by Benjamini and Hochberg over the chosen pairs",
    },
  };
}
