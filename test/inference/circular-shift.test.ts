import assert from "node:assert/strict";
import { test } from "node:test";
import { circularShifts, permutationP, rollKernel, rollRows, shiftNull } from "../../src/inference";
import { fromRows, linearAlgebra, matrix, random, zeros } from "../../src/tensor";

test("circularShifts lists every shift that is long enough both ways", () => {
  assert.deepEqual(circularShifts({ nTrs: 7, minShiftTrs: 2 }), [2, 3, 4, 5]);
  const shifts = circularShifts({ nTrs: 362, minShiftTrs: 10 });
  assert.equal(shifts.length, 343);
  assert.deepEqual([shifts[0], shifts[342]], [10, 352]);
  assert.throws(() => circularShifts({ nTrs: 19, minShiftTrs: 10 }), {
    message:
      "circularShifts: invalid minShiftTrs: 10 of 19 TRs; expected a positive integer up to half of them. Ask for shorter shifts or use a longer run.",
  });
  assert.throws(() => circularShifts({ nTrs: 19, minShiftTrs: 0 }), /invalid minShiftTrs: 0/);
});

test("rollRows moves rows down and around, as numpy.roll does", () => {
  const m = fromRows([[1], [2], [3], [4]]);
  assert.deepEqual(Array.from(rollRows(m, 1).data), [4, 1, 2, 3]);
  assert.deepEqual(Array.from(rollRows(m, -1).data), [2, 3, 4, 1]);
  assert.deepEqual(rollRows(m, 4), m);
});

test("rollKernel is the kernel of rolled features", () => {
  const draw = random(1);
  const X = matrix(
    Float64Array.from({ length: 30 }, () => draw.normal()),
    [10, 3],
  );
  const { multiply } = linearAlgebra();
  const rolled = rollRows(X, 3);
  const expected = multiply(rolled, rolled, { transposeB: true });
  const got = rollKernel(multiply(X, X, { transposeB: true }), 3);
  expected.data.forEach((value, i) => {
    assert.ok(Math.abs(value - got.data[i]) < 1e-14);
  });
  assert.throws(() => rollKernel(zeros([3, 2]), 1), /expected a square one/);
});

test("permutationP counts the observed value itself, and ties", () => {
  const nullValues = fromRows([
    [1, 0, Number.NaN],
    [2, 0, 0],
    [3, 0, 0],
  ]);
  assert.deepEqual(Array.from(permutationP([2, 5, 1], nullValues)), [3 / 4, 1 / 4, Number.NaN]);
  assert.deepEqual(Array.from(permutationP([Number.NaN, 0, 1], nullValues)), [Number.NaN, 1, Number.NaN]);
  assert.throws(() => permutationP([1], nullValues), {
    message:
      "permutationP: mismatched length of observed: 1; expected 3, the columns of the null. Use the statistic that made the null.",
  });
});

test("shiftNull gathers one row a shift, tells progress and serves the event loop", async () => {
  const seen: string[] = [];
  setImmediate(() => seen.push("event"));
  const statistic = (shift: number) => {
    seen.push(`shift ${shift}`);
    return Float64Array.of(shift, -shift);
  };
  const onProgress = (done: number, total: number) => seen.push(`${done}/${total}`);
  const nullValues = await shiftNull([2, 5], statistic, { onProgress });
  assert.deepEqual(
    nullValues,
    fromRows([
      [2, -2],
      [5, -5],
    ]),
  );
  assert.deepEqual(seen, ["shift 2", "1/2", "event", "shift 5", "2/2"]);
});

test("shiftNull stops when the signal asks for it", async () => {
  const controller = new AbortController();
  let nCalls = 0;
  const statistic = () => {
    if (++nCalls === 2) controller.abort();
    return Float64Array.of(0);
  };
  await assert.rejects(shiftNull([1, 2, 3, 4], statistic, { signal: controller.signal }), {
    name: "AbortError",
  });
  assert.equal(nCalls, 2);
});

test("circular shifts keep 5 % false positives on autocorrelated noise, shuffling of TRs does not", async () => {
  const [nTrs, nSimulations] = [200, 300];
  const draw = random(3);
  const shifts = circularShifts({ nTrs, minShiftTrs: 10 });
  let [nByShift, nByShuffle] = [0, 0];
  for (let i = 0; i < nSimulations; i++) {
    const x = autocorrelated(draw, nTrs);
    const y = autocorrelated(draw, nTrs);
    const observed = [dot(x.data, y.data)];
    const byShift = await shiftNull(shifts, (shift) => Float64Array.of(dot(rollRows(x, shift).data, y.data)));
    const byShuffle = zeros([shifts.length, 1]);
    for (let k = 0; k < shifts.length; k++) byShuffle.data[k] = dot(draw.shuffle(x.data.slice()), y.data);
    if (permutationP(observed, byShift)[0] <= 0.05) nByShift++;
    if (permutationP(observed, byShuffle)[0] <= 0.05) nByShuffle++;
  }
  // Three binomial standard errors at 5 % of 300: 15 ± 11.3. Shuffling calls several times as many.
  assert.ok(Math.abs(nByShift - 15) <= 11, `${nByShift} by shift`);
  assert.ok(nByShuffle > 45, `${nByShuffle} by shuffling`);
});

/** AR(0.9) noise of mean 0 as one column. */
function autocorrelated(draw: ReturnType<typeof random>, nTrs: number) {
  const series = new Float64Array(nTrs);
  let value = draw.normal() / Math.sqrt(1 - 0.9 ** 2);
  for (let t = 0; t < nTrs; t++) {
    series[t] = value;
    value = 0.9 * value + draw.normal();
  }
  const mean = series.reduce((sum, each) => sum + each, 0) / nTrs;
  return matrix(
    series.map((each) => each - mean),
    [nTrs, 1],
  );
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
