import assert from "node:assert/strict";
import { test } from "node:test";
import {
  contiguousBlocks,
  correlationScore,
  crossValidatedRidge,
  logSpacedAlphas,
  type RidgeScores,
  r2Score,
  rowsOf,
  segmentBlocks,
  testSegments,
  trainingSegments,
} from "../../src/encoding";
import {
  column,
  concatColumns,
  fromRows,
  linearAlgebra,
  type Matrix,
  matrix,
  random,
  selectColumns,
  selectRows,
  zeros,
} from "../../src/tensor";

const nTrs = 60;
const segments = segmentBlocks(contiguousBlocks({ nTrs, nBlocks: 4 }), { gapTrs: 2 });
const alphas = logSpacedAlphas({ from: -1, to: 4, nAlphas: 6 });
const folds = { segments, alphas };
const X = noise(1, [nTrs, 5]);
const Y = mixedTargets(X);

test("both solvers equal nested cross-validation done step by step", async () => {
  // Alphas this close are told apart only by the right sums over the right rows.
  const fine = logSpacedAlphas({ from: -1, to: 3, nAlphas: 41 });
  const expected = stepByStep(X, Y, fine);
  for (const solver of ["primal", "dual"] as const) {
    const got = await crossValidatedRidge({ X, Y, solver, segments, alphas: fine });
    assert.equal(got.solver, solver);
    assert.deepEqual(got.alpha, expected.alpha);
    assertClose(got.r, expected.r);
    assertClose(got.r2, expected.r2);
  }
});

test("the dual front accepts a kernel, and kernels of feature spaces add up", async () => {
  const wide = noise(5, [nTrs, 80]);
  const { multiply } = linearAlgebra();
  const kernels = [X, wide].map((part) => multiply(part, part, { transposeB: true }));
  const sum = matrix(
    kernels[0].data.map((value, i) => value + kernels[1].data[i]),
    [nTrs, nTrs],
  );
  const joint = concatColumns([X, wide]);
  assertSameScores(
    await crossValidatedRidge({ kernel: sum, Y, solver: "dual", ...folds }),
    await crossValidatedRidge({ X: joint, Y, solver: "primal", ...folds }),
  );
});

test("permuting targets permutes results", async () => {
  const order = [2, 0, 3, 1];
  const whole = await crossValidatedRidge({ X, Y, solver: "primal", ...folds });
  const permuted = await crossValidatedRidge({ X, Y: selectColumns(Y, order), solver: "primal", ...folds });
  assertClose(permuted.r, selectColumns(whole.r, order));
  assert.deepEqual(permuted.alpha, selectColumns(whole.alpha, order));
});

test("splitting a regressor into two equal halves changes no prediction", async () => {
  // x b costs α b²; as x/√2 twice it costs α (b²/2 + b²/2): the same problem.
  const half = matrix(
    column(X, 0).map((value) => value / Math.SQRT2),
    [nTrs, 1],
  );
  const split = concatColumns([half, half, selectColumns(X, [1, 2, 3, 4])]);
  assertSameScores(
    await crossValidatedRidge({ X: split, Y, solver: "primal", ...folds }),
    await crossValidatedRidge({ X, Y, solver: "primal", ...folds }),
  );
});

test("offsets of features and targets change nothing, however large beside their variance", async () => {
  const moved = (m: Matrix<Float64Array>) =>
    matrix(
      m.data.map((value) => value + 1e6),
      m.shape,
    );
  const expected = await crossValidatedRidge({ X, Y, solver: "primal", ...folds });
  for (const solver of ["primal", "dual"] as const) {
    const got = await crossValidatedRidge({ X: moved(X), Y: moved(Y), solver, ...folds });
    // Beside 1e6, the numbers themselves are known to 1e-10.
    assertClose(got.r, expected.r, 1e-8);
  }
});

test("TRs in no segment are never read", async () => {
  const someSegments = segments.filter(({ block }) => block !== 2);
  const holedX = matrix(X.data.slice(), X.shape);
  const holedY = matrix(Y.data.slice(), Y.shape);
  holedX.data.fill(Number.NaN, 30 * 5, 45 * 5);
  holedY.data.fill(Number.NaN, 30 * 4, 45 * 4);
  for (const solver of ["primal", "dual"] as const) {
    assertSameScores(
      await crossValidatedRidge({ X: holedX, Y: holedY, solver, alphas, segments: someSegments }),
      await crossValidatedRidge({ X, Y, solver, alphas, segments: someSegments }),
    );
  }
});

test("testBlocks gives the rows of the whole that were asked for", async () => {
  const whole = await crossValidatedRidge({ X, Y, solver: "primal", ...folds });
  const some = await crossValidatedRidge({ X, Y, solver: "primal", ...folds, testBlocks: [3, 1] });
  assert.deepEqual(some.testBlocks, [3, 1]);
  assert.deepEqual(some.r, selectRows(whole.r, [3, 1]));
  assert.deepEqual(some.alpha, selectRows(whole.alpha, [3, 1]));
});

