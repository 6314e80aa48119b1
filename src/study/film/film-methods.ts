import { FILM_MODELS } from "./feature-sets";
import type { FilmChoices } from "./film-choices";

/** What a film's methods say of its data. */
export interface FilmFacts {
  isSimulated: boolean;
  nSubjects: number;
  nRuns: number;
  /** Of all runs together. */
  nTrs: number;
  trSec: number;
  nVoxels: number;
  nUnits: number;
  nSets: number;
}

const READINGS: Record<FilmChoices["reading"], string> = {
  qkMean: "the mean query times the mean key over all tokens but padding",
  clsQuery: "the class token's query times the mean key",
  qkDiagonal: "the mean over tokens of query times key of the same token",
  headOutput: "the mean over tokens of the head's output before the output projection",
};

/** The methods of a film's study as paragraphs in Markdown, written from its choices; works are cited as `[@key]`. */
export function filmMethods(choices: FilmChoices, facts: FilmFacts): string[] {
  const { nSubjects, nRuns, nTrs, trSec, nVoxels, nUnits, nSets, isSimulated } = facts;
  const { alphas, units } = choices;
  const power = (exponent: number) => `10^${String(exponent).replace("-", "−")}^`;
  const inUnits =
    units === "parcels"
      ? `The ${nVoxels} grayordinates were averaged within the ${nUnits} parcels of Cole and Anticevic that had one [@ji2019]; findings rest on these mean courses, maps of r on every grayordinate.`
      : `Findings rest on each of the ${nVoxels} grayordinates by itself.`;
  return [
    `**Data.** ${nSubjects} ${isSimulated ? "simulated " : ""}${nSubjects === 1 ? "subject" : "subjects"} saw a film with captions in ${nRuns} runs (${nTrs} TRs of ${trSec} s). ${
      isSimulated
        ? "The brains are simulated from attributes of the film's scenes with planted responses: results validate the software and say nothing about brains. The models are small ones trained for this demonstration, no released CLIP, METER, ViT or RoBERTa. "
        : ""
    }Drift below 1/${choices.highPassSec} Hz and head motion were regressed out over each run; the first ${choices.riseSec} s of each clip and the validation clip that closes each run were left out of all fits. ${inUnits}`,

    `**Artificial neurons.** A neuron is one dimension of one attention head; its value at a TR is ${READINGS[choices.reading]} [@liu2023; @hierarchical2025], for the picture and the caption of the TR's middle. ${Object.keys(FILM_MODELS).length} models were read (${Object.keys(FILM_MODELS).join(", ")}), with random weights (seeds ${choices.twinSeeds.join(", ")}) and with captions of other scenes (seed ${choices.shuffleSeed}) as controls: ${nSets} sets of features in all. Courses were z-scored in each run over TRs that show something, rest being 0.`,

    `**Atoms.** Each set of neurons was summarised by ${choices.nAtoms} temporal atoms (${choices.nLayerAtoms} for a single layer) of a sparse dictionary [@mairal2010; @sun2024] (λ = ${choices.lambda} for courses of unit norm, seed ${choices.atomSeed}), learned on all shown TRs but the validation clips. It saw the stimulus of test runs, never their BOLD, and so is transductive. A neuron is a member of an atom at q < ${choices.memberQ} against ${choices.nMemberShuffles} rounds of circularly shifted courses.`,

    `**Encoding.** Atoms were convolved with SPM's canonical haemodynamic response within runs, high-passed as BOLD was, and fitted by ridge regression with an intercept; α was chosen for each unit out of ${alphas.nAlphas} values from ${power(alphas.from)} to ${power(alphas.to)} by leaving out one of the training runs, and r and R² computed on the run left out, averaged over runs [@dupre2022]. What an atom does to a unit is its pattern, the covariance of its course with the prediction, since weights of correlated regressors are not interpretable [@haufe2014]. The noise ceiling is the explainable variance of the repeated validation clip, corrected for the number of repeats.`,

    `**Inference.** Prediction was tested by ${choices.nShifts} circular shifts of the features by at least ${choices.minShiftSec} s within runs, maps by ${choices.nPhaseDraws} phase-randomised copies of BOLD [@prichard1994], unique variance by ${choices.nUniqueShifts} shifts of what a space does not share with the other; the whole fit was repeated in every draw, and p = (1 + #{null ≥ observed})/(1 + N) [@phipson2010]. Spatial correspondence was tested by spins of the cortex [@alexanderbloch2018] (${choices.nSpins} for the networks of atoms, ${choices.nHierarchySpins} for the hierarchy). Over subjects: Fisher means of correlations, 95 % percentile bootstrap intervals (${choices.nBootstraps} samples) and sign flips (at most ${choices.nSignFlips}). q is the false discovery rate [@benjamini1995] over the rows of a table, at the level ${choices.level}. All draws start from seed ${choices.inferenceSeed}.`,

    `**Findings.** Opposite maps have a spatial r below ${String(choices.oppositeBelow).replace("-", "−")}; they were chosen on one half of the runs and tested on the other. Maps were thresholded at |z| > ${choices.mapThreshold} and labelled by Dice's index with the networks of Cole and Anticevic [@ji2019] and of Yeo and colleagues [@yeo2011]. A unit prefers a layer where that layer's held-out r is at least ${choices.leastLayerR}; preferred layers were held against the order of networks along the principal gradient [@margulies2016].`,
  ];
}
