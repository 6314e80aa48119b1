import type { Choices } from "./choices";

/** What a story's methods say of its data. */
export interface StoryFacts {
  nSubjects: number;
  nLeftOut: number;
  nTrs: number;
  trSec: number;
  nWords: number;
  roiNames: readonly string[];
  model: string;
  nNeurons: number;
  nShifts: number;
}

/** The methods of a story's study as paragraphs in Markdown, written from its choices; works are cited as `[@key]`. */
export function storyMethods(choices: Choices, facts: StoryFacts): string[] {
  const { alphas } = choices;
  const power = (exponent: number) => `10^${String(exponent).replace("-", "−")}^`;
  const exploratory =
    choices.reading === "qkWord"
      ? " This reading was chosen after looking at these data and is exploratory."
      : "";
  return [
    `**Data.** ${facts.nSubjects} listeners (${facts.nLeftOut} left out) heard chapter 1 of *Alice in Wonderland* once (${facts.nTrs} TRs of ${facts.trSec} s, ${facts.nWords} words) [@brennan2016]. BOLD of ${facts.roiNames.length} regions (${facts.roiNames.join(", ")}; spheres of ${choices.radiusMm} mm) was high-passed at 1/${choices.highPassSec} Hz inside each fold's block and z-scored.`,

    `**Artificial neurons.** A neuron is one dimension of one attention head of ${facts.model} (${facts.nNeurons} neurons that vary) [@wang2020]; its value at a word is the mean query times the mean key [@liu2023] in the reading ${choices.reading}, the model having read the word and the ${choices.windowWords - 1} before it.${exploratory} Values were averaged over the words of a TR and z-scored, silence being 0.`,

    `**Atoms.** The neurons were summarised by ${choices.nAtoms} temporal atoms of a sparse dictionary [@mairal2010; @sun2024] (λ = ${choices.lambda} for courses of unit norm, seed ${choices.atomSeed}; seeds ${choices.otherAtomSeeds.join(", ")} beside it), learned on all TRs with words. It saw the stimulus of test TRs, never their BOLD, and so is transductive; dictionaries of training TRs alone are reported beside it, and a sweep over ${choices.sweptAtoms.join(", ")} atoms, λ of ${choices.sweptLambdas.join(", ")} and seeds ${choices.sweptSeeds.join(", ")}; an atom is called stable when its mean |r| with its partners of other seeds is at least ${choices.stableFrom}.`,

    `**Encoding.** Features were convolved with SPM's canonical haemodynamic response and fitted by ridge regression with an intercept; α was chosen for each region by inner folds out of ${alphas.nAlphas} values from ${power(alphas.from)} to ${power(alphas.to)}, and r and R² computed on ${choices.nFolds} contiguous outer folds with ${choices.gapTrs} TRs left out on either side, averaged over folds. The ceiling is the inter-subject correlation [@nastase2019]. Controls: ${choices.twinSeeds.length} twins of the model with random weights (seeds ${choices.twinSeeds.join(", ")}), and a baseline of word rate, sound power, log word frequency, sentence breaks and drift.`,

    `**Maps.** The map of an atom is the covariance of its course with the predictions in each region [@haufe2014]. Redundancy and polarity were tested by ${choices.nPhaseDraws} fits to BOLD whose phases were drawn anew within blocks, the same for all listeners, and set beside the first twin with random weights and the model without what the baseline explains in courses and BOLD. Maps are opposite below r = ${String(choices.oppositeBelow).replace("-", "−")} over regions, chosen in one half of the story and tested in the other; pairs that oppose are held against pairs within ${choices.matchTolerance} of their |spatial r| and r of courses. Maps were thresholded at |z| > ${choices.mapThreshold}. A neuron is a member of an atom at q < ${choices.memberQ} against ${choices.nMemberShuffles} rounds of circularly shifted courses. Atoms were taken away in ${choices.nRemovalOrders} random orders, redundant ones (|r| of courses with another at least ${choices.redundantFrom}) first, or unique ones (at most ${choices.uniqueTo} with all) first.`,

    `**Inference.** Group r is the Fisher mean over listeners, with a 95 % percentile bootstrap interval (${choices.nBootstraps} samples). It was tested by all ${facts.nShifts} circular shifts of at least ${choices.minShiftSec} s of the features against BOLD, the whole nested fit in every draw, p = (1 + #{null ≥ observed})/(1 + N) [@phipson2010]; sign flips over listeners (at most ${choices.nSignFlips}) stand beside it. q is the false discovery rate [@benjamini1995] over the rows that a table's caption names, at the level ${choices.level}. All draws start from seed ${choices.inferenceSeed}.`,
  ];
}
