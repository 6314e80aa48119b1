import type { Cleaner } from "./cleaning";

/** Mean and population SD of a series; both NaN where a value is not finite. */
export interface Moments {
  mean: number;
  sd: number;
}

/** Neighbouring float32 differ by this share: a smaller SD is the rounding of the values, not their variation. */
const CONSTANT_SHARE = 2 ** -23;

/** What became of some voxels, by their row. */
export interface RowGaps {
  constant: number[];
  missing: number[];
}

/** The SD that the rounding of float32 values of this size can make. */
export function roundingOf({ mean, sd }: Moments): number {
  return CONSTANT_SHARE * Math.hypot(mean, sd);
}

/** What a centred series is multiplied by; NaN, and the voxel listed, where its SD is not above the limit. */
export function factorOf(
  voxel: number,
  { sd }: Moments,
  { cleaner, gaps, limit }: { cleaner: Cleaner; gaps: RowGaps; limit: number },
): number {
  if (sd > limit) return cleaner.scale === "zscore" ? 1 / sd : 1;
  (Number.isNaN(sd) ? gaps.missing : gaps.constant).push(voxel);
  return Number.NaN;
}

/**
 * Mean and population SD of values[start … start + n − 1], in one pass about the first of them, which keeps the digits of a small SD
 * beside a large mean; NaN where a value is not finite.
 */
export function momentsOf(values: Float32Array | Float64Array, start: number, n: number): Moments {
  const origin = values[start];
  const end = start + n;
  // Four sums at a time: each addition would wait for the one before it otherwise.
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let q0 = 0;
  let q1 = 0;
  let q2 = 0;
  let q3 = 0;
  let t = start;
  for (; t + 3 < end; t += 4) {
    const d0 = values[t] - origin;
    const d1 = values[t + 1] - origin;
    const d2 = values[t + 2] - origin;
    const d3 = values[t + 3] - origin;
    s0 += d0;
    q0 += d0 * d0;
    s1 += d1;
    q1 += d1 * d1;
    s2 += d2;
    q2 += d2 * d2;
    s3 += d3;
    q3 += d3 * d3;
  }
  for (; t < end; t++) {
    const d = values[t] - origin;
    s0 += d;
    q0 += d * d;
  }
  return momentsAbout(origin, { n, sum: s0 + s1 + (s2 + s3), squares: q0 + q1 + (q2 + q3) });
}

/** From Σ d and Σ d² of the differences to an origin. */
export function momentsAbout(
  origin: number,
  { n, sum, squares }: { n: number; sum: number; squares: number },
): Moments {
  const shift = sum / n;
  const sd = Math.sqrt(Math.max(0, squares / n - shift * shift));
  // An infinity makes the sums infinite or NaN.
  return Number.isFinite(sd) ? { mean: origin + shift, sd } : { mean: Number.NaN, sd: Number.NaN };
}
