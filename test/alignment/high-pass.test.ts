import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { cosineDrift, highPass, highPassKernel, runRanges } from "../../src/alignment";
import { fromRows, linearAlgebra, type Matrix, matrix, random, zeros } from "../../src/tensor";

const fixture = JSON.parse(fs.readFileSync(path.join(__dirname, "../fixtures/alignment/hrf.json"), "utf8"));
const choices = { trSec: 2, cutoffSec: 128 };

test("highPass equals SPM's filter with the mean removed", () => {
  for (const { n, trSec, cutoffSec, order, input, outputConstantRemoved } of fixture.highPass) {
    assert.equal(cosineDrift({ nTrs: n, trSec, cutoffSec }).shape[1], order);
    const filtered = highPass(fromRows(input), runRanges([n]), { trSec, cutoffSec });
    // Values up to 10, orthonormal products over at most 300 rows.
    assertClose(filtered, fromRows(outputConstantRemoved), 1e-12);
  }
});

test("cosineDrift is orthonormal and never has more functions than TRs", () => {
  const basis = cosineDrift({ nTrs: 60, ...choices });
  const gram = linearAlgebra().multiply(basis, basis, { transposeA: true });
  assertClose(
    gram,
    fromRows([
      [1, 0],
      [0, 1],
    ]),
    1e-14,
  );
  assert.deepEqual(cosineDrift({ nTrs: 3, trSec: 2, cutoffSec: 1 }).shape, [3, 3]);
});

test("highPass treats every block by itself", () => {
  const m = randomMatrix(1, [100, 2]);
  const filtered = highPass(m, runRanges([40, 60]), choices);
  const second = highPass(matrix(m.data.subarray(80), [60, 2]), runRanges([60]), choices);
  assert.deepEqual(filtered.data.subarray(80), second.data);
  for (let i = 0; i < 80; i++) m.data[i] *= -7;
  assert.deepEqual(highPass(m, runRanges([40, 60]), choices).data.subarray(80), second.data);
});

test("highPass twice is highPass once", () => {
  const once = highPass(randomMatrix(2, [61, 3]), runRanges([61]), choices);
  assertClose(highPass(once, runRanges([61]), choices), once, 1e-13);
});

test("highPass keeps a NaN in its column and block, and leaves its argument alone", () => {
  const m = randomMatrix(3, [50, 3]);
  m.data[4 * 3 + 1] = Number.NaN;
  const before = m.data.slice();
  const filtered = highPass(m, runRanges([20, 30]), choices);
  filtered.data.forEach((value, i) => {
    assert.equal(Number.isNaN(value), i % 3 === 1 && i < 20 * 3);
  });
  assert.deepEqual(m.data, before);
});

test("highPassKernel is the kernel of high-passed features", () => {
  const { multiply } = linearAlgebra();
  const X = randomMatrix(4, [50, 7]);
  const filtered = highPass(X, runRanges([20, 30]), choices);
  const kernel = multiply(X, X, { transposeB: true });
  const expected = multiply(filtered, filtered, { transposeB: true });
  assertClose(highPassKernel(kernel, runRanges([20, 30]), choices), expected, 1e-12);
});

test("filters say what is wrong with their options", () => {
  assert.throws(() => cosineDrift({ nTrs: 10, trSec: 2, cutoffSec: 0 }), {
    message:
      "cosineDrift: invalid options: nTrs 10, trSec 2, cutoffSec 0; expected positive numbers. Pass the length of a run or block and SPM's cutoff of 128 s.",
  });
  assert.throws(() => highPass(zeros([10, 1]), runRanges([9]), choices), /highPass: mismatched ranges/);
  assert.throws(() => highPassKernel(zeros([10, 1]), runRanges([10]), choices), {
    message:
      "highPassKernel: invalid kernel: [10 × 1]; expected a square one. Pass X Xᵀ of features X [nTrs × nFeatures].",
  });
});

function randomMatrix(seed: number, shape: [number, number]): Matrix<Float64Array> {
  const draw = random(seed);
  return matrix(
    Float64Array.from({ length: shape[0] * shape[1] }, () => draw.normal()),
    shape,
  );
}

function assertClose(got: Matrix, expected: Matrix, tolerance: number): void {
  assert.deepEqual(got.shape, expected.shape);
  for (let i = 0; i < got.data.length; i++) {
    assert.ok(Math.abs(got.data[i] - expected.data[i]) <= tolerance, `${got.data[i]}, ${expected.data[i]}`);
  }
}
