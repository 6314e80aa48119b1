import type { FilmChoices } from "./film-choices";

const NOTES: Record<keyof FilmChoices, string> = {
  reading: "the field's average over tokens, after arXiv 2303.14871",
  nAtoms:
    "ours: half of the 64 of arXiv 2410.19542, the runs being short; the same for all sets that are compared",
  nLayerAtoms: "ours, for sets of a single layer",
  lambda: "ours, for courses of unit norm",
  atomSeed: "arbitrary",
  riseSec: "ours: the response is on its way from rest",
  highPassSec: "the field's cut-off (SPM); within each run, BOLD and features alike",
  units: "ours: nulls that fit anew in every draw are out of reach for 91,282 grayordinates",
  alphas: "ours: a wide grid; chosen per unit by the runs that train",
  minShiftSec: "ours: well beyond the HRF's peak",
  nShifts: "computational; the smallest p is 1/(1 + nShifts)",
  nPhaseDraws: "computational; the smallest p is 1/(1 + nPhaseDraws)",
  nUniqueShifts: "computational; the smallest p is 1/(1 + nUniqueShifts)",
  nSpins: "computational; the smallest p is 1/(1 + nSpins)",
  nHierarchySpins: "computational; the smallest p is 1/(1 + nHierarchySpins)",
  oppositeBelow: "ours: spatial r of opposite maps",
  mapThreshold: "the field's |z|",
  leastLayerR: "ours: below it no layer is preferred",
  memberQ: "the field's false discovery rate",
  nMemberShuffles: "computational",
  level: "the field's",
  nSignFlips: "computational",
  nBootstraps: "computational",
  inferenceSeed: "arbitrary",
  twinSeeds: "arbitrary",
  shuffleSeed: "arbitrary",
};

/** What the analysis of a film does in any case. */
const FIXED: { choice: string; value: string; source: string }[] = [
  {
    choice: "neuron",
    value: "mean query × mean key of one dimension of one head",
    source: "ours, after arXiv 2303.14871",
  },
  { choice: "picture and caption", value: "those of the middle of each TR", source: "ours" },
  { choice: "course", value: "z-scored in each run over TRs that show something, rest 0", source: "ours" },
  { choice: "HRF", value: "SPM's canonical, within runs", source: "the field" },
  {
    choice: "atoms learned on",
    value: "all shown TRs but the validation clip (stimulus only, never BOLD)",
    source: "ours: transductive",
  },
  {
    choice: "encoding",
    value: "ridge with intercept, leave one run out, alpha by the other runs",
    source: "the field",
  },
  {
    choice: "r of a subject",
    value: "mean over the runs left out",
    source: "ours: never on pooled predictions",
  },
  { choice: "r of a network", value: "Fisher mean over its units, then over subjects", source: "the field" },
  {
    choice: "p of r",
    value: "features shifted in circles within runs, the whole fit in every draw",
    source: "the field; the fit in every draw is ours",
  },
  { choice: "p of maps", value: "the whole fit on phase-randomised BOLD", source: "ours" },
  { choice: "q", value: "Benjamini–Hochberg over the rows of a table", source: "the field" },
  { choice: "ceiling", value: "explainable variance of the repeated validation clip", source: "the field" },
];

/** A table of all choices with where each comes from. */
export function describeFilmChoices(
  chosen: FilmChoices,
): { choice: string; value: string; source: string }[] {
  const changeable = (Object.keys(NOTES) as (keyof FilmChoices)[]).map((choice) => ({
    choice,
    value: typeof chosen[choice] === "object" ? JSON.stringify(chosen[choice]) : String(chosen[choice]),
    source: NOTES[choice],
  }));
  return [...changeable, ...FIXED];
}
