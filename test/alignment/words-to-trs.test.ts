import assert from "node:assert/strict";
import { test } from "node:test";
import { averageByTr, zscoreRows } from "../../src/alignment";
import { column, fromRows, matrix } from "../../src/tensor";

test("averageByTr averages the words of a TR and leaves TRs without words NaN", () => {
  const words = fromRows([
    [1, 10],
    [3, 30],
    [5, 50],
  ]);
  const { courses, trsWithWords } = averageByTr(words, [0, 0, 2], 4);
  assert.deepEqual(Array.from(courses.data), [2, 20, Number.NaN, Number.NaN, 5, 50, Number.NaN, Number.NaN]);
  assert.deepEqual(Array.from(trsWithWords), [0, 2]);
});

test("averageByTr accepts words in any order and passes NaN on to its TR and column", () => {
  const words = fromRows([
    [5, 5],
    [1, Number.NaN],
  ]);
  assert.deepEqual(Array.from(averageByTr(words, [1, 0], 2).courses.data), [1, Number.NaN, 5, 5]);
});

test("averageByTr refuses words outside the scan", () => {
  const words = fromRows([[1], [2]]);
  assert.throws(() => averageByTr(words, [0, 4], 4), {
    message:
      "averageByTr: invalid TR of word 1: 4; expected an integer from 0 to 3. Leave out words that fall outside the scan.",
  });
  assert.throws(() => averageByTr(words, [0], 4), {
    message:
      "averageByTr: mismatched length of trOfWord: 1; expected 2, the rows of words. Give each word one TR.",
  });
});

test("zscoreRows has mean 0 and population SD 1 on its rows, and 0 elsewhere", () => {
  const m = fromRows([[1], [100], [3], [5]]);
  const { scored } = zscoreRows(m, { estimatedOn: [0, 2, 3], appliedTo: [0, 2, 3] });
  const sd = Math.sqrt(8 / 3);
  assert.deepEqual(Array.from(scored.data), [-2 / sd, 0, 0, 2 / sd]);
});

test("zscoreRows applies the mean and SD of some rows to others", () => {
  const m = fromRows([[-1], [1], [7]]);
  const { scored } = zscoreRows(m, { estimatedOn: [0, 1], appliedTo: [0, 1, 2] });
  assert.deepEqual(Array.from(scored.data), [-1, 1, 7]);
});

test("zscoreRows ignores what stands in rows it was not given", () => {
  const m = fromRows([[1], [Number.NaN], [3]]);
  const { scored, missingColumns } = zscoreRows(m, { estimatedOn: [0, 2], appliedTo: [0, 2] });
  assert.deepEqual(Array.from(scored.data), [-1, 0, 1]);
  assert.deepEqual(missingColumns, []);
});

test("zscoreRows lists constant and missing columns and makes them NaN", () => {
  const m = fromRows([
    [0.1 + 0.2, 1, Number.NaN, 0],
    [0.3, 2, 1, 0],
  ]);
  const rows = { estimatedOn: [0, 1], appliedTo: [0, 1] };
  const { scored, constantColumns, missingColumns } = zscoreRows(m, rows);
  assert.deepEqual(constantColumns, [0, 3]);
  assert.deepEqual(missingColumns, [2]);
  for (const j of [0, 2, 3]) assert.ok(column(scored, j).every(Number.isNaN));
  assert.deepEqual(Array.from(column(scored, 1)), [-1, 1]);
});

test("zscoreRows takes float32 as it is and needs rows", () => {
  const m = matrix(Float32Array.of(1, 3), [2, 1]);
  const { scored } = zscoreRows(m, { estimatedOn: [0, 1], appliedTo: [0, 1] });
  assert.deepEqual(Array.from(scored.data), [-1, 1]);
  assert.throws(() => zscoreRows(m, { estimatedOn: [], appliedTo: [0] }), {
    message:
      "zscoreRows: missing rows: estimatedOn is empty; expected the rows that mean and SD come from. Pass the TRs with words, or all TRs.",
  });
});
