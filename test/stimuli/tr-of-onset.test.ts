import assert from "node:assert/strict";
import { test } from "node:test";
import { trOfOnset } from "../../src/stimuli";

const word = (text: string, onsetSec: number) => ({ text, onsetSec, offsetSec: onsetSec + 0.1 });
const scan = { trSec: 2, startSec: 20, nTrs: 3 };

test("trOfOnset gives the TR whose two seconds hold the onset; a TR begins with its first instant", () => {
  const words = [word("a", 20), word("b", 21.99), word("c", 22), word("d", 25.999)];
  assert.deepEqual(trOfOnset(words, scan), Int32Array.of(0, 0, 1, 2));
});

test("trOfOnset names a word before or after the scan", () => {
  assert.throws(() => trOfOnset([word("a", 20), word("early", 19.9)], scan), {
    message:
      'trOfOnset: invalid onset of word 1 "early": 19.9 s, which is TR -1; expected TR 0 to 2 (20 to 26 s). Check startSec and trSec, or leave the word out.',
  });
  assert.throws(() => trOfOnset([word("late", 26)], scan), /word 0 "late": 26 s, which is TR 3/);
  assert.throws(() => trOfOnset([word("never", Number.NaN)], scan), /word 0 "never": NaN s/);
});

test("trOfOnset refuses a TR of no length", () => {
  assert.throws(() => trOfOnset([], { ...scan, trSec: 0 }), {
    message:
      "trOfOnset: invalid trSec: 0; expected a positive number of seconds. Pass the repetition time of the scan.",
  });
});
