import { type Matrix, row, zeros } from "../tensor";

/** Values of words brought onto the scanner's TRs by `averageByTr`. */
export interface AverageByTr {
  /** [nTrs × nColumns], float64: the mean over the words of each TR, NaN in TRs without words. */
  courses: Matrix<Float64Array>;
  /** The TRs that have words, ascending. */
  trsWithWords: Int32Array;
}

/**
 * Averages the rows of words that fall into the same TR: courses[t] = mean of words[w] over the w with trOfWord[w]
 * = t.
 *
 * `words` [nWords × nColumns]; `trOfWord` gives the TR of each row. A NaN is passed on to its TR and column. Throws
 * when the lengths differ or when a TR lies outside 0 … nTrs − 1.
 */
export function averageByTr(words: Matrix, trOfWord: ArrayLike<number>, nTrs: number): AverageByTr {
  const [nWords, nColumns] = words.shape;
  if (trOfWord.length !== nWords) {
    throw new Error(
      `averageByTr: mismatched length of trOfWord: ${trOfWord.length}; expected ${nWords}, the rows of words. Give each word one TR.`,
    );
  }
  const courses = zeros([nTrs, nColumns]);
  const counts = new Int32Array(nTrs);
  for (let w = 0; w < nWords; w++) {
    const tr = trOfWord[w];
    if (!Number.isInteger(tr) || tr < 0 || tr >= nTrs) {
      throw new Error(
        `averageByTr: invalid TR of word ${w}: ${tr}; expected an integer from 0 to ${nTrs - 1}. Leave out words that fall outside the scan.`,
      );
    }
    counts[tr]++;
    const sums = row(courses, tr);
    const values = row(words, w);
    for (let j = 0; j < nColumns; j++) sums[j] += values[j];
  }
  for (let t = 0; t < nTrs; t++) {
    const sums = row(courses, t);
    // 0 / 0 is the NaN of a TR without words.
    for (let j = 0; j < nColumns; j++) sums[j] /= counts[t];
  }
  return { courses, trsWithWords: Int32Array.from(counts.keys()).filter((t) => counts[t] > 0) };
}
