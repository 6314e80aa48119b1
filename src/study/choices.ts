import { READING_NAMES, type ReadingName } from "../activations";
import type { ChoiceForms } from "./change-choices";

/**
 * The choices of an analysis that can be changed. None has a default: `choices.alice` is one stated set, spread it and
 * change it. What cannot be changed is listed beside them by `describeChoices`.
 */
export interface Choices {
  /** How many words the model reads: the current word and those before it. */
  windowWords: number;
  /** Which tokens' queries and keys make a neuron's value. */
  reading: ReadingName;
  /** Sparse dictionary: number of atoms, sparsity λ for unit-norm courses, seed of the start. */
  nAtoms: number;
  lambda: number;
  atomSeed: number;
  /** Cut-off of the high-pass filter inside each fold's block, in seconds. */
  highPassSec: number;
  /** Contiguous outer folds, and the TRs left out on either side of a boundary between training and test. */
  nFolds: number;
  gapTrs: number;
  /** Ridge penalties: nAlphas of them from 10^from to 10^to, evenly spaced in the exponent. */
  alphas: { from: number; to: number; nAlphas: number };
  /** Radius of the regions of interest, in mm. */
  radiusMm: 6 | 10;
  /** Circular shifts of the features against BOLD are at least this long in both directions, in seconds. */
  minShiftSec: number;
  /** Sign flips and bootstrap samples over subjects, with their seed. */
  nSignFlips: number;
  nBootstraps: number;
  inferenceSeed: number;
  /** Further seeds of the dictionary, to see how much a result depends on one. */
  otherAtomSeeds: number[];
  /** Seeds of the random-weight twins of the model. */
  twinSeeds: number[];
  /** Numbers of atoms, λ and seeds of the sweep, which shows what other choices would have given. */
  sweptAtoms: number[];
  sweptLambdas: number[];
  sweptSeeds: number[];
  /** An atom is called stable when its mean |r| with its partners of other seeds is at least this. */
  stableFrom: number;
  /** A neuron is a member of an atom at this q; shuffles of that null. */
  memberQ: number;
  nMemberShuffles: number;
  /** Phase-randomised fits of the maps' nulls. */
  nPhaseDraws: number;
  /** Maps are thresholded at this |z|; opposite maps have a spatial r below this. */
  mapThreshold: number;
  oppositeBelow: number;
  /** A pair that opposes and the one that it is held against differ by at most this, in |spatial r| and in r of courses. */
  matchTolerance: number;
  /** An atom is redundant when |r| of its course with another's is at least this, unique when it is at most that with all. */
  redundantFrom: number;
  uniqueTo: number;
  /** Random orders in which atoms are taken away, each taken backwards as well. */
  nRemovalOrders: number;
  /** What is below it is called significant. */
  level: number;
}

/** Choices that are words. */
export const choiceForms: ChoiceForms = {
  reading: READING_NAMES,
};

const alice: Choices = {
  windowWords: 32,
  reading: "qkWord",
  nAtoms: 32,
  lambda: 0.1,
  atomSeed: 7,
  highPassSec: 128,
  nFolds: 6,
  gapTrs: 10,
  alphas: { from: -1, to: 7, nAlphas: 25 },
  radiusMm: 10,
  minShiftSec: 20,
  nSignFlips: 10_000,
  nBootstraps: 10_000,
  inferenceSeed: 11,
  otherAtomSeeds: [8, 9, 10, 11],
  twinSeeds: [1, 2, 3, 4, 5],
  sweptAtoms: [16, 32, 64],
  sweptLambdas: [0.05, 0.1, 0.2],
  sweptSeeds: [7, 8, 9],
  stableFrom: 0.9,
  memberQ: 0.05,
  nMemberShuffles: 5,
  nPhaseDraws: 299,
  mapThreshold: 2.3,
  oppositeBelow: -0.3,
  matchTolerance: 0.1,
  redundantFrom: 0.5,
  uniqueTo: 0.3,
  nRemovalOrders: 10,
  level: 0.05,
};

/** Stated sets of choices, by data set. */
export const choices = { alice };

