import type { Matrix, Real } from "../tensor";

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
  for (let first = 0; first < nVoxels; first += VOXELS_AT_ONCE) {
    const voxels = { first, end: Math.min(nVoxels, first + VOXELS_AT_ONCE) };
    const { within, ofMean } = variances(repeats, voxels);
    within.forEach((variance, v) => {
      const ev = ofMean[v] / variance;
      if (Number.isNaN(variance)) nMissing++;
      else if (!(variance > 0)) nConstant++;
      const isDefined = variance > 0;
      values[first + v] = !isDefined
        ? Number.NaN
        : options.correction === "none"
          ? ev
          : ev - (1 - ev) / (n - 1);
    });
  }
  return { values, nMissing, nConstant };
}

/** So many voxels' courses stay in the processor's cache while the TRs, which lie one behind the other, go by. */
const VOXELS_AT_ONCE = 512;

/** Of some voxels, the variance over TRs within a repeat, mean over repeats, and that of the repeats' mean. */
function variances(
  repeats: readonly Matrix[],
  { first, end }: { first: number; end: number },
): { within: Float64Array; ofMean: Float64Array } {
  const n = repeats.length;
  const [nTrs, nVoxels] = repeats[0].shape;
  const size = end - first;
  const within = new Float64Array(size);
  const mean = new Float64Array(nTrs * size);
  for (const { data } of repeats) {
    addVariances(within, { data, first, stride: nVoxels }, { nTrs, n });
    for (let t = 0; t < nTrs; t++) {
      for (let v = 0; v < size; v++) mean[t * size + v] += data[t * nVoxels + first + v] / n;
    }
  }
  const ofMean = new Float64Array(size);
  addVariances(ofMean, { data: mean, first: 0, stride: size }, { nTrs, n: 1 });
  return { within, ofMean };
}

/** Adds an n-th of the variances of some columns of rows that lie `stride` apart. */
function addVariances(
  to: Float64Array,
  { data, first, stride }: { data: Real; first: number; stride: number },
  { nTrs, n }: { nTrs: number; n: number },
): void {
  const [sums, squares] = [new Float64Array(to.length), new Float64Array(to.length)];
  for (let t = 0; t < nTrs; t++) {
    for (let v = 0; v < to.length; v++) sums[v] += data[t * stride + first + v];
  }
  for (let t = 0; t < nTrs; t++) {
    for (let v = 0; v < to.length; v++) squares[v] += (data[t * stride + first + v] - sums[v] / nTrs) ** 2;
  }
  for (let v = 0; v < to.length; v++) to[v] += squares[v] / (nTrs - 1) / n;
}
