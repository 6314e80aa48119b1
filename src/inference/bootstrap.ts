import { random } from "../tensor";
import { latestDraws } from "./latest-draws";

const resamples = latestDraws<Int32Array>();

/** A percentile interval over subjects (`bootstrapInterval`). */
export interface BootstrapInterval {
  low: number;
  high: number;
  /** Subjects with a value; the others are NaN and left out. */
  nSubjects: number;
  nResamples: number;
  seed: number;
}

/**
 * Percentile bootstrap interval of a statistic over subjects: the (1 − level)/2 and (1 + level)/2 quantiles of the
 * statistic over resamples of the subjects with replacement, linearly interpolated (numpy.quantile's default).
 *
 * `values`: one for each subject; NaN is left out and counted. NaN bounds with fewer than two, since one tells nothing of others.
 * Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.
 */
export function bootstrapInterval(
  values: ArrayLike<number>,
  statistic: (sample: Float64Array) => number,
  options: { nResamples: number; level: number; seed: number },
): BootstrapInterval {
  const { nResamples, level, seed } = options;
  if (!Number.isInteger(nResamples) || nResamples < 1 || !(level > 0 && level < 1)) {
    throw new Error(
      `bootstrapInterval: invalid options: nResamples ${nResamples}, level ${level}; expected a positive integer and a level between 0 and 1. 10,000 and 0.95 are usual.`,
    );
  }
  const present = Float64Array.from(values).filter((value) => !Number.isNaN(value));
  const nSubjects = present.length;
  if (nSubjects < 2) return { low: Number.NaN, high: Number.NaN, nSubjects, nResamples, seed };
  const drawn = resamples(`${nSubjects} ${nResamples} ${seed}`, () => {
    const draw = random(seed);
    return Int32Array.from({ length: nResamples * nSubjects }, () => draw.integer(nSubjects));
  });
  const sample = new Float64Array(nSubjects);
  const statistics = new Float64Array(nResamples);
  for (let i = 0; i < nResamples; i++) {
    for (let s = 0; s < nSubjects; s++) sample[s] = present[drawn[i * nSubjects + s]];
    statistics[i] = statistic(sample);
  }
  statistics.sort();
  const low = quantile(statistics, (1 - level) / 2);
  const high = quantile(statistics, (1 + level) / 2);
  return { low, high, nSubjects, nResamples, seed };
}

function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