const NOTES: Record<keyof Choices, string> = {
  windowWords: "ours: the current word and the 31 before it",
  reading: "ours, exploratory: chosen after looking at these data (a moving average, qkMean, predicts less)",
  nAtoms: "ours: half of the 64 of arXiv 2410.19542, the run being short",
  lambda: "ours, for courses of unit norm",
  atomSeed: "arbitrary; the spread over seeds is reported",
  highPassSec: "the field's cut-off (SPM); inside each fold's block, so that no filter crosses folds",
  nFolds: "ours: contiguous sixths of the run",
  gapTrs: "ours: 20 TRs (40 s) between training and test, longer than the HRF",
  alphas: "ours: a wide grid; chosen per ROI by inner folds",
  radiusMm: "of the published ROI spheres",
  minShiftSec: "ours: well beyond the HRF's peak",
  nSignFlips: "computational",
  nBootstraps: "computational",
  inferenceSeed: "arbitrary",
  otherAtomSeeds: "arbitrary",
  twinSeeds: "arbitrary: five draws of random weights",
  sweptAtoms: "ours: half and twice the number used",
  sweptLambdas: "ours: half and twice the λ used",
  sweptSeeds: "arbitrary",
  stableFrom: "ours: what we ask of an atom whose truth is known",
  memberQ: "the field's false discovery rate",
  nMemberShuffles: "computational",
  nPhaseDraws: "computational; the smallest p is 1/(1 + nPhaseDraws)",
  mapThreshold: "the field's |z|",
  oppositeBelow: "ours",
  matchTolerance: "ours",
  redundantFrom: "ours",
  uniqueTo: "ours",
  nRemovalOrders: "computational",
  level: "the field's",
};

/** What the analysis of a story does in any case. */
const FIXED: { choice: string; value: string; source: string }[] = [
  {
    choice: "neuron",
    value: "mean query × mean key of one dimension of one head",
    source: "ours, after arXiv 2303.14871",
  },
  { choice: "course", value: "mean over the words of a TR, z-scored, silence 0", source: "ours" },
  { choice: "HRF", value: "SPM's canonical, on the TR grid", source: "the field" },
  {
    choice: "atoms",
    value: "sparse dictionary, courses by regression on the codes",
    source: "arXiv 2410.19542; the regression is ours",
  },
  {
    choice: "atoms learned on",
    value: "all TRs with words (stimulus only, never BOLD)",
    source: "ours; training TRs alone shown beside it",
  },
  {
    choice: "encoding",
    value: "ridge with intercept, BOLD z-scored per subject and region",
    source: "the field",
  },
  {
    choice: "r of a subject",
    value: "mean over the outer folds",
    source: "ours: never on pooled predictions",
  },
  { choice: "r of the group", value: "Fisher-z mean over subjects", source: "the field" },
  {
    choice: "p_shift",
    value: "one-sided, whole nested fit at every circular shift",
    source: "ours: one stimulus is shared by all",
  },
  { choice: "q_shift", value: "Benjamini–Hochberg over regions", source: "the field" },
  {
    choice: "map of an atom",
    value: "covariance of its course with the predictions in each region",
    source: "Haufe et al. (2014)",
  },
  {
    choice: "p of maps",
    value: "the whole fit on BOLD whose phases are drawn anew within segments",
    source: "ours",
  },
  {
    choice: "ceiling",
    value: "inter-subject correlation, leave-one-out",
    source: "the field, for a stimulus shown once",
  },
  {
    choice: "baseline",
    value: "word rate, sound power, log word frequency, sentence break, drift",
    source: "the data set's own; drift ours",
  },
];

/** A table of all choices with where each comes from, for a notebook's first output and for the results' folder. */
export function describeChoices(chosen: Choices): { choice: string; value: string; source: string }[] {
  const changeable = (Object.keys(NOTES) as (keyof Choices)[]).map((choice) => ({
    choice,
    value: typeof chosen[choice] === "object" ? JSON.stringify(chosen[choice]) : String(chosen[choice]),
    source: NOTES[choice],
  }));
  return [...changeable, ...FIXED];
}
