import assert from "node:assert/strict";
import { test } from "node:test";
import { shuffleFalsePositives, spinFalsePositives, surrogateFalsePositives } from "./false-positives";

test("the spin test calls about 5 % of smooth random maps significant", async () => {
  const { n, nFalse, low, high } = await spinFalsePositives(200, 199);
  assert.ok(n >= 195 && nFalse >= low && nFalse <= high, `${nFalse} of ${n}; expected ${low} to ${high}`);
});

test("a naive permutation of vertices calls most smooth random maps significant", async () => {
  const { n, nFalse } = await shuffleFalsePositives(60, 199);
  assert.ok(n > 50 && nFalse > n / 2, `${nFalse} of ${n} beyond 97.5 % of the draws on either side`);
});

test("variogram-matched surrogates call about 5 % of smooth random maps significant", async () => {
  const { n, nFalse, low, high } = await surrogateFalsePositives(90, 99);
  assert.ok(n >= 85 && nFalse >= low && nFalse <= high, `${nFalse} of ${n}; expected ${low} to ${high}`);
});