test("missing and constant targets are NaN and counted, and disturb no other", async () => {
  const damaged = concatColumns([Y, Y]);
  for (let t = 0; t < nTrs; t++) damaged.data[t * 8] = 0.1;
  damaged.data[7 * 8 + 5] = Number.NaN;
  for (const solver of ["primal", "dual"] as const) {
    const expected = await crossValidatedRidge({ X, Y, solver, ...folds });
    const got = await crossValidatedRidge({ X, Y: damaged, solver, ...folds });
    assert.equal(got.nConstantTargets, 1);
    assert.equal(got.nMissingTargets, 1);
    for (const j of [0, 5]) assert.ok(column(got.r, j).every(Number.isNaN));
    for (const j of [0, 5]) assert.ok(column(got.alpha, j).every(Number.isNaN));
    assertClose(selectColumns(got.r, [1, 2, 3]), selectColumns(expected.r, [1, 2, 3]));
    assertClose(selectColumns(got.r, [4, 6, 7]), selectColumns(expected.r, [0, 2, 3]));
  }
});

test("alphas at either end of the grid are counted", async () => {
  const { alpha, nAtSmallestAlpha, nAtLargestAlpha } = await crossValidatedRidge({
    X,
    Y: matrix(
      Float64Array.from({ length: nTrs * 2 }, (_, i) =>
        i % 2 === 0 ? X.data[(i / 2) * 5] : Y.data[i * 2 + 1],
      ),
      [nTrs, 2],
    ),
    solver: "primal",
    ...folds,
  });
  assert.equal(nAtSmallestAlpha, Array.from(alpha.data).filter((value) => value === 0.1).length);
  assert.equal(nAtLargestAlpha, Array.from(alpha.data).filter((value) => value === 1e4).length);
  // The first target is the first regressor itself.
  assert.ok(nAtSmallestAlpha >= 4);
});

