import type { Matrix } from "../tensor";

/** How much of a voxel's variance repeats with the stimulus. */
export interface ExplainableVariance {
  /** EV of each voxel, after the correction where it was asked for; NaN where there is none. */
  readonly values: Float64Array;
  /** Voxels with a NaN in a repeat, and without variance. */
  readonly nMissing: number;
  readonly nConstant: number;
}

/**
 * Explainable variance of BOLD that the same stimulus evoked n times:
 *   EV = Var_t(mean over repeats) / mean over repeats (Var_t),   corrected: EV − (1 − EV)/(n − 1).
 * Uncorrected, noise alone gives EV = 1/n; corrected, 0 on average (so that it may be negative).
 *
 * `repeats`: n ≥ 2 matrices [nTrs × nVoxels] of one shape; each is centred here, and should be standardised, so that repeats count
 * alike. The square root of the corrected EV is the ceiling of a correlation with one repeat. `correction`: "small-sample" or "none".
 * A NaN in a voxel gives NaN. Sources: Sahani and Linden (2003), NIPS 15; Hsu, Borst and Theunissen (2004), Network 15, 91–109;
 * the same numbers as `explainable_variance` of voxelwise_tutorials for standardised repeats.
 */
export function explainableVariance(
  repeats: readonly Matrix[],
  options: { correction: "small-sample" | "none" },
): ExplainableVariance {
  const n = repeats.length;
  const [nTrs, nVoxels] = repeats[0]?.shape ?? [0, 0];
  if (n < 2 || nTrs < 2) {
    throw new Error(
      `explainableVariance: missing repeats: ${n} of ${nTrs} TRs; expected at least 2 of at least 2 TRs. Where a stimulus was shown once, use interSubjectCorrelation.`,
    );
  }
  repeats.forEach(({ shape }, i) => {
    if (shape[0] === nTrs && shape[1] === nVoxels) return;
    throw new Error(
      `explainableVariance: mismatched shape of repeat ${i}: ${shape.join(" × ")}; expected ${nTrs} × ${nVoxels} as in repeat 0. Cut the repeats to the same TRs and voxels.`,
    );
  });
  const values = new Float64Array(nVoxels);
  let [nMissing, nConstant] = [0, 0];
  const mean = new Float64Array(nTrs);
  for (let j = 0; j < nVoxels; j++) {
    mean.fill(0);
    let within = 0;
    for (const { data } of repeats) {
      const course = Float64Array.from({ length: nTrs }, (_, t) => data[t * nVoxels + j]);
      within += variance(course) / n;
      for (let t = 0; t < nTrs; t++) mean[t] += course[t] / n;
    }
    const ev = variance(mean) / within;
    if (Number.isNaN(within)) nMissing++;
    else if (!(within > 0)) nConstant++;
    const isDefined = within > 0;
    values[j] = !isDefined ? Number.NaN : options.correction === "none" ? ev : ev - (1 - ev) / (n - 1);
  }
  return { values, nMissing, nConstant };
}

function variance(course: Float64Array): number {
  let sum = 0;
  for (const value of course) sum += value;
  const mean = sum / course.length;
  let squares = 0;
  for (const value of course) squares += (value - mean) ** 2;
  return squares / (course.length - 1);
}
