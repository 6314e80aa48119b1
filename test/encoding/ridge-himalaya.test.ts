import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import {
  accumulateStatistics,
  addStatistics,
  correlationScore,
  fitDual,
  type RegressionStatistics,
  r2Score,
} from "../../src/encoding";
import { alphaChoice, alphasOf, chooseAlphas } from "../../src/encoding/alphas";
import { openRidgeModels } from "../../src/encoding/ridge-models";
import { emptyWeights, writeWeights } from "../../src/encoding/ridge-weights";
import { fromRows, linearAlgebra, type Matrix, transpose, zeros } from "../../src/tensor";

// RidgeCV and KernelRidgeCV of himalaya 0.4.11 in float64, with gaps between training and validation rows.
const fixture = JSON.parse(fs.readFileSync(path.join(__dirname, "../fixtures/encoding/ridge.json"), "utf8"));
const alphas = Float64Array.from(fixture.alphas);
const folds: { train: number[]; validation: number[] }[] = fixture.folds;

// Both sides solve well-conditioned float64 problems, by different factorisations.
const TOLERANCE = 1e-10;

test("the primal solver agrees with himalaya's RidgeCV, with gaps between training and validation rows", async () => {
  const { x, y, xTest, yTest, ...expected } = fixture.primal;
  const [X, Y] = [fromRows(x), fromRows(y)];
  const nTargets = Y.shape[1];
  const scores = await meanOverFolds(async ({ train, validation }) => {
    const fit = modelOf([statisticsOf(X, Y, train), statisticsOf(X, Y, validation)]).fit(allOf(nTargets));
    return transpose(await fit.errors(1));
  });
  assertClose(scores, fromRows(expected.cvScores));
  const chosen = alphasOf(chooseAlphas(scores, alphas), alphas);
  assertClose(fromRows([chosen]), fromRows([expected.bestAlphas]));

  const model = modelOf([
    accumulateStatistics(X, Y, { start: 0, end: x.length }),
    accumulateStatistics(fromRows(xTest), fromRows(yTest), { start: 0, end: xTest.length }),
  ]);
  const fit = model.fit(allOf(nTargets));
  const weights = emptyWeights(X.shape[1], nTargets, "float64");
  writeWeights(model, fit.coefficients(chosen), fit.rotated, allOf(nTargets), weights);
  assertClose(weights.coefficients, fromRows(expected.coefficients));
  assertClose(fromRows([weights.intercepts]), fromRows([expected.intercepts]));
  const { r, r2 } = fit.scores(1, chosen);
  assertClose(fromRows([r, r2]), fromRows([expected.r, expected.r2]));
});

test("fitDual agrees with himalaya's KernelRidgeCV on a linear kernel", async () => {
  const { x, y, xTest, yTest, ...expected } = fixture.dual;
  const X = fromRows([...x, ...xTest]);
  const Y = fromRows([...y, ...yTest]);
  const kernel = linearAlgebra().multiply(X, X, { transposeB: true });
  const scores = await meanOverFolds(({ train, validation }) =>
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

test("alphaChoice does the same from folds, and the conservative rule takes the largest alpha within one SD of the best", () => {
  // Errors of two folds, a row a target.
  const folds = [
    fromRows([
      [1, 2, 1.5],
      [5, 5, 5],
      [Number.NaN, Number.NaN, Number.NaN],
    ]),
    fromRows([
      [3, 3, 2.75],
      [5, 5, 5],
      [Number.NaN, Number.NaN, Number.NaN],
    ]),
  ];
  const grid = Float64Array.of(1, 10, 100);
  const best = alphaChoice(folds, grid, "best");
  assert.deepEqual(Array.from(best.chosen), [0, 2, -1]);
  assert.deepEqual(Array.from(best.scores), [-2, -5, Number.NaN]);
  // The first target's best, −2, has an SD of 1 over folds: −2.125 at the largest alpha is within it.
  assert.deepEqual(Array.from(alphaChoice(folds, grid, "conservative").chosen), [2, 2, -1]);
});

test("a constant target scores NaN, where himalaya says 0", () => {
  const { x, xTest } = fixture.primal;
  assert.deepEqual(fixture.constantTarget.r, [0]);
  const X = fromRows([...x, ...xTest]);
  const Y = zeros([X.shape[0], 1]);
  Y.data.fill(3);
  const training = { start: 0, end: x.length };
  const tested = { start: x.length, end: X.shape[0] };
  const primal = modelOf([accumulateStatistics(X, Y, training), accumulateStatistics(X, Y, tested)]);
  const kernel = linearAlgebra().multiply(X, X, { transposeB: true });
  const dual = fitDual({ kernel, Y, trainingRows: Int32Array.from(x.keys()) }, alphas);
  const chosen = Int32Array.of(0);
  const testRows = Int32Array.from(xTest.keys(), (i: number) => x.length + i);
  for (const { r, r2 } of [
    primal.fit(allOf(1)).scores(1, alphasOf(chosen, alphas)),
    dual.scores(testRows, chosen),
  ]) {
    assert.ok(Number.isNaN(r[0]));
    assert.ok(Number.isNaN(r2[0]));
  }
});

async function meanOverFolds(
  errorsOf: (fold: (typeof folds)[number]) => Matrix<Float64Array> | Promise<Matrix<Float64Array>>,
): Promise<Matrix<Float64Array>> {
  const all = await Promise.all(folds.map(errorsOf));
  const mean = zeros(all[0].shape);
  for (const errors of all)
    errors.data.forEach((value, i) => {
      mean.data[i] -= value / all.length;
    });
  return mean;
}

/** The model of the first statistics, as block 0; the second are block 1. */
function modelOf(parts: RegressionStatistics[]) {
  const segments = parts.map((_, block) => ({ start: block, end: block + 1, block, beside: null }));
  const statistics = { segments, parts, precision: "float64", key: "test" } as const;
  return openRidgeModels(statistics, { alphas, intercept: "fitted", precision: "float64" })([0]);
}

function allOf(nTargets: number) {
  return { start: 0, end: nTargets };
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
