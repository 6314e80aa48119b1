/** The words first … last (both included) that a model reads when the last of them is the current word. */
export interface WordWindow {
  first: number;
  last: number;
}

/**
 * For each word the window it ends: word i with the nWords − 1 words before it, fewer at the start.
 * Window i is { first: max(0, i − nWords + 1), last: i }. Throws when nWords is not a positive integer.
 */
export function wordWindows(words: readonly unknown[], options: { nWords: number }): WordWindow[] {
  const { nWords } = options;
  if (!Number.isInteger(nWords) || nWords < 1) {
    throw new Error(
      `wordWindows: invalid nWords: ${nWords}; expected a positive integer. Pass how many words the model reads at once.`,
    );
  }
  return words.map((_, last) => ({ first: Math.max(0, last - nWords + 1), last }));
}
