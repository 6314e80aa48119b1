import assert from "node:assert/strict";
import { test } from "node:test";
import {
  accumulateRuns,
  bandedRidge,
  drawBands,
  dropOneR2,
  dualWeights,
  type FeatureSpace,
  nestedRidge,
  partitionVariance,
  patternMaps,
  ridgeWeights,
  scoreWeights,
  selectBlocks,
  selectFeatures,
  selectTargets,
  splitR2,
  transferScores,
  type Weights,
} from "../../src/encoding";
import { chooseEvaluatedAlphas } from "../../src/encoding/evaluated-alphas";
import { pickTargets } from "../../src/encoding/statistics";
import {
  column,
  concatColumns,
  fromRows,
  linearAlgebra,
  type Matrix,
  matrix,
  random,
  row,
  selectColumns,
  selectRows,
  zeros,
} from "../../src/tensor";
import { ALPHAS, asRuns, madeData, RUNS } from "./made-data";

// All questions are asked of the same statistics; the data appear only where an answer is checked against them.
const { X, Y } = madeData(12, 16);
const asked = accumulateRuns(asRuns(X, Y), { precision: "float64" });
const choices = { alphas: ALPHAS, intercept: "fitted", rule: "best" } as const;
const spaces: FeatureSpace[] = [
  { name: "sight", regressors: [0, 1, 2, 3] },
  { name: "sound", regressors: [4, 5, 6] },
  { name: "words", regressors: [7, 8, 9, 10, 11] },
];

test("permuting voxels permutes results", async () => {
  const order = [3, 1, 0, 2, ...Array.from({ length: 12 }, (_, i) => 15 - i)];
  const permuted = await accumulateRuns(asRuns(X, selectColumns(Y, order)), { precision: "float64" });
  const [before, after] = await Promise.all([
    nestedRidge(await asked, choices),
    nestedRidge(permuted, choices),
  ]);
  // The order of sums inside a product may depend on where a voxel stands.
  assertClose(after.r, selectColumns(before.r, order), 1e-10);
  assert.deepEqual(after.alpha, selectColumns(before.alpha, order));
});

test("splitting a regressor into two copies of 1/√2 of it changes no prediction", async () => {
  const statistics = await asked;
  const half = Math.SQRT1_2;
  // accumulateRuns would refuse the copy: the statistics are made from those without it.
  const copied = selectFeatures(statistics, [...Array(12).keys(), 5]);
  const scale = (j: number) => (j === 5 || j === 12 ? half : 1);
  const split = {
    ...copied,
    parts: copied.parts.map((part) => ({
      ...part,
      xSum: part.xSum.map((sum, j) => sum * scale(j)),
      xx: matrix(
        part.xx.data.map((value, at) => value * scale(Math.floor(at / 13)) * scale(at % 13)),
        [13, 13],
      ),
      yx: matrix(
        part.yx.data.map((value, at) => value * scale(at % 13)),
        part.yx.shape,
      ),
    })),
  };
  const [one, two] = await Promise.all([nestedRidge(statistics, choices), nestedRidge(split, choices)]);
  assert.deepEqual(two.alpha, one.alpha);
  assertClose(two.r, one.r, 1e-9);
  assertClose(two.r2, one.r2, 1e-9);
});

test("dropping a regressor by the closed form is refitting without it at the same alphas", async () => {
  const statistics = await asked;
  const oneAlpha = { ...choices, alphas: Float64Array.of(300) };
  const nested = await nestedRidge(statistics, oneAlpha);
  const losses = await dropOneR2(statistics, nested);
  for (const j of [0, 4, 11]) {
    const without = selectFeatures(
      statistics,
      [...Array(12).keys()].filter((i) => i !== j),
    );
    const { r2 } = await nestedRidge(without, oneAlpha);
    const expected = meanRow(nested.r2).map((value, v) => value - meanRow(r2)[v]);
    assertClose(fromRows([row(losses, j)]), fromRows([expected]), 1e-9);
  }
});

test("split R² and its offset add up to the joint R²", async () => {
  const statistics = await asked;
  const nested = await nestedRidge(statistics, choices);
  const { parts, offset } = await splitR2(statistics, nested, spaces);
  const sum = offset.map((value, v) => value + row(parts, 0)[v] + row(parts, 1)[v] + row(parts, 2)[v]);
  assertClose(fromRows([sum]), fromRows([meanRow(nested.r2)]), 1e-10);
  await assert.rejects(splitR2(statistics, nested, spaces.slice(1)), {
    message:
      "splitR2: invalid feature spaces: sound (3), words (5) of 12 regressors; expected every regressor in exactly one of them. Check the column numbers.",
  });
});

