import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import {
  accumulateStatistics,
  addStatistics,
  correlationScore,
  fitDual,
  fitPrimal,
  r2Score,
} from "../../src/encoding";
import { alphasOf, chooseAlphas } from "../../src/encoding/alphas";
import { fromRows, linearAlgebra, type Matrix, zeros } from "../../src/tensor";

// RidgeCV and KernelRidgeCV of himalaya 0.4.11 in float64, with gaps between training and validation rows.
const fixture = JSON.parse(fs.readFileSync(path.join(__dirname, "../fixtures/encoding/ridge.json"), "utf8"));
const alphas = Float64Array.from(fixture.alphas);
const folds: { train: number[]; validation: number[] }[] = fixture.folds;

// Both sides solve well-conditioned float64 problems, by different factorisations.
const TOLERANCE = 1e-10;

test("fitPrimal agrees with himalaya's RidgeCV", () => {
  const { x, y, xTest, yTest, ...expected } = fixture.primal;
  const [X, Y] = [fromRows(x), fromRows(y)];
  const scores = meanOverFolds(({ train, validation }) =>
    fitPrimal(statisticsOf(X, Y, train), alphas).meanSquaredErrors(statisticsOf(X, Y, validation)),
  );
  assertClose(scores, fromRows(expected.cvScores));
  const chosen = chooseAlphas(scores, alphas);
  assertClose(fromRows([alphasOf(chosen, alphas)]), fromRows([expected.bestAlphas]));

  const fit = fitPrimal(accumulateStatistics(X, Y, { start: 0, end: x.length }), alphas);
  const { coefficients, intercepts } = fit.weights(chosen);
  assertClose(coefficients, fromRows(expected.coefficients));
  assertClose(fromRows([intercepts]), fromRows([expected.intercepts]));
  const test = accumulateStatistics(fromRows(xTest), fromRows(yTest), { start: 0, end: xTest.length });
  const { r, r2 } = fit.scores(test, chosen);
  assertClose(fromRows([r, r2]), fromRows([expected.r, expected.r2]));
});

test("fitDual agrees with himalaya's KernelRidgeCV on a linear kernel", () => {
  const { x, y, xTest, yTest, ...expected } = fixture.dual;
  const X = fromRows([...x, ...xTest]);
  const Y = fromRows([...y, ...yTest]);
  const kernel = linearAlgebra().multiply(X, X, { transposeB: true });
  const scores = meanOverFolds(({ train, validation }) =>
    fitDual({ kernel, Y, trainingRows: Int32Array.from(train) }, alphas).meanSquaredErrors(
      Int32Array.from(validation),
    ),
  );
  assertClose(scores, fromRows(expected.cvScores));
  const chosen = chooseAlphas(scores, alphas);
  assertClose(fromRows([alphasOf(chosen, alphas)]), fromRows([expected.bestAlphas]));

  const fit = fitDual({ kernel, Y, trainingRows: Int32Array.from(x.keys()) }, alphas);
  const testRows = Int32Array.from(xTest.keys(), (i) => x.length + i);
  const predicted = fit.predictions(testRows, chosen);
  assertClose(predicted, fromRows(expected.predictions));
  assertClose(fromRows([correlationScore(fromRows(yTest), predicted)]), fromRows([expected.r]));
  assertClose(fromRows([r2Score(fromRows(yTest), predicted)]), fromRows([expected.r2]));
  const { r, r2 } = fit.scores(testRows, chosen);
  assertClose(fromRows([r, r2]), fromRows([expected.r, expected.r2]));
});

test("chooseAlphas takes the first maximum, ties going to the larger alpha and NaN to none", () => {
  const scores = fromRows([
    [-1, -5, Number.NaN],
    [-2, -5, Number.NaN],
    [-1.5, -5, Number.NaN],
  ]);
  assert.deepEqual(Array.from(chooseAlphas(scores, Float64Array.of(1, 10, 100))), [0, 2, -1]);
});

test("a constant target scores NaN, where himalaya says 0", () => {
  const { x, xTest } = fixture.primal;
  assert.deepEqual(fixture.constantTarget.r, [0]);
  const X = fromRows([...x, ...xTest]);
  const Y = zeros([X.shape[0], 1]);
  Y.data.fill(3);
  const training = { start: 0, end: x.length };
  const tested = { start: x.length, end: X.shape[0] };
  const primal = fitPrimal(accumulateStatistics(X, Y, training), alphas);
  const kernel = linearAlgebra().multiply(X, X, { transposeB: true });
  const dual = fitDual({ kernel, Y, trainingRows: Int32Array.from(x.keys()) }, alphas);
  const chosen = Int32Array.of(0);
  const testRows = Int32Array.from(xTest.keys(), (i: number) => x.length + i);
  for (const { r, r2 } of [
    primal.scores(accumulateStatistics(X, Y, tested), chosen),
    dual.scores(testRows, chosen),
  ]) {
    assert.ok(Number.isNaN(r[0]));
    assert.ok(Number.isNaN(r2[0]));
  }
});

function meanOverFolds(
  errorsOf: (fold: (typeof folds)[number]) => Matrix<Float64Array>,
): Matrix<Float64Array> {
  const all = folds.map(errorsOf);
  const mean = zeros(all[0].shape);
  for (const errors of all)
    errors.data.forEach((value, i) => {
      mean.data[i] -= value / all.length;
    });
  return mean;
}

function statisticsOf(X: Matrix, Y: Matrix, rows: number[]) {
  return addStatistics(rows.map((t) => accumulateStatistics(X, Y, { start: t, end: t + 1 })));
}

function assertClose(got: Matrix, expected: Matrix): void {
  assert.deepEqual(got.shape, expected.shape);
  got.data.forEach((value: number, i: number) => {
    const tolerance = TOLERANCE * Math.max(1, Math.abs(expected.data[i]));
    assert.ok(Math.abs(value - expected.data[i]) <= tolerance, `${value}, himalaya ${expected.data[i]}`);
  });
}
