import { benjaminiHochberg, bootstrapInterval, fisherMean, permutationP, signFlip } from "../inference";
import { column, type Matrix, row } from "../tensor";

/** What predicts: the courses of the atoms, or of all neurons. */
export type FeatureSet = "atoms" | "neurons";

/** Held-out scores of one set of features; every r is the mean over outer folds. */
export interface FeatureScores {
  /** Pearson's r and R², [nSubjects × nRois]; NaN where a subject's region is missing. */
  r: Matrix;
  r2: Matrix;
  /** r of the mean over subjects' BOLD, [nRois]. */
  rGroupMean: ArrayLike<number>;
  /** The group statistic (Fisher-z mean over subjects) under circular shifts, [nShifts × nRois]. */
  shiftNull: Matrix;
  /** The group statistic of random-weight twins of the model, [nTwins × nRois]. */
  rRandom: Matrix;
  /** The baseline and these features together, [nSubjects × nRois]. */
  joint: { r: Matrix; r2: Matrix };
  /** The gain over the baseline, mean over subjects, with what the features do not share with it shifted, [nShifts × nRois]. */
  gainNull: Matrix;
}

/** What `predictionTable` and `uniqueContributionTable` rest on: subjects in one order throughout, regions in the order of `roiNames`. */
export interface PredictionEvidence {
  roiNames: readonly string[];
  /** In the order of the table; a set may be left out. */
  features: Partial<Record<FeatureSet, FeatureScores>>;
  /** The baseline alone, [nSubjects × nRois]. */
  baseline: { r: Matrix; r2: Matrix };
  /** Inter-subject correlation, leave-one-out, [nSubjects × nRois]. */
  ceiling: Matrix;
}

/** What one set of features predicts in one region. `predictionTable` makes it and says what each column is. */
export interface PredictionRow {
  features: FeatureSet;
  roi: string;
  r: number;
  r_low: number;
  r_high: number;
  p_shift: number;
  q_shift: number;
  p_sign_flip: number;
  ceiling: number;
  r_random: number;
  r_baseline: number;
  delta_r: number;
  delta_r2: number;
  r_group_mean: number;
  n_subjects: number;
}

/** What one set of features predicts in one region of one subject (`subjectScores`): mean over outer folds, NaN without the region. */
export interface SubjectRow {
  features: FeatureSet;
  roi: string;
  subject: string;
  r: number;
  r2: number;
}

/** What one random-weight twin of the model predicts. */
export interface RandomRow {
  features: FeatureSet;
  roi: string;
  /** Seed of the twin. */
  seed: number;
  r: number;
}

/**
 * The finding *prediction*: a row for each set of features and region.
 *
 * - `r`: group mean over subjects, tanh(mean atanh r_s), of each subject's mean over outer folds; `r_low`, `r_high`: its
 *   95 % percentile bootstrap interval over subjects. `n_subjects` have a value there.
 * - `p_shift`: one-sided p of `r` among circular shifts of the features against BOLD (tests the coupling to this one
 *   stimulus); `q_shift`: Benjamini–Hochberg over regions, for each set of features by itself.
 * - `p_sign_flip`: one-sided p over subjects. It generalises to subjects, not to stimuli.
 * - `ceiling`: inter-subject correlation; `r_random`: mean over random-weight twins; `r_baseline`: the baseline alone.
 * - `delta_r`, `delta_r2`: baseline and features together minus the baseline, mean over subjects of the difference.
 *
 * A region that is NaN for a subject is left out for that subject; NaN where no subject has it.
 */
export function predictionTable(
  evidence: PredictionEvidence,
  options: { nBootstraps: number; nSignFlips: number; seed: number },
): PredictionRow[] {
  const { roiNames, features, baseline, ceiling } = evidence;
  const { nBootstraps, nSignFlips, seed } = options;
  return featureSets(features).flatMap(([name, scores]) => {
    const observed = groupCorrelation(scores.r);
    const pShift = permutationP(observed, scores.shiftNull);
    const qShift = benjaminiHochberg(pShift);
    return roiNames.map((roi, j) => {
      const r = column(scores.r, j);
      const interval = bootstrapInterval(r, fisherMean, { nResamples: nBootstraps, level: 0.95, seed });
      const flipped = signFlip(r.map(Math.atanh), { nFlips: nSignFlips, seed });
      return {
        features: name,
        roi,
        r: observed[j],
        r_low: interval.low,
        r_high: interval.high,
        p_shift: pShift[j],
        q_shift: qShift[j],
        p_sign_flip: flipped.p,
        ceiling: fisherMean(column(ceiling, j)),
        r_random: mean(column(scores.rRandom, j)),
        r_baseline: fisherMean(column(baseline.r, j)),
        delta_r: meanDifference(scores.joint.r, baseline.r, j),
        delta_r2: meanDifference(scores.joint.r2, baseline.r2, j),
        r_group_mean: scores.rGroupMean[j],
        n_subjects: interval.nSubjects,
      };
    });
  });
}

/** The group statistic of every region: the Fisher-z mean over subjects of r [nSubjects × nRois]. */
export function groupCorrelation(r: Matrix): Float64Array {
  return Float64Array.from({ length: r.shape[1] }, (_, j) => fisherMean(column(r, j)));
}

/** Every subject's own score: the points behind the group's mean. */
export function subjectScores(
  features: PredictionEvidence["features"],
  roiNames: readonly string[],
  subjects: readonly string[],
): SubjectRow[] {
  return featureSets(features).flatMap(([name, { r, r2 }]) =>
    subjects.flatMap((subject, s) =>
      roiNames.map((roi, j) => ({ features: name, roi, subject, r: row(r, s)[j], r2: row(r2, s)[j] })),
    ),
  );
}

/** The sets of features that were fitted, in the order of the tables. */
export function featureSets(features: PredictionEvidence["features"]): [FeatureSet, FeatureScores][] {
  return Object.entries(features) as [FeatureSet, FeatureScores][];
}

/** Every random-weight twin's own score: `r_random` is their mean. `seeds` in the order of the rows of `rRandom`. */
export function randomScores(
  features: PredictionEvidence["features"],
  roiNames: readonly string[],
  seeds: readonly number[],
): RandomRow[] {
  return featureSets(features).flatMap(([name, { rRandom }]) =>
    seeds.flatMap((seed, i) =>
      roiNames.map((roi, j) => ({ features: name, roi, seed, r: row(rRandom, i)[j] })),
    ),
  );
}

/** The mean over subjects of a − b in column j [nSubjects × nRois], where both are there. */
export function meanDifference(a: Matrix, b: Matrix, j: number): number {
  const before = column(b, j);
  return mean(column(a, j).map((value, s) => value - before[s]));
}

/** The mean of what is there; NaN when nothing is. */
function mean(values: Float64Array): number {
  const present = values.filter((value) => !Number.isNaN(value));
  return present.reduce((sum, value) => sum + value, 0) / present.length;
}
