import { bootstrapInterval, fisherMean, signFlip } from "../inference";
import { column, type Matrix } from "../tensor";

/** How many bootstrap resamples and sign-flips of subjects an effect gets (`groupEffect`), and the seed of both. */
export interface GroupOptions {
  nBootstraps: number;
  nSignFlips: number;
  seed: number;
}

/** What is claimed of an effect: that it is above its null, below it, or differs from it; and whether it is averaged through Fisher's z. */
export interface EffectKind {
  tail: "greater" | "less" | "two-sided";
  scale: "plain" | "correlation";
}

/** An effect over subjects, in the columns that all tables of findings share. */
export interface GroupEffect {
  effect: number;
  low: number;
  high: number;
  null_mean: number;
  p: number;
  p_subjects: number;
  n_subjects: number;
}

/**
 * One effect over subjects as random effects, against a null that is drawn for all of them at once.
 *
 * - `effect`: mean over subjects (correlations through Fisher's z); `low`, `high`: 95 % percentile bootstrap over subjects,
 *   NaN for a single subject, who tells nothing of others.
 * - `p`: the effect among the draws' means over subjects, (1 + #{null ≥ effect}) / (1 + nDraws); two-sided twice the smaller tail. Draws must be
 *   paired over subjects (the same phases, shifts or orders), since subjects saw one stimulus. A draw without a value (NaN) counts
 *   as one that reaches the effect. NaN without a null.
 * - `p_subjects`: sign-flips of each subject's difference to the mean of its own draws (to 0 without a null); it generalises to subjects, not
 *   to stimuli.
 *
 * `values`: one a subject, NaN is left out; `nullValues` [nDraws × nSubjects]. Throws when their numbers of subjects differ.
 */
export function groupEffect(
  values: ArrayLike<number>,
  nullValues: Matrix | "none",
  { tail, scale }: EffectKind,
  { nBootstraps, nSignFlips, seed }: GroupOptions,
): GroupEffect {
  if (nullValues !== "none" && nullValues.shape[1] !== values.length) {
    throw new Error(
      `groupEffect: mismatched null: of ${nullValues.shape[1]} subjects; expected ${values.length}. Draw for the same subjects.`,
    );
  }
  const present = Array.from({ length: values.length }, (_, s) => s).filter((s) => !Number.isNaN(values[s]));
  const mean = scale === "correlation" ? fisherMean : plainMean;
  const own = Float64Array.from(present, (s) => values[s]);
  const effect = mean(own);
  const interval = bootstrapInterval(own, mean, { nResamples: nBootstraps, level: 0.95, seed });
  const ofSubjects = nullValues === "none" ? [] : present.map((s) => column(nullValues, s));
  const draws = drawMeans(ofSubjects, mean);
  const z = (value: number) => (scale === "correlation" ? Math.atanh(value) : value);
  const differences = present.map((s, i) => {
    const centre = nullValues === "none" ? 0 : mean(ofSubjects[i].filter((v) => !Number.isNaN(v)));
    return z(values[s]) - z(centre);
  });
  const flip = (sign: 1 | -1) =>
    signFlip(
      differences.map((value) => sign * value),
      { nFlips: nSignFlips, seed },
    ).p;
  return {
    effect,
    low: interval.low,
    high: interval.high,
    null_mean: plainMean(draws.filter((value) => !Number.isNaN(value))),
    p: nullValues === "none" || own.length === 0 ? Number.NaN : shareReached(effect, draws, tail),
    p_subjects: oneOrTwoTails(
      tail,
      () => flip(1),
      () => flip(-1),
    ),
    n_subjects: own.length,
  };
}

/** The mean over subjects of what they have in each draw; NaN where one of them has nothing. */
export function drawMeans(
  subjects: readonly Float64Array[],
  mean: (values: Float64Array) => number,
): Float64Array {
  return Float64Array.from({ length: subjects[0]?.length ?? 0 }, (_, d) => {
    const here = Float64Array.from(subjects, (draws) => draws[d]);
    return here.some(Number.isNaN) ? Number.NaN : mean(here);
  });
}

/** The share of draws that reach the effect; one without a value is taken to reach it. */
function shareReached(effect: number, draws: Float64Array, tail: EffectKind["tail"]): number {
  const share = (reaches: (value: number) => boolean) =>
    (1 + draws.filter((value) => Number.isNaN(value) || reaches(value)).length) / (1 + draws.length);
  return oneOrTwoTails(
    tail,
    () => share((value) => value >= effect),
    () => share((value) => value <= effect),
  );
}

function oneOrTwoTails(tail: EffectKind["tail"], above: () => number, below: () => number): number {
  if (tail === "greater") return above();
  return tail === "less" ? below() : Math.min(1, 2 * Math.min(above(), below()));
}

export function plainMean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