test("shared parts of variance add up to every joint R²", async () => {
  const { subsets, joint, shared } = await partitionVariance(await asked, spaces, choices);
  assert.deepEqual(subsets, [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]]);
  const inside = (set: number[], whole: number[]) => set.some((k) => whole.includes(k));
  subsets.forEach((subset, i) => {
    // What a model of some spaces explains is all that any of them has a share in.
    const sum = new Float64Array(16);
    subsets.forEach((other, j) => {
      if (inside(other, subset)) row(shared, j).forEach((value, v) => (sum[v] += value));
    });
    assertClose(fromRows([sum]), fromRows([row(joint, i)]), 1e-10);
  });
  const unique = row(joint, 6).map((value, v) => value - row(joint, 5)[v]);
  assertClose(fromRows([row(shared, 0)]), fromRows([unique]), 1e-10);
  await assert.rejects(partitionVariance(await asked, spaces.slice(0, 1), choices), {
    message: "partitionVariance: invalid number of feature spaces: 1; expected 2 to 4. Join some of them.",
  });
});

test("one band of weight 1 is ridge; a band of weight 0 is left out, with coefficients 0", async () => {
  const statistics = await asked;
  const ridge = await ridgeWeights(statistics, choices);
  const whole = [{ name: "all", regressors: [...Array(12).keys()] }];
  const banded = await bandedRidge(statistics, { ...choices, spaces: whole, draws: fromRows([[1]]) });
  assertClose(banded.coefficients, ridge.coefficients, 1e-12);
  assertClose(fromRows([banded.intercepts]), fromRows([ridge.intercepts]), 1e-12);

  const some = await ridgeWeights(selectFeatures(statistics, [4, 5, 6]), choices);
  const sound = await bandedRidge(statistics, { ...choices, spaces, draws: fromRows([[0, 1, 0]]) });
  assertClose(selectRows(sound.coefficients, [4, 5, 6]), some.coefficients, 1e-12);
  assert.ok(selectRows(sound.coefficients, [0, 1, 2, 3, 7, 8, 9, 10, 11]).data.every((b: number) => b === 0));
  await assert.rejects(bandedRidge(statistics, { ...choices, spaces, draws: fromRows([[0.5, 0.6, -0.1]]) }), {
    message:
      "bandedRidge: invalid draw 0: 0.5, 0.6, -0.1; expected 3 weights from 0 to 1 whose sum is 1. Make them with drawBands.",
  });
});

test("with many voxels the errors of most draws are interpolated, within what agreement allows", async () => {
  const many = madeData(12, 2000);
  const statistics = await accumulateRuns(asRuns(many.X, many.Y));
  const draws = drawBands({ nSpaces: 2, nDraws: 15, concentrations: [1], seed: 2 });
  const two = [spaces[0], { name: "rest", regressors: [4, 5, 6, 7, 8, 9, 10, 11] }];
  const problem = { ...choices, spaces: two, draws };
  const all = await bandedRidge(statistics, problem);
  assert.ok(all.nEvaluated < 0.5 * 15 * 20, `${all.nEvaluated}`);
  // So few that every combination is computed.
  const some = await bandedRidge(selectTargets(statistics, { start: 900, end: 1400 }), problem);
  assert.equal(some.nEvaluated, 15 * 20);
  const here = Array.from({ length: 500 }, (_, i) => 900 + i);
  assertClose(selectColumns(all.cvScores, here), some.cvScores, 1e-5);
  const nSame = here.filter(
    (v, i) => all.alpha[v] === some.alpha[i] && all.gamma.data[v] === some.gamma.data[i],
  ).length;
  assert.ok(nSame >= 495, `${nSame} of 500`);
});

test("drawn bands are on the simplex, start with equal weights, and repeat with their seed", () => {
  const options = { nSpaces: 3, nDraws: 400, concentrations: [0.1, 1], seed: 4 };
  const draws = drawBands(options);
  assert.deepEqual(drawBands(options), draws);
  assertClose(fromRows([row(draws, 0)]), fromRows([[1 / 3, 1 / 3, 1 / 3]]), 1e-15);
  for (let d = 0; d < 400; d++) {
    assert.ok(Math.abs(row(draws, d).reduce((sum, value) => sum + value, 0) - 1) < 1e-12);
  }
  // Dirichlet(c): mean 1/3, variance (1/3)(2/3)/(3c + 1): 0.171 at 0.1 and 0.056 at 1; 200 draws of each.
  const variance = (first: number) => {
    const values = Array.from({ length: 199 }, (_, i) => row(draws, first + 2 * i)[0]);
    const mean = values.reduce((sum, value) => sum + value / 199, 0);
    return values.reduce((sum, value) => sum + (value - mean) ** 2 / 198, 0);
  };
  assert.ok(Math.abs(variance(1) - 0.171) < 0.03, `${variance(1)}`);
  assert.ok(Math.abs(variance(2) - 0.056) < 0.015, `${variance(2)}`);
});

