import { phaseRandomiser } from "../inference";
import { linearAlgebra } from "../tensor";
import type { EncodingData } from "./bold-pass";
import { type DrawnNull, type DrawnStatistic, type DrawOptions, drawnNull } from "./drawn-null";

/**
 * The null distribution of a statistic under phase-randomised BOLD: in every draw the phases of each segment's
 * BOLD are drawn anew, the same for all voxels, so that its spectrum and the covariance between voxels stay, and XᵀX
 * is what it was. `statistic` gets the statistics of the drawn data and must do all that depends on BOLD (choice
 * of alpha, fit, score); it returns the same number of values each time.
 *
 * Where segments are short (edges of a few TRs), little is randomised within them: use whole runs or long windows. Throws as
 * `accumulateRuns`, and AbortError when the signal asks.
 */
export async function phaseNull(
  data: EncodingData,
  choices: { nDraws: number; seed: number },
  statistic: DrawnStatistic,
  options: DrawOptions = {},
): Promise<DrawnNull> {
  const turning = {
    caller: "phaseNull",
    label: "phase randomisations",
    turn: (X, numbers) =>
      linearAlgebra().multiply(phaseRandomiser(X.shape[0], numbers), X, { transposeA: true }),
  } satisfies Parameters<typeof drawnNull>[0];
  return await drawnNull(turning, data, choices, statistic, options);
}
