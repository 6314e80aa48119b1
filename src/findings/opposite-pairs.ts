import { type EncodingData, trainingSegments } from "../encoding";
import { benjaminiHochberg, fisherMean } from "../inference";
import { type Matrix, zeros } from "../tensor";
import type { AtomMaps } from "./atom-maps";
import { type AtomPair, atomPairs, pairValues } from "./atom-pairs";
import { type GroupEffect, type GroupOptions, groupEffect, plainMean } from "./group-effect";
import { spatialCorrelations } from "./spatial-similarity";
import { type Measure, measuresOf, type SubjectMeasures } from "./subject-measures";

/** Maps of the same atoms fitted to either half of the data. */
export interface HalfMaps {
  first: AtomMaps;
  second: AtomMaps;
}

/**
 * The first and the second half of the blocks (runs, or stretches of one run), for fitting apart. Edges that touch the other half are
 * left out, so that the halves share nothing; draw their nulls with different seeds, or both are turned by the same phases. Throws with fewer than four blocks: each half needs one to train and one to choose alpha.
 */
export function halfData(data: EncodingData): { first: EncodingData; second: EncodingData } {
  const blocks = [...new Set(data.segments.map(({ block }) => block))].sort((a, b) => a - b);
  if (blocks.length < 4) {
    throw new Error(
      `halfData: invalid segments: they come from ${blocks.length} blocks; expected at least 4, two in each half. Cut the runs into more blocks (contiguousBlocks).`,
    );
  }
  const middle = Math.floor(blocks.length / 2);
  const half = (own: readonly number[]) => ({ ...data, segments: trainingSegments(data.segments, own) });
  return { first: half(blocks.slice(0, middle)), second: half(blocks.slice(middle)) };
}

const PHASES = "whole fit on phase-randomised BOLD";
const HALF_MEASURES: readonly Measure[] = [
  {
    name: "spatial r in one half of pairs chosen in the other",
    tail: "less",
    scale: "plain",
    null: PHASES,
  },
  { name: "pairs opposite in both halves", tail: "greater", scale: "plain", null: PHASES },
];

/**
 * Whether opposite maps come back: pairs of atoms whose pattern maps correlate below `threshold` (−0.3 is usual) in one half of the data are
 * chosen, and r of the same pairs is taken in the other half; mean over both ways. Beside it how many pairs are below it in both.
 *
 * Null: choice and test on fits to phase-randomised BOLD. Courses that are opposite themselves make maps opposite in every draw. A
 * draw in which no pair is chosen counts as r = 0; a subject without a pair has no r (NaN).
 */
export function oppositePairMeasures(
  { first, second }: HalfMaps,
  { threshold }: { threshold: number },
): SubjectMeasures {
  const statistic = ([a, b]: readonly [Matrix, Matrix], none: number) => {
    const [rA, rB] = [pairValues(spatialCorrelations(a)), pairValues(spatialCorrelations(b))];
    const tested = [...rB.filter((_, i) => rA[i] < threshold), ...rA.filter((_, i) => rB[i] < threshold)];
    const nBoth = rA.filter((value, i) => value < threshold && rB[i] < threshold).length;
    return [tested.length === 0 ? none : plainMean(tested), nBoth];
  };
  const draws = first.nullMaps.map((maps, d) => [maps, second.nullMaps[d]] as const);
  const measured = measuresOf(HALF_MEASURES, [first.maps, second.maps] as const, draws, (maps) =>
    statistic(maps, 0),
  );
  return {
    ...measured,
    observed: Float64Array.from(statistic([first.maps, second.maps], Number.NaN)),
  };
}

/** Atoms k and m with opposite maps (`oppositePairTable`): `effect` is their spatial r in the half that did not choose them. */
export interface OppositePairRow extends GroupEffect {
  k: number;
  m: number;
  /** r in the half that chose the pair, Fisher mean over subjects: it is selected, and so too far from 0. */
  r_chosen: number;
  /** r(x_k, x_m): near −1 the opposition is in the courses already. */
  r_courses: number;
  q: number;
}

/**
 * The opposite pairs of a group: chosen where the Fisher mean over subjects of spatial r in the first half is below `threshold`, each tested in the
 * second half alone (`effect`, one-sided against phase-randomised BOLD of that half). `q` over the chosen pairs, whose choice is independent
 * of the second half. Returns no row where no pair is chosen.
 */
export function oppositePairTable(
  subjects: readonly HalfMaps[],
  choices: { threshold: number; courseCorrelation: Matrix },
  options: GroupOptions,
): OppositePairRow[] {
  const courses = pairValues(choices.courseCorrelation);
  const chosenIn = subjects.map(({ first }) => pairValues(spatialCorrelations(first.maps)));
  const testedIn = subjects.map(({ second }) => ({
    observed: pairValues(spatialCorrelations(second.maps)),
    draws: second.nullMaps.map((maps) => pairValues(spatialCorrelations(maps))),
  }));
  const nDraws = testedIn[0].draws.length;
  const rows = atomPairs(subjects[0].first.maps.shape[0]).flatMap(([k, m]: AtomPair, i) => {
    const rChosen = fisherMean(chosenIn.map((r) => r[i]));
    if (!(rChosen < choices.threshold)) return [];
    const draws = zeros([nDraws, subjects.length]);
    testedIn.forEach((one, s) => one.draws.forEach((r, d) => (draws.data[d * subjects.length + s] = r[i])));
    const effect = groupEffect(
      testedIn.map(({ observed }) => observed[i]),
      draws,
      { tail: "less", scale: "correlation" },
      options,
    );
    return [{ k, m, r_chosen: rChosen, r_courses: courses[i], ...effect }];
  });
  const q = benjaminiHochberg(rows.map(({ p }) => p));
  return rows.map((one, i) => ({ ...one, q: q[i] }));
}