test("pattern maps are the covariance of each regressor with the prediction", async () => {
  const statistics = await asked;
  const weights = await ridgeWeights(statistics, choices);
  const patterns = patternMaps(statistics, weights);
  const predicted = predictionsOf(X, weights);
  const [x, yHat] = [column(X, 7), column(predicted, 15)];
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value / values.length, 0);
  const covariance = x.reduce(
    (sum, value, t) => sum + ((value - mean(x)) * (yHat[t] - mean(yHat))) / x.length,
    0,
  );
  assert.ok(Math.abs(patterns.data[7 * 16 + 15] / covariance - 1) < 1e-9);
});

test("weights score other data as their predictions do, and transfer uses the mean of the others'", async () => {
  const statistics = await asked;
  const weights = await ridgeWeights(selectBlocks(statistics, [0, 1, 2]), choices);
  const nested = await nestedRidge(statistics, { ...choices, testBlocks: [3] });
  const { r, r2 } = scoreWeights(selectBlocks(statistics, [3]), weights);
  assertClose(fromRows([r, r2]), fromRows([row(nested.r, 0), row(nested.r2, 0)]), 1e-9);

  const none = {
    ...weights,
    intercepts: weights.intercepts.map((value, v) => (v === 2 ? Number.NaN : value)),
  };
  const test = selectBlocks(statistics, [3]);
  const across = transferScores([
    { statistics: test, weights: await ridgeWeights(selectBlocks(statistics, [1, 2]), choices) },
    { statistics: test, weights },
    { statistics: test, weights: none },
  ]);
  assertClose(fromRows([row(across.r, 0)]), fromRows([r]), 1e-12);
  assert.throws(
    () => transferScores([{ statistics: test, weights }]),
    /invalid subjects: 1; expected at least 2/,
  );
  assert.throws(() => scoreWeights(selectFeatures(test, [0, 1]), weights), {
    message:
      "scoreWeights: mismatched weights: [12 × 16]; expected [2 × 16], the regressors and voxels of the statistics. Bring subjects to one space.",
  });
});

test("missing and constant voxels are NaN and counted, in both solvers, and disturb no other", async () => {
  const holed = matrix(Y.data.slice(), Y.shape);
  holed.data[100 * 16 + 3] = Number.NaN;
  for (let t = 0; t < X.shape[0]; t++) holed.data[t * 16 + 9] = 2.5;
  const data = asRuns(X, holed);
  const statistics = await accumulateRuns(data);
  const [nested, weights, dual] = await Promise.all([
    nestedRidge(statistics, choices),
    ridgeWeights(statistics, choices),
    dualWeights(data, choices),
  ]);
  assert.deepEqual([nested.nMissingTargets, nested.nConstantTargets], [1, 1]);
  assert.deepEqual([weights.nUndefinedTargets, dual.nUndefinedTargets], [2, 2]);
  for (const values of [meanRow(nested.r), weights.intercepts, dual.alpha]) {
    assert.deepEqual(
      Array.from(values.keys()).filter((v) => Number.isNaN(values[v])),
      [3, 9],
    );
  }
  assertClose(
    selectColumns(nested.r, [0, 1, 2, 4, 15]),
    selectColumns((await nestedRidge(await asked, choices)).r, [0, 1, 2, 4, 15]),
    1e-5,
  );
});

test("a target whose mean drowns its variance in float32 has no band either, where draws need float64", async () => {
  const numbers = random(5);
  const normal = (shape: [number, number], scale: number) =>
    matrix(
      Float32Array.from({ length: shape[0] * shape[1] }, () => scale * numbers.normal()),
      shape,
    );
  const nTrs = RUNS.reduce((sum, length) => sum + length, 0);
  const drowned = normal([nTrs, 2], 1);
  // Against such regressors the smallest alpha is nothing: float32 products would not do.
  const x = normal([nTrs, 4], 1000);
  for (let t = 0; t < nTrs; t++) drowned.data[2 * t] += 2000;
  const ofFloat32 = await accumulateRuns(asRuns(x, drowned), { precision: "float32" });
  const halves = [
    { name: "first", regressors: [0, 1] },
    { name: "second", regressors: [2, 3] },
  ];
  const fitted = { ...choices, intercept: "fitted" } as const;
  const ridge = await ridgeWeights(ofFloat32, fitted);
  const draws = fromRows([
    [0.5, 0.5],
    [0.7, 0.3],
  ]);
  const banded = await bandedRidge(ofFloat32, { ...fitted, spaces: halves, draws });
  for (const { alpha } of [ridge, banded]) assert.deepEqual(Array.from(alpha, Number.isNaN), [true, false]);
  assert.ok(Number.isNaN(banded.gamma.data[0]) && !Number.isNaN(banded.gamma.data[1]));
});

