import { benjaminiHochberg, bootstrapInterval, permutationP } from "../inference";
import { column, type Matrix } from "../tensor";
import {
  type FeatureSet,
  featureSets,
  groupCorrelation,
  meanDifference,
  type PredictionEvidence,
} from "./prediction";

/** What one set of features adds to the baseline in one region. `uniqueContributionTable` makes it and says what each column is. */
export interface UniqueRow {
  features: FeatureSet;
  roi: string;
  delta_r: number;
  delta_r_low: number;
  delta_r_high: number;
  p_shift: number;
  q_shift: number;
  delta_r2: number;
  r_baseline: number;
  r2_baseline: number;
  n_subjects: number;
}

/**
 * What features predict beyond the baseline: a row for each set of features and region.
 *
 * - `delta_r`: mean over subjects of r(baseline and features) − r(baseline), with its 95 % percentile bootstrap interval
 *   over subjects. One alpha serves both parts of the joint model, so that many features may cost more than they bring.
 * - `p_shift`: one-sided p of `delta_r` among circular shifts of what the features do not share with the baseline
 *   (`residualShifts`); `q_shift`: Benjamini–Hochberg over regions, for each set of features by itself. Shifted features cost
 *   as much as real ones, so that p can be small although `delta_r` is not above 0: then the features are coupled to
 *   BOLD beyond the baseline, and still do not pay for their number.
 * - `delta_r2`: the same difference of R². Where `r2_baseline` is below 0 it is the mending of a bad baseline first.
 *
 * NaN as in `predictionTable`, whose `delta_r` and `r_baseline` these are.
 */
export function uniqueContributionTable(
  evidence: PredictionEvidence,
  options: { nBootstraps: number; seed: number },
): UniqueRow[] {
  const { roiNames, features, baseline } = evidence;
  return featureSets(features).flatMap(([name, { joint, gainNull }]) => {
    const gains = groupGain(joint.r, baseline.r);
    const pShift = permutationP(gains, gainNull);
    const qShift = benjaminiHochberg(pShift);
    return roiNames.map((roi, j) => {
      const before = column(baseline.r, j);
      const gain = column(joint.r, j).map((value, s) => value - before[s]);
      const mean = (sample: Float64Array) => sample.reduce((sum, value) => sum + value, 0) / sample.length;
      const options95 = { nResamples: options.nBootstraps, level: 0.95, seed: options.seed };
      const { low, high, nSubjects } = bootstrapInterval(gain, mean, options95);
      return {
        features: name,
        roi,
        delta_r: gains[j],
        delta_r_low: low,
        delta_r_high: high,
        p_shift: pShift[j],
        q_shift: qShift[j],
        delta_r2: meanDifference(joint.r2, baseline.r2, j),
        r_baseline: groupCorrelation(baseline.r)[j],
        r2_baseline: mean(column(baseline.r2, j).filter((value) => !Number.isNaN(value))),
        n_subjects: nSubjects,
      };
    });
  });
}

/** The mean over subjects of what is gained over the baseline, for every region: both [nSubjects × nRois]. */
export function groupGain(joint: Matrix, baseline: Matrix): Float64Array {
  return Float64Array.from({ length: joint.shape[1] }, (_, j) => meanDifference(joint, baseline, j));
}
