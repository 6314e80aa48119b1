import assert from "node:assert/strict";
import { test } from "node:test";
import { correlationScore, r2Score } from "../../src/encoding";
import { fromRows } from "../../src/tensor";

const y = fromRows([
  [1, 1, 5, 1, 1e9 + 1],
  [2, 2, 5, Number.NaN, 1e9],
  [3, 3, 5, 3, 1e9 + 1],
]);

test("correlationScore and r2Score hold on a hand-sized example", () => {
  const predicted = fromRows([
    [2, 3, 1, 1, 1e9 + 1],
    [4, 2, 2, 2, 1e9],
    [6, 1, 3, 3, 1e9 + 1],
  ]);
  const r = correlationScore(y, predicted);
  assert.ok(Math.abs(r[0] - 1) < 1e-15);
  assert.ok(Math.abs(r[1] + 1) < 1e-15);
  // SSE 1 + 4 + 9 = 14 and 4 + 0 + 4 = 8 against SST 2.
  assert.deepEqual(Array.from(r2Score(y, predicted).subarray(0, 2)), [-6, -3]);
});

test("targets without variance, with NaN or with a mean that drowns the variance score NaN", () => {
  const r = correlationScore(y, y);
  const r2 = r2Score(y, y);
  for (const j of [2, 3, 4]) {
    assert.ok(Number.isNaN(r[j]));
    assert.ok(Number.isNaN(r2[j]));
  }
  assert.deepEqual([r2[0], r2[1]], [1, 1]);
});

test("a constant prediction has no correlation but an R²", () => {
  const constant = fromRows([[2], [2], [2]]);
  assert.ok(Number.isNaN(correlationScore(fromRows([[1], [2], [3]]), constant)[0]));
  assert.equal(r2Score(fromRows([[1], [2], [3]]), constant)[0], 0);
});

test("scores refuse shapes that differ", () => {
  assert.throws(() => r2Score(y, fromRows([[1]])), {
    message:
      "r2Score: mismatched shapes: y [3 × 5], predicted [1 × 1]; expected the same. Predict the TRs and targets of y.",
  });
});