test("fits refuse statistics whose parts are of other targets", async () => {
  const statistics = await asked;
  const [first, ...others] = statistics.parts;
  const mixed = { ...statistics, parts: [pickTargets(first, [0]), ...others] };
  await assert.rejects(nestedRidge(mixed, choices), /^Error: addStatistics: mismatched statistics 1: /);
});

test("without an intercept nothing is centred", async () => {
  const { coefficients, intercepts } = await ridgeWeights(await asked, {
    ...choices,
    intercept: "none",
    alphas: Float64Array.of(50),
  });
  const wide = matrix(Float64Array.from(X.data), X.shape);
  const penalised = linearAlgebra().multiply(wide, wide, { transposeA: true });
  for (let i = 0; i < 12; i++) penalised.data[i * 13] += 50;
  const products = linearAlgebra().multiply(wide, matrix(Float64Array.from(Y.data), Y.shape), {
    transposeA: true,
  });
  assertClose(coefficients, linearAlgebra().solvePositiveDefinite(penalised, products), 1e-10);
  assert.ok(intercepts.every((value) => value === 0));
});

test("alphas that are not evaluated are interpolated within the tolerance", () => {
  const eigenvalues = Float64Array.from({ length: 40 }, (_, i) => 300 * 1.07 ** i);
  for (const tolerance of [1e-4, 1e-7, 1e-10]) {
    const { positions, weights } = chooseEvaluatedAlphas(ALPHAS, eigenvalues, tolerance);
    assert.ok(positions.length < ALPHAS.length);
    let worst = 0;
    for (const [s, t] of [
      [300, 300],
      [317, 2011],
      [4200, 4100],
    ]) {
      const f = (alpha: number) => (s / (s + alpha)) * (t / (t + alpha));
      ALPHAS.forEach((alpha, a) => {
        const combined = positions.reduce(
          (sum, position, e) => sum + row(weights, a)[e] * f(ALPHAS[position]),
          0,
        );
        worst = Math.max(worst, Math.abs(combined - f(alpha)));
      });
    }
    assert.ok(worst <= 2 * tolerance, `${worst} at ${tolerance}`);
  }
});

test("every question can be interrupted", async () => {
  const statistics = await asked;
  const signal = AbortSignal.abort();
  const nested = await nestedRidge(statistics, choices);
  for (const question of [
    () => nestedRidge(statistics, choices, { signal }),
    () => ridgeWeights(statistics, choices, { signal }),
    () => dropOneR2(statistics, nested, { signal }),
    () => splitR2(statistics, nested, spaces, { signal }),
    () => partitionVariance(statistics, spaces, choices, { signal }),
    () => bandedRidge(statistics, { ...choices, spaces, draws: fromRows([[1, 0, 0]]) }, { signal }),
    () => dualWeights(asRuns(X, Y), choices, { signal }),
  ]) {
    await assert.rejects(question(), { name: "AbortError" });
  }
});

function predictionsOf(x: Matrix, { coefficients, intercepts }: Weights): Matrix<Float64Array> {
  const ones = zeros([x.shape[0], 1]);
  ones.data.fill(1);
  const b = fromRows([...Array.from({ length: x.shape[1] }, (_, i) => row(coefficients, i)), intercepts]);
  return linearAlgebra().multiply(concatColumns([x, ones]), b);
}

function meanRow(m: Matrix): Float64Array {
  return Float64Array.from(
    { length: m.shape[1] },
    (_, v) => column(m, v).reduce((sum, value) => sum + value, 0) / m.shape[0],
  );
}

function assertClose(got: Matrix, expected: Matrix, tolerance: number): void {
  assert.deepEqual(got.shape, expected.shape);
  const largest = Math.max(...Array.from(expected.data, Math.abs));
  got.data.forEach((value: number, at: number) => {
    const error = Math.abs(value - expected.data[at]);
    assert.ok(error <= tolerance * largest, `${value}, expected ${expected.data[at]} at ${at}`);
  });
}
