import { random } from "../tensor";
import type { VoxelBox } from "./voxel-box";

/** Pairs of voxels sorted by their distance, at which variograms are taken. */
export interface VariogramPairs {
  /** The mean distance of each bin's pairs. */
  readonly distancesMm: Float64Array;
  /** First and second voxel of each pair, bin after bin: [nBins][2 · nPairs]. */
  readonly bins: readonly Int32Array[];
}

const N_BINS = 20;
const PAIRS_A_BIN = 400;
const TRIES_A_PAIR = 50;
const PAIRS_FOR_QUANTILE = 4000;
/** Variograms are matched up to this quantile of all distances, as Burt et al. do: beyond it they say little of smoothness. */
const LARGEST_LAG_QUANTILE = 0.25;

/**
 * Draws pairs of a structure's voxels, as many at short distances as at long ones: up to 20 bins of equal width from the voxel's size to
 * the lower quartile of all distances, up to 400 pairs each. Bins that find no pairs are left out.
 */
export function drawPairs(box: VoxelBox, seed: number): VariogramPairs {
  const draw = random(seed);
  const [nx, ny, nz] = box.shape;
  const nVoxels = box.places.length;
  const indices = (voxel: number) => {
    const place = box.places[voxel];
    return [place % nx, Math.floor(place / nx) % ny, Math.floor(place / (nx * ny))];
  };
  const distance = (a: number, b: number) => {
    const [from, to] = [indices(a), indices(b)];
    return Math.hypot(...box.voxelSizeMm.map((size, axis) => size * (to[axis] - from[axis])));
  };
  const sample = Float64Array.from({ length: PAIRS_FOR_QUANTILE }, () =>
    distance(draw.integer(nVoxels), draw.integer(nVoxels)),
  ).sort();
  const shortest = Math.min(...box.voxelSizeMm);
  const longest = Math.max(2 * shortest, sample[Math.floor(LARGEST_LAG_QUANTILE * sample.length)]);
  const width = (longest - shortest) / N_BINS;

  const distancesMm: number[] = [];
  const bins: Int32Array[] = [];
  for (let bin = 0; bin < N_BINS; bin++) {
    const [low, high] = [shortest + bin * width, shortest + (bin + 1) * width];
    const pairs: number[] = [];
    let sum = 0;
    for (let tries = 0; tries < TRIES_A_PAIR * PAIRS_A_BIN && pairs.length < 2 * PAIRS_A_BIN; tries++) {
      const from = draw.integer(nVoxels);
      const direction = [draw.normal(), draw.normal(), draw.normal()];
      const length = (low + width * draw.uniform()) / Math.hypot(...direction);
      const [i, j, k] = indices(from).map((index, axis) =>
        Math.round(index + (direction[axis] * length) / box.voxelSizeMm[axis]),
      );
      if (i < 0 || j < 0 || k < 0 || i >= nx || j >= ny || k >= nz) continue;
      const to = box.voxelAt[i + nx * (j + ny * k)];
      if (to < 0 || to === from) continue;
      const between = distance(from, to);
      if (between < low || between >= high) continue;
      pairs.push(from, to);
      sum += between;
    }
    if (pairs.length === 0) continue;
    bins.push(Int32Array.from(pairs));
    distancesMm.push((2 * sum) / pairs.length);
  }
  return { distancesMm: Float64Array.from(distancesMm), bins };
}

/**
 * The variogram of values at voxels: γ(h) = ½ mean (x_i − x_j)² over the pairs of each bin. A pair with a NaN is left out; a bin without
 * pairs is NaN.
 */
export function variogram(values: ArrayLike<number>, { bins }: VariogramPairs): Float64Array {
  return Float64Array.from(bins, (pairs) => {
    let sum = 0;
    let n = 0;
    for (let k = 0; k < pairs.length; k += 2) {
      const difference = values[pairs[k]] - values[pairs[k + 1]];
      if (Number.isNaN(difference)) continue;
      sum += difference * difference;
      n++;
    }
    return sum / (2 * n);
  });
}

/** How much white and how much smooth noise have a variogram like the target's. */
export interface VariogramFit {
  /** Variance of white noise. */
  white: number;
  /** Variance of the smooth noise. */
  smooth: number;
  squaredError: number;
}

/**
 * Least squares of target ≈ white + smooth · source over the bins that both have, neither being negative.
 * Source: Burt et al. (2020), NeuroImage 220, 117038, doi:10.1016/j.neuroimage.2020.117038, equation of the linear fit.
 */
export function fitVariogram(target: Float64Array, source: Float64Array): VariogramFit {
  let [n, sumT, sumS, sumTS, sumSS, sumTT] = [0, 0, 0, 0, 0, 0];
  for (let b = 0; b < target.length; b++) {
    const [t, s] = [target[b], source[b]];
    if (Number.isNaN(t) || Number.isNaN(s)) continue;
    n++;
    sumT += t;
    sumS += s;
    sumTS += t * s;
    sumSS += s * s;
    sumTT += t * t;
  }
  const errorOf = (white: number, smooth: number) => ({
    white,
    smooth,
    squaredError:
      sumTT +
      n * white * white +
      smooth * smooth * sumSS -
      2 * white * sumT -
      2 * smooth * sumTS +
      2 * white * smooth * sumS,
  });
  const spread = n * sumSS - sumS * sumS;
  const slope = spread > 0 ? (n * sumTS - sumS * sumT) / spread : 0;
  const intercept = (sumT - slope * sumS) / n;
  if (slope >= 0 && intercept >= 0) return errorOf(intercept, slope);
  const candidates = [
    errorOf(Math.max(0, sumT / n), 0),
    errorOf(0, sumSS > 0 ? Math.max(0, sumTS / sumSS) : 0),
  ];
  return candidates[0].squaredError <= candidates[1].squaredError ? candidates[0] : candidates[1];
}
