import { random } from "../tensor";
import { latestDraws } from "./latest-draws";

const flips = latestDraws<Int8Array>();

/** A sign-flipping test of a mean over subjects (`signFlip`); NaN where no subject has a value. */
export interface SignFlip {
  /** One-sided: small when the mean is above 0. */
  p: number;
  /** Subjects with a value; the others are NaN and left out. */
  nSubjects: number;
  nFlips: number;
  seed: number;
}

/**
 * Tests whether a mean over subjects is above 0 by flipping the signs of subjects at random:
 *   p = (1 + #{mean of flipped ≥ mean}) / (1 + nFlips).
 *
 * `values`: one for each subject, symmetric about 0 under the null hypothesis (atanh r, not r). It generalises over
 * subjects only, not over stimuli. NaN is left out and counted; p is NaN when nothing is left. The same seed flips
 * the same subjects in every call, so that regions stay comparable. Source: Nichols & Holmes (2002),
 * doi:10.1002/hbm.1058.
 */
export function signFlip(values: ArrayLike<number>, options: { nFlips: number; seed: number }): SignFlip {
  const { nFlips, seed } = options;
  if (!Number.isInteger(nFlips) || nFlips < 1) {
    throw new Error(`signFlip: invalid nFlips: ${nFlips}; expected a positive integer. 10,000 are usual.`);
  }
  let observed = 0;
  let nSubjects = 0;
  for (let s = 0; s < values.length; s++) {
    if (Number.isNaN(values[s])) continue;
    observed += values[s];
    nSubjects++;
  }
  if (nSubjects === 0) return { p: Number.NaN, nSubjects, nFlips, seed };
  // Drawn for missing subjects too: the others keep their flips.
  const signs = flips(`${values.length} ${nFlips} ${seed}`, () => {
    const draw = random(seed);
    return Int8Array.from({ length: nFlips * values.length }, () => (draw.integer(2) === 0 ? 1 : -1));
  });
  let count = 1;
  for (let i = 0; i < nFlips; i++) {
    let sum = 0;
    for (let s = 0; s < values.length; s++) {
      if (!Number.isNaN(values[s])) sum += signs[i * values.length + s] * values[s];
    }
    if (sum >= observed) count++;
  }
  return { p: count / (1 + nFlips), nSubjects, nFlips, seed };
}
