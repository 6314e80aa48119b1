import assert from "node:assert/strict";
import { test } from "node:test";
import { correlateColumns, fromRows } from "../../src/tensor";

test("correlateColumns gives r of every pair, whatever mean and scale", () => {
  const a = fromRows([
    [1, 3],
    [2, 2],
    [3, 1],
  ]);
  const b = fromRows([
    [10, 0, 0],
    [20, 1, 0],
    [30, 0, 0],
  ]);
  const r = correlateColumns(a, b);
  assert.deepEqual(r.shape, [2, 3]);
  [1, 0, Number.NaN, -1, 0, Number.NaN].forEach((expected, i) => {
    if (Number.isNaN(expected)) assert.ok(Number.isNaN(r.data[i]), "a constant column has no r");
    else assert.ok(Math.abs(r.data[i] - expected) < 1e-12);
  });
});

test("correlateColumns lets a NaN reach its own pairs alone", () => {
  const r = correlateColumns(
    fromRows([
      [1, Number.NaN],
      [2, 0],
      [4, 1],
    ]),
    fromRows([[2], [4], [8]]),
  );
  assert.ok(Math.abs(r.data[0] - 1) < 1e-12);
  assert.ok(Number.isNaN(r.data[1]));
});

test("correlateColumns refuses columns of different length", () => {
  assert.throws(
    () => correlateColumns(fromRows([[1]]), fromRows([[1], [2]])),
    /correlateColumns: mismatched rows: 1 and 2/,
  );
});
