import assert from "node:assert/strict";
import { test } from "node:test";
import { spinFalsePositives, surrogateFalsePositives } from "./false-positives";

test("false positives of the spin test on 1,000 smooth random maps are 5 % within the binomial interval", async () => {
  const { n, nFalse, low, high } = await spinFalsePositives(1000, 999);
  console.log(`spin test: ${nFalse} of ${n} at p ≤ 0.05; ${low} to ${high} expected`);
  assert.ok(n >= 980 && nFalse >= low && nFalse <= high);
});

test("false positives of surrogates on 1,000 smooth random maps are 5 % within the binomial interval", async () => {
  const { n, nFalse, low, high } = await surrogateFalsePositives(1000, 499);
  console.log(`surrogates: ${nFalse} of ${n} at p ≤ 0.05; ${low} to ${high} expected`);
  assert.ok(n >= 980 && nFalse >= low && nFalse <= high);
});
