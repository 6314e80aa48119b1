import { circularShifts, rollRows } from "../inference";
import type { EncodingData } from "./bold-pass";
import { type DrawnNull, type DrawnStatistic, type DrawOptions, drawnNull } from "./drawn-null";

/**
 * The null distribution of a statistic under circular shifts of the features against BOLD within runs: in every draw each segment (a run whose TRs
 * count, say) gets a shift of its own, at least `minShiftTrs` either way, so that a few runs already have many distinct draws. `statistic` must do
 * all that depends on BOLD, choice of alpha and fit included, as in `phaseNull`.
 *
 * The fit belongs into every draw: what a run happens to share with another counts once when either is held out, so that the scores of folds go
 * together, and a null that only shifts finished predictions, fold by fold, is too narrow by √2 (more than 10 % of unrelated voxels then have
 * p < 0.05). The same `seed` shifts all subjects alike, who share one stimulus. Throws when a segment leaves no shift, and as `accumulateRuns`.
 */
export async function rollNull(
  data: EncodingData,
  choices: { nDraws: number; seed: number; minShiftTrs: number },
  statistic: DrawnStatistic,
  options: DrawOptions = {},
): Promise<DrawnNull> {
  const turning = {
    caller: "rollNull",
    label: "circular shifts",
    turn: (X, numbers) => {
      const shifts = circularShifts({ nTrs: X.shape[0], minShiftTrs: choices.minShiftTrs });
      return rollRows(X, shifts[numbers.integer(shifts.length)]);
    },
  } satisfies Parameters<typeof drawnNull>[0];
  return await drawnNull(turning, data, choices, statistic, options);
}
