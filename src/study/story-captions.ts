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
  | "readings";

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
  };
}
