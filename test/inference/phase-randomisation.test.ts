import assert from "node:assert/strict";
import { test } from "node:test";
import { maximumStatistic, phaseRandomiser, randomisePhases } from "../../src/inference";
import { fromRows, linearAlgebra, type Matrix, matrix, random, zeros } from "../../src/tensor";

for (const nTrs of [7, 12]) {
  test(`randomised phases keep the power spectrum, the mean and covariances, for ${nTrs} TRs`, () => {
    const numbers = random(nTrs);
    const y = matrix(
      Float64Array.from({ length: nTrs * 3 }, () => numbers.normal()),
      [nTrs, 3],
    );
    const drawn = randomisePhases(y, random(1));
    for (let j = 0; j < 3; j++) {
      const after = power(drawn, j);
      power(y, j).forEach((value, f) => assert.ok(Math.abs(after[f] - value) < 1e-12));
    }
    const { multiply } = linearAlgebra();
    const [before, after] = [y, drawn].map((m) => Array.from(multiply(m, m, { transposeA: true }).data));
    for (const [i, value] of after.entries()) assert.ok(Math.abs(value - before[i]) < 1e-12);
    const sum = ({ data }: Matrix) => Array.from(data).reduce((total, value) => total + value, 0);
    assert.ok(Math.abs(sum(y) - sum(drawn)) < 1e-12);
    assert.ok(drawn.data.some((value, i) => Math.abs(value - y.data[i]) > 0.1));
  });
}

test("a phase randomiser is orthogonal, repeats with its seed and differs with another", () => {
  const C = phaseRandomiser(9, random(3));
  linearAlgebra()
    .multiply(C, C, { transposeA: true })
    .data.forEach((value, i) => assert.ok(Math.abs(value - (i % 10 === 0 ? 1 : 0)) < 1e-12));
  assert.deepEqual(phaseRandomiser(9, random(3)), C);
  assert.notDeepEqual(phaseRandomiser(9, random(4)), C);
});

test("the maximum statistic compares every value with the largest of each draw", () => {
  const nullValues = fromRows([
    [1, 5, 0],
    [2, 1, 0],
    [0, 3, 0],
  ]); // largest: 5, 2, 3
  const { p, nDraws, nValues } = maximumStatistic([6, 3, 1], nullValues);
  assert.deepEqual(Array.from(p), [1 / 4, 3 / 4, 4 / 4]);
  assert.deepEqual([nDraws, nValues], [3, 3]);
});

test("a value that is missing in any draw takes no part", () => {
  const nullValues = fromRows([
    [1, 9, 2],
    [2, Number.NaN, 1],
  ]);
  const { p, nValues } = maximumStatistic([3, 3, Number.NaN], nullValues);
  assert.deepEqual(Array.from(p), [1 / 3, Number.NaN, Number.NaN]);
  assert.equal(nValues, 1);
  assert.throws(() => maximumStatistic([1, 2], nullValues), {
    message:
      "maximumStatistic: mismatched length of observed: 2; expected 3, the columns of the null. Use the statistic that made the null.",
  });
});

test("the maximum statistic makes a false positive anywhere in 5 % of experiments, where uncorrected tests make one in most", () => {
  const numbers = random(8);
  const [nExperiments, nDraws, nValues] = [400, 99, 20];
  let [nCorrected, nUncorrected] = [0, 0];
  for (let experiment = 0; experiment < nExperiments; experiment++) {
    const draws = zeros([nDraws + 1, nValues]);
    for (let i = 0; i < draws.data.length; i++) draws.data[i] = numbers.normal();
    const nullValues = matrix(draws.data.subarray(nValues), [nDraws, nValues]);
    const { p } = maximumStatistic(draws.data.subarray(0, nValues), nullValues);
    if (p.some((value) => value <= 0.05)) nCorrected++;
    if (draws.data.subarray(0, nValues).some((value) => value > 1.645)) nUncorrected++;
  }
  // Binomial SD over 400 experiments at 5 %: 1.1 %.
  assert.ok(Math.abs(nCorrected / nExperiments - 0.05) < 0.035, `${nCorrected}`);
  assert.ok(nUncorrected / nExperiments > 0.5, `${nUncorrected}`);
});

/** |Σ_t y_t e^(−2πi f t / n)|² of column j. */
function power(m: Matrix, j: number): number[] {
  const [nTrs, nColumns] = m.shape;
  return Array.from({ length: nTrs }, (_, f) => {
    let [real, imaginary] = [0, 0];
    for (let t = 0; t < nTrs; t++) {
      real += m.data[t * nColumns + j] * Math.cos((2 * Math.PI * f * t) / nTrs);
      imaginary += m.data[t * nColumns + j] * Math.sin((2 * Math.PI * f * t) / nTrs);
    }
    return real ** 2 + imaginary ** 2;
  });
}
