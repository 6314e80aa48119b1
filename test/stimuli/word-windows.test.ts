import assert from "node:assert/strict";
import { test } from "node:test";
import { wordWindows } from "../../src/stimuli";

test("wordWindows ends a window at every word and starts it at most nWords before", () => {
  assert.deepEqual(wordWindows(["a", "b", "c", "d"], { nWords: 3 }), [
    { first: 0, last: 0 },
    { first: 0, last: 1 },
    { first: 0, last: 2 },
    { first: 1, last: 3 },
  ]);
});

test("wordWindows refuses a window that is no positive number of words", () => {
  for (const nWords of [0, 2.5, Number.NaN]) {
    assert.throws(() => wordWindows(["a"], { nWords }), {
      message: `wordWindows: invalid nWords: ${nWords}; expected a positive integer. Pass how many words the model reads at once.`,
    });
  }
});