test("progress counts shared fits once, and timers run in between", async () => {
  const seen: number[] = [];
  let nTicks = 0;
  const timer = setInterval(() => nTicks++, 0);
  const onProgress = (done: number, total: number) => {
    assert.equal(total, 6 + 4);
    seen.push(done);
    // Long enough for a timer to fall due.
    const until = performance.now() + 3;
    while (performance.now() < until);
  };
  await crossValidatedRidge({ X, Y, solver: "dual", ...folds }, { onProgress });
  clearInterval(timer);
  assert.deepEqual(seen, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.ok(nTicks >= 5);
});

test("an abort stops before the next fit", async () => {
  const controller = new AbortController();
  let nFits = 0;
  const onProgress = () => {
    if (++nFits === 3) controller.abort();
  };
  const running = crossValidatedRidge(
    { X, Y, solver: "dual", ...folds },
    { onProgress, signal: controller.signal },
  );
  await assert.rejects(running, { name: "AbortError" });
  assert.equal(nFits, 3);
});

test("crossValidatedRidge says what is wrong with its input", async () => {
  const rejects = (problem: Partial<Parameters<typeof crossValidatedRidge>[0]>, message: string | RegExp) =>
    assert.rejects(crossValidatedRidge({ X, Y, solver: "primal", ...folds, ...problem } as never), {
      message,
    });
  const holed = matrix(X.data.slice(), X.shape);
  holed.data[12 * 5 + 3] = Number.NaN;
  await rejects(
    { X: holed },
    "crossValidatedRidge: invalid value of features at row 12, column 3: NaN; expected finite numbers. Drop the column, or leave the TR out of the segments.",
  );
  await rejects(
    { X: concatColumns([X, zeros([nTrs, 1])]) },
    "crossValidatedRidge: invalid column 5 of features: 0 in every TR; expected one that varies. Drop it and count it.",
  );
  await rejects(
    { Y: zeros([nTrs - 1, 1]) },
    "crossValidatedRidge: mismatched shapes: features [60 × 5], Y [59 × 1], segments up to TR 60; expected the same TRs in all. Bring stimulus and BOLD to one TR grid.",
  );
  await rejects({ X: zeros([nTrs, 0]) }, /missing features: 0 columns/);
  await rejects({ alphas: Float64Array.of() }, /invalid alphas: none/);
  await rejects({ testBlocks: [4] }, /unknown test block: 4; expected one of 0, 1, 2, 3/);
  await rejects(
    { segments: segments.filter(({ block }) => block < 2) },
    "crossValidatedRidge: invalid segments: they come from 2 blocks; expected at least 3, one to test, one to choose alpha, one to train. Cut the runs into more blocks.",
  );
});

test("logSpacedAlphas is numpy.logspace", () => {
  assert.deepEqual(Array.from(alphas), [0.1, 1, 10, 100, 1000, 10000]);
  assert.equal(logSpacedAlphas({ from: -1, to: 7, nAlphas: 25 })[24], 1e7);
  assert.throws(() => logSpacedAlphas({ from: 0, to: 1, nAlphas: 0 }), /invalid nAlphas: 0/);
});

/** Nested cross-validation as its definition reads: centred copies, normal equations, predictions, one target at a time. */
function stepByStep(features: Matrix<Float64Array>, targets: Matrix<Float64Array>, candidates: Float64Array) {
  const blocks = [0, 1, 2, 3];
  const r: Float64Array[] = [];
  const r2: Float64Array[] = [];
  const alpha: number[][] = [];
  for (const g of blocks) {
    const outer = blocks.filter((block) => block !== g);
    const chosen = Array.from({ length: targets.shape[1] }, (_, j) => {
      const y = selectColumns(targets, [j]);
      const scores = Array.from(candidates, (candidate) => {
        let score = 1e-10 * Math.log(candidate);
        for (const h of outer) {
          const training = rowsOf(
            trainingSegments(
              segments,
              outer.filter((block) => block !== h),
            ),
          );
          const tested = rowsOf(testSegments(segments, h));
          const predicted = predict(features, y, training, tested, candidate);
          for (const [i, t] of tested.entries()) {
            score -= (y.data[t] - predicted.data[i]) ** 2 / tested.length / outer.length;
          }
        }
        return score;
      });
      return candidates[scores.indexOf(Math.max(...scores))];
    });
    const training = rowsOf(trainingSegments(segments, outer));
    const tested = rowsOf(testSegments(segments, g));
    const predicted = concatColumns(
      chosen.map((best, j) => predict(features, selectColumns(targets, [j]), training, tested, best)),
    );
    r.push(correlationScore(selectRows(targets, tested), predicted));
    r2.push(r2Score(selectRows(targets, tested), predicted));
    alpha.push(chosen);
  }
  return { r: fromRows(r), r2: fromRows(r2), alpha: fromRows(alpha) };
}

function predict(
  features: Matrix<Float64Array>,
  y: Matrix<Float64Array>,
  training: Int32Array,
  tested: Int32Array,
  alpha: number,
): Matrix<Float64Array> {
  const { multiply, solvePositiveDefinite } = linearAlgebra();
  const xMeans = meanRow(selectRows(features, training));
  const yMeans = meanRow(selectRows(y, training));
  const x = minus(selectRows(features, training), xMeans);
  const normal = multiply(x, x, { transposeA: true });
  for (let i = 0; i < normal.shape[0]; i++) normal.data[i * normal.shape[0] + i] += alpha;
  const b = solvePositiveDefinite(
    normal,
    multiply(x, minus(selectRows(y, training), yMeans), { transposeA: true }),
  );
  const predicted = multiply(minus(selectRows(features, tested), xMeans), b);
  return matrix(
    predicted.data.map((value) => value + yMeans[0]),
    predicted.shape,
  );
}

function meanRow(m: Matrix): number[] {
  return Array.from(
    { length: m.shape[1] },
    (_, j) => column(m, j).reduce((sum, value) => sum + value, 0) / m.shape[0],
  );
}

function minus(m: Matrix<Float64Array>, means: number[]): Matrix<Float64Array> {
  return matrix(
    m.data.map((value, i) => value - means[i % means.length]),
    m.shape,
  );
}

function noise(seed: number, shape: [number, number]): Matrix<Float64Array> {
  const draw = random(seed);
  return matrix(
    Float64Array.from({ length: shape[0] * shape[1] }, () => draw.normal()),
    shape,
  );
}

/** Four targets, from nearly all signal to none. */
function mixedTargets(features: Matrix<Float64Array>): Matrix<Float64Array> {
  const signal = linearAlgebra().multiply(features, noise(2, [features.shape[1], 4]));
  const rest = noise(3, signal.shape as [number, number]);
  const shares = [0.95, 0.5, 0.2, 0];
  return matrix(
    signal.data.map((value, i) => shares[i % 4] * value + (1 - shares[i % 4]) * rest.data[i]),
    signal.shape,
  );
}

function assertSameScores(got: RidgeScores, expected: RidgeScores): void {
  assert.deepEqual(got.alpha, expected.alpha);
  assertClose(got.r, expected.r);
  assertClose(got.r2, expected.r2);
}

// The same float64 problem solved in another order of operations.
function assertClose(got: Matrix, expected: Matrix, tolerance = 1e-10): void {
  assert.deepEqual(got.shape, expected.shape);
  for (let i = 0; i < got.data.length; i++) {
    assert.ok(Math.abs(got.data[i] - expected.data[i]) <= tolerance, `${got.data[i]}, ${expected.data[i]}`);
  }
}
