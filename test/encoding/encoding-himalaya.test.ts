import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import {
  accumulateRuns,
  bandedRidge,
  dropOneR2,
  dualWeights,
  encodeRuns,
  type FeatureSpace,
  lassoWeights,
  nestedRidge,
  type Precision,
  primalWeights,
  ridgeWeights,
  splitR2,
} from "../../src/encoding";
import { fromRows, type Matrix, row, selectColumns } from "../../src/tensor";
import { ALPHAS, asRuns, madeData, madeRuns } from "./made-data";

// himalaya 0.4.11 in float64, and scikit-learn, on data that both sides make alike.
const fixture = JSON.parse(
  fs.readFileSync(path.join(__dirname, "../fixtures/encoding/encoding.json"), "utf8"),
);
const spaces: FeatureSpace[] = [
  { name: "first", regressors: Array.from({ length: 10 }, (_, j) => j) },
  { name: "second", regressors: Array.from({ length: 14 }, (_, j) => 10 + j) },
];
// The contract: float32 products with float64 sums agree within 1e-5; float64 throughout to the digits of the file.
const TOLERANCE: Record<Precision, number> = { float32: 1e-5, float64: 1e-9 };
const choices = { alphas: ALPHAS, intercept: "none", rule: "best" } as const;

test("both sides make the same data", () => {
  const { X, Y } = madeData(24, 2000);
  const sum = (values: Float32Array, term = (value: number) => value) =>
    values.reduce((total, value) => total + term(value), 0);
  assert.deepEqual([sum(X.data), sum(Y.data), sum(Y.data, (y) => y * y)], fixture.many.checksum);
});

for (const precision of ["float32", "float64"] as const) {
  const tolerance = TOLERANCE[precision];

  test(`${precision} statistics choose himalaya's alphas for 99.9 % of 2,000 voxels, with its scores and coefficients`, async () => {
    const { many } = fixture;
    const statistics = await accumulateRuns(madeRuns(24, 2000), { precision });
    const weights = await ridgeWeights(statistics, choices);
    const same = countSame(weights.alpha, many.alphas);
    assert.ok(same >= (precision === "float64" ? 2000 : 1998), `${same} of 2000`);
    assertClose(fromRows([weights.cvScores]), fromRows([many.cvScores]), tolerance);
    const everyTwentieth = Array.from({ length: 100 }, (_, i) => 20 * i);
    assertClose(selectColumns(weights.coefficients, everyTwentieth), fromRows(many.coefficients), tolerance);
    const conservative = await ridgeWeights(statistics, { ...choices, rule: "conservative" });
    assert.ok(countSame(conservative.alpha, many.conservativeAlphas) >= 1998);
  });

  test(`nested ridge of ${precision} statistics has himalaya's alphas and held-out scores, and what leaving out one regressor costs`, async () => {
    const statistics = await accumulateRuns(madeRuns(24, 40), { precision });
    const nested = await nestedRidge(statistics, { ...choices, intercept: "fitted" });
    assert.equal(countSame(nested.alpha.data, fixture.nested.alphas.flat()), 160);
    assertClose(nested.r, fromRows(fixture.nested.r), tolerance);
    assertClose(nested.r2, fromRows(fixture.nested.r2), tolerance);
    const losses = await dropOneR2(statistics, nested);
    for (const [j, expected] of Object.entries(fixture.dropOne as Record<string, number[]>)) {
      assertClose(fromRows([row(losses, Number(j))]), fromRows([expected]), tolerance);
    }
    const { parts } = await splitR2(statistics, nested, spaces);
    assertClose(parts, fromRows(fixture.split), tolerance);
  });

  test(`banded ridge of ${precision} statistics agrees with himalaya draw by draw`, async () => {
    const { draws, deltas, coefficients, cvScores } = fixture.banded;
    const statistics = await accumulateRuns(madeRuns(24, 40), { precision });
    const banded = await bandedRidge(statistics, { ...choices, spaces, draws: fromRows(draws) });
    // himalaya's hold 1e-10 ln alpha, at most 1.4e-9.
    assertClose(banded.cvScores, fromRows(cvScores), tolerance + 2e-9);
    const ownDeltas = fromRows(
      [0, 1].map((k) =>
        Float64Array.from(banded.alpha, (alpha, v) => Math.log(row(banded.gamma, k)[v] / alpha)),
      ),
    );
    assertClose(ownDeltas, fromRows(deltas), 1e-10);
    assertClose(banded.coefficients, fromRows(coefficients), tolerance);
  });

  test(`the dual in ${precision} agrees with himalaya where features outnumber TRs`, async () => {
    const { dual } = fixture;
    const data = madeRuns(400, 40);
    const weights = await dualWeights(data, choices, { precision });
    assert.equal(countSame(weights.alpha, dual.alphas), 40);
    assertClose(fromRows([weights.cvScores]), fromRows([dual.cvScores]), tolerance);
    const { coefficients } = await primalWeights(data.features, weights);
    const everyTwentieth = Array.from({ length: 20 }, (_, i) => row(coefficients, 20 * i));
    assertClose(fromRows(everyTwentieth), fromRows(dual.coefficients), tolerance);
  });
}

