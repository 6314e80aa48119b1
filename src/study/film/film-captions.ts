import type { TableCaption } from "../../figures";
import type { FilmChoices } from "./film-choices";

/** The captions of a film's tables, by their names: only the study knows n, tests and corrections all at once. */
export function filmCaptions(
  choices: FilmChoices,
  { nSubjects, isSimulated }: { nSubjects: number; isSimulated: boolean },
): Record<FilmTable, TableCaption> {
  const { nShifts, minShiftSec, nPhaseDraws, nUniqueShifts, nSignFlips, nBootstraps, level } = choices;
  const people = `${isSimulated ? "simulated " : ""}subject${nSubjects === 1 ? "" : "s"}`;
  const n =
    nSubjects === 1
      ? `n = 1 ${people}, who tells nothing of others: no interval over subjects`
      : `n = ${nSubjects} ${people}; 95 % percentile bootstrap over subjects (${nBootstraps} samples)`;
  const subjects = `p_subjects: sign flips over subjects (at most ${nSignFlips})`;
  const shifts = `p: one-sided, ${nShifts} circular shifts of the features by at least ${minShiftSec} s within runs, the whole fit in every draw`;
  const phases = `${nPhaseDraws} fits on phase-randomised BOLD`;
  const over = (what: string) => `q by Benjamini and Hochberg over ${what}`;
  const units = choices.units === "parcels" ? "parcels" : "voxels";
  return {
    choices: {
      title: "All choices of the analysis, with where each comes from",
      n: "",
      test: "",
      correction: "",
    },
    prediction: {
      title: `Prediction by network: held-out r (Fisher mean over ${units}, then over subjects), R², share of the noise ceiling, share of ${units} with q < ${level}`,
      n,
      test: `${shifts}; ${subjects}; branches without shifts have no p`,
      correction: over("all rows with a p"),
    },
    "prediction-contrasts": {
      title: "Differences of held-out r between models, paired over subjects",
      n,
      test: `p_subjects: two-sided sign flips of the differences in Fisher's z (at most ${nSignFlips}); it generalises to subjects who see this film, not to films`,
      correction: over("all rows"),
    },
    hierarchy: {
      title:
        "Preferred layer against the order of networks: Spearman's r over the cortex of the group's preferred layers",
      n: `n = 1 group map of ${nSubjects} ${people}: no interval`,
      test: `p: one-sided, ${choices.nHierarchySpins} spins of the cortex`,
      correction: over("cases"),
    },
    heads: {
      title: "What the neurons of single heads predict: held-out r by network",
      n: `n = ${nSubjects} ${people}`,
      test: "Descriptive: no test",
      correction: "",
    },
    "atom-networks": {
      title: `Networks of the atoms' maps (|z| above ${choices.mapThreshold}, joined over subjects), by Dice's index`,
      n: `n = ${nSubjects} ${people}; n_part: places of the cortex in the part`,
      test: `p: ${choices.nSpins} spins of the cortex`,
      correction: over("all parts and networks of an atlas"),
    },
    connectivity: {
      title: "Connectivity between networks: of BOLD against that of held-out predictions",
      n,
      test: `p: one-sided, ${phases}; ${subjects}`,
      correction: over("the measures of a set"),
    },
    redundancy: {
      title: "Redundancy of the atoms' maps, and its link with shared neurons beyond shared courses",
      n,
      test: `p: one-sided, ${phases}; ${subjects}`,
      correction: over("the measures of a set"),
    },
    "redundancy-model": {
      title: "Redundancy in the model alone: neurons that atoms share",
      n: "n = 1 model: no interval",
      test: `p: one-sided, ${nPhaseDraws} member sets drawn anew within each head`,
      correction: over("the measures of a set"),
    },
    removal: {
      title:
        "What losing atoms costs: held-out R² as atoms go, and redundant against unique atoms that predict alike alone",
      n,
      test: `p: against the null that each row names; ${subjects}`,
      correction: over("the measures of a set, removal and single atoms apart"),
    },
    polarity: {
      title: "Atoms that activate or deactivate networks: mean pattern",
      n,
      test: `p: two-sided, ${phases}; p_maximum: by the largest |z| of each draw over all atoms and networks`,
      correction: `${over("all atoms and networks of a set")}; direction where q < ${level}`,
    },
    "opposite-maps": {
      title: `Opposite maps (spatial r below ${choices.oppositeBelow}), chosen on the first half of the runs and tested on the second`,
      n,
      test: `p: one-sided, ${phases}; ${subjects}`,
      correction: over("the measures of a set"),
    },
    "opposite-pairs": {
      title: `Opposite pairs one by one: spatial r in the half of the runs that did not choose them (chosen below ${choices.oppositeBelow})`,
      n,
      test: `p: one-sided, ${phases} of that half`,
      correction: over("the chosen pairs of a set"),
    },
    mirror: {
      title: "Mirrored layers of atoms with opposite maps, against matched pairs",
      n,
      test: `p: against the null that each row names; ${subjects}`,
      correction: over("the measures of a set"),
    },
    architecture: {
      title:
        "Variance partitioning: held-out R² unique to vision, unique to text, shared and joint, by network",
      n,
      test: `p of unique parts: one-sided, ${nUniqueShifts} shifts of what a space does not share with the other; ${subjects}; shared and joint parts have no p: hold them against the controls`,
      correction: over("all rows with a p"),
    },
    "architecture-contrasts": {
      title: "Differences of held-out R² between cases, paired over subjects",
      n,
      test: `p_subjects: two-sided sign flips (at most ${nSignFlips})`,
      correction: over("all rows"),
    },
    modality: {
      title:
        "Modality of the atoms of joint dictionaries: 1 vision alone, −1 text alone; m: share of a tower's neurons that are members",
      n: "n = the heads of each model; 95 % percentile bootstrap over heads",
      test: "p: two-sided, which heads are the vision tower's is permuted",
      correction: over("the atoms of a set"),
    },
    "modality-summary": {
      title: "Modality of joint dictionaries as a whole",
      n: "n = the atoms of each set that have members",
      test: "Descriptive: no test",
      correction: "",
    },
  };
}

/** The tables of a film's study. */
export type FilmTable =
  | "choices"
  | "prediction"
  | "prediction-contrasts"
  | "hierarchy"
  | "heads"
  | "atom-networks"
  | "connectivity"
  | "redundancy"
  | "redundancy-model"
  | "removal"
  | "polarity"
  | "opposite-maps"
  | "opposite-pairs"
  | "mirror"
  | "architecture"
  | "architecture-contrasts"
  | "modality"
  | "modality-summary";
