import { circularShifts, rollRows } from "../inference";
import type { EncodingData } from "./bold-pass";
import {
  type DrawnNull,
  type DrawnStatistic,
  type DrawOptions,
  drawnNull,
  eachDraw,
  type Turning,
} from "./drawn-null";

/** Circular shifts to be drawn for `rollNull` and `rollP`: how many, from which seed, and the least shift either way. */
export interface RollChoices {
  nDraws: number;
  seed: number;
  minShiftTrs: number;
}

/**
 * The null distribution of a statistic under circular shifts of the features against BOLD within runs: in every draw each segment (a run whose TRs
 * count, say) gets a shift of its own, at least `minShiftTrs` either way, so that a few runs already have many distinct draws. `statistic` must do
 * all that depends on BOLD, choice of alpha and fit included, as in `phaseNull`.
 *
 * The fit belongs into every draw: what a run happens to share with another counts once when either is held out, so that the scores of folds go
 * together, and a null that only shifts finished predictions, fold by fold, is too narrow by √2 (more than 10 % of unrelated voxels then have
 * p < 0.05). It is too narrow as well where short runs leave few shifts: neighbouring shifts score alike, so that the draws of 17 of 56
 * TRs hardly differ (in 300 simulated brains that met no stimulus 9 ± 2 % of voxels had p < 0.05). At least half of a segment's shifts must
 * therefore be left. Segments shift independently of each other, and draws in which all stay close to where they were are rare.
 *
 * What a shift breaks is all that features and BOLD share, and scenes that begin and end together are something shared: features of other contents in
 * the very same scenes have p < 0.05 a little too often (6.3 ± 0.8 % of 500 simulated experiments with scenes of 2 to 6 s).
 *
 * The same `seed` shifts all subjects alike, who share one stimulus. Throws when a segment leaves fewer shifts, and as `accumulateRuns`.
 */
export async function rollNull(
  data: EncodingData,
  choices: RollChoices,
  statistic: DrawnStatistic,
  options: DrawOptions = {},
): Promise<DrawnNull> {
  return await drawnNull(rolling(choices), data, choices, statistic, options);
}

/**
 * One-sided p of each observed value against the same null, draw by draw: p = (1 + #{null ≥ observed}) / (1 + nDraws), as `permutationP`
 * of `rollNull`, without the null in memory. NaN where the observed value or one of the null is NaN. Throws as `rollNull`, and when the statistic
 * has another number of values.
 */
export async function rollP(
  data: EncodingData,
  choices: RollChoices,
  observed: Float64Array,
  statistic: DrawnStatistic,
  options: DrawOptions = {},
): Promise<Float64Array> {
  const counts = observed.map((value) => (Number.isNaN(value) ? Number.NaN : 1));
  const count = (values: Float64Array) => {
    if (values.length !== counts.length) {
      throw new Error(
        `rollP: mismatched length of observed: ${counts.length}; expected ${values.length}, the values of the statistic. Observe them with the same statistic.`,
      );
    }
    for (let v = 0; v < values.length; v++) {
      if (Number.isNaN(values[v])) counts[v] = Number.NaN;
      else if (values[v] >= observed[v]) counts[v]++;
    }
  };
  await eachDraw(rolling(choices), data, choices, statistic, count, options);
  return counts.map((n) => n / (1 + choices.nDraws));
}

function rolling({ minShiftTrs }: RollChoices): Turning {
  return {
    caller: "rollNull",
    label: "circular shifts",
    turn(X, numbers) {
      const shifts = circularShifts({ nTrs: X.shape[0], minShiftTrs });
      if (2 * shifts.length < X.shape[0]) {
        throw new Error(
          `rollNull: too few shifts: ${shifts.length} of a segment's ${X.shape[0]} TRs are at least ${minShiftTrs} either way; expected half of them or more. Allow shorter shifts (minShiftTrs, --min-shift), up to ${Math.floor((X.shape[0] + 2) / 4)} TRs here.`,
        );
      }
      return rollRows(X, shifts[numbers.integer(shifts.length)]);
    },
  };
}