test("LASSO from statistics is scikit-learn's", async () => {
  const statistics = await accumulateRuns(madeRuns(24, 8), { precision: "float64" });
  for (const { lambda, coefficients, intercepts } of fixture.lasso.fits) {
    const weights = await lassoWeights(statistics, { lambdas: Float64Array.of(lambda), rule: "best" });
    // Ours stops when a sweep moves nothing by more than 1e-9.
    assertClose(weights.coefficients, fromRows(coefficients), 1e-5);
    assertClose(fromRows([weights.intercepts]), fromRows([intercepts]), 1e-5);
    assert.equal(weights.nUnsettled, 0);
    assert.deepEqual(
      Array.from(weights.nNonZero),
      fromRows(coefficients).data.reduce(
        (counts, value, at) => counts.map((count, v) => count + Number(at % 8 === v && value !== 0)),
        new Array(8).fill(0),
      ),
    );
  }
});

test("a target without variance has no LASSO weights, and none that are not 0", async () => {
  const { X, Y } = madeData(6, 3);
  for (let t = 0; t < Y.shape[0]; t++) Y.data[3 * t] = 2;
  const statistics = await accumulateRuns(asRuns(X, Y), { precision: "float64" });
  const { nNonZero, coefficients } = await lassoWeights(statistics, {
    lambdas: Float64Array.of(0.01),
    rule: "best",
  });
  assert.ok(Number.isNaN(coefficients.data[0]));
  assert.equal(nNonZero[0], 0);
  assert.ok(nNonZero[1] > 0);
});

test("primal and dual give the same weights, and the cheaper one is chosen and said", async () => {
  const data = madeRuns(24, 40);
  const [primal, dual] = await Promise.all(
    (["primal", "dual"] as const).map((solver) =>
      encodeRuns(data, { ...choices, intercept: "fitted", solver }, { precision: "float64" }),
    ),
  );
  assertClose(dual.weights.coefficients, primal.weights.coefficients, 1e-8);
  assertClose(fromRows([dual.weights.intercepts]), fromRows([primal.weights.intercepts]), 1e-8);
  const cheapest = await encodeRuns(data, { ...choices, solver: "cheapest" });
  assert.equal(cheapest.solver, "primal");
  assert.equal(cheapest.fit.solver, "primal");
  assert.ok(cheapest.cost.primal < cheapest.cost.dual);
  assert.equal((await encodeRuns(madeRuns(2400, 4), { ...choices, solver: "cheapest" })).solver, "dual");
});

function countSame(alphas: Float64Array, positions: number[]): number {
  assert.equal(alphas.length, positions.length);
  return positions.filter((position, v) => alphas[v] === ALPHAS[position]).length;
}

/** Relative to the largest value expected in the column, since a coefficient near 0 has no relative accuracy. */
function assertClose(got: Matrix, expected: Matrix, tolerance: number): void {
  assert.deepEqual(got.shape, expected.shape);
  const nColumns = expected.shape[1];
  const largest = new Float64Array(nColumns);
  expected.data.forEach((value: number, at: number) => {
    largest[at % nColumns] = Math.max(largest[at % nColumns], Math.abs(value));
  });
  got.data.forEach((value: number, at: number) => {
    const error = Math.abs(value - expected.data[at]) / (largest[at % nColumns] || 1);
    assert.ok(error <= tolerance, `${value}, reference ${expected.data[at]} at ${at}: off by ${error}`);
  });
}
