import assert from "node:assert/strict";
import { test } from "node:test";
import { residualShifts } from "../../src/inference";
import { concatColumns, linearAlgebra, type Matrix, matrix, random } from "../../src/tensor";

function noise(nTrs: number, nColumns: number, seed: number): Matrix<Float64Array> {
  const numbers = random(seed);
  return matrix(
    Float64Array.from({ length: nTrs * nColumns }, () => numbers.normal()),
    [nTrs, nColumns],
  );
}

const largest = (values: ArrayLike<number>) => Math.max(...Array.from(values, Math.abs));

test("residualShifts moves what the baseline does not explain and leaves the rest where it is", () => {
  const [features, baseline] = [noise(60, 3, 1), noise(60, 4, 2)];
  const shift = residualShifts(features, baseline);
  const still = shift(0);
  assert.ok(largest(still.data.map((value, at) => value - features.data[at])) < 1e-12);
  // What moves is orthogonal to the baseline before it moves: projected on it, features and fitted part are one.
  const { multiply, solvePositiveDefinite } = linearAlgebra();
  const gram = multiply(baseline, baseline, { transposeA: true });
  const weights = solvePositiveDefinite(gram, multiply(baseline, features, { transposeA: true }));
  const fitted = multiply(baseline, weights);
  const moved = shift(7);
  for (let t = 0; t < 60; t++) {
    for (let j = 0; j < 3; j++) {
      const from = ((t - 7 + 60) % 60) * 3 + j;
      const expected = fitted.data[t * 3 + j] + features.data[from] - fitted.data[from];
      assert.ok(Math.abs(moved.data[t * 3 + j] - expected) < 1e-10);
    }
  }
});

test("regressors of the baseline that repeat each other change nothing", () => {
  const [features, baseline] = [noise(60, 3, 1), noise(60, 4, 2)];
  const once = residualShifts(features, baseline)(11);
  const twice = residualShifts(features, concatColumns([baseline, baseline]))(11);
  assert.ok(largest(once.data.map((value, at) => value - twice.data[at])) < 1e-10);
});
