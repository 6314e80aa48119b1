import assert from "node:assert/strict";
import { test } from "node:test";
import { accumulateRuns, ridgeWeights } from "../../src/encoding";
import {
  atomMaps,
  halfData,
  measureTable,
  networkPolarity,
  networkPolarityTable,
  oppositePairMeasures,
  oppositePairTable,
  spatialCorrelations,
} from "../../src/findings";
import { concatRows, correlateColumns, type Matrix, matrix, random, zeros } from "../../src/tensor";
import {
  encodingOf,
  GROUP,
  identity,
  normalMatrix,
  RIDGE,
  simulatedBold,
  slowCourses,
} from "./planted-brain";

const N_VOXELS = 40;
const NETWORKS = {
  names: ["visual", "default"],
  ofVoxel: Array.from({ length: N_VOXELS }, (_, v) => (v < 18 ? 0 : v < 36 ? 1 : -1)),
};

function brain(weights: Matrix<Float64Array>, seed: number) {
  const X = slowCourses({ nRuns: 4, nTrs: 60 }, identity(weights.shape[0]), random(70));
  return { data: encodingOf(X, simulatedBold(X, weights, random(seed))), courses: concatRows(X) };
}

test("an atom that raises one network and lowers another is found to, with its signs; others follow their course's r with it", async () => {
  const weights = zeros([4, N_VOXELS]);
  for (let v = 0; v < N_VOXELS; v++) weights.data[v] = v < 18 ? 0.5 : -0.5;
  const subjects = await Promise.all(
    [1, 2, 3].map(async (seed) => {
      const maps = await atomMaps(brain(weights, seed).data, { ...RIDGE, nDraws: 199, seed: 2 });
      return networkPolarity(maps, NETWORKS);
    }),
  );
  const rows = networkPolarityTable(subjects, { ...GROUP, level: 0.05 });
  assert.equal(rows.length, 8);
  const planted = rows.filter(({ atom }) => atom === 0);
  assert.deepEqual(
    planted.map(({ network, direction }) => [network, direction]),
    [
      ["visual", "activating"],
      ["default", "deactivating"],
    ],
  );
  assert.ok(planted.every(({ p_maximum, n_subjects }) => p_maximum <= 0.01 && n_subjects === 3));
  const { courses } = brain(weights, 1);
  const r = correlateColumns(courses, courses);
  for (const { atom, network, effect } of rows.filter((one) => one.atom > 0)) {
    const expected = r.data[atom] * planted[network === "visual" ? 0 : 1].effect;
    assert.ok(Math.abs(effect - expected) < 0.03, `atom ${atom}, ${network}: ${effect}`);
  }
});

test("weights of correlated regressors oppose each other on noise, and patterns do not", async () => {
  const mixing = identity(2);
  mixing.data[1] = 0.75;
  const numbers = random(5);
  const X = slowCourses({ nRuns: 4, nTrs: 60 }, mixing, numbers);
  const data = encodingOf(X, simulatedBold(X, zeros([2, 300]), numbers));
  const { coefficients } = await ridgeWeights(await accumulateRuns(data, { precision: "float64" }), {
    ...RIDGE,
    alphas: Float64Array.of(1),
  });
  const ofWeights = spatialCorrelations(coefficients).data[1];
  const { maps } = await atomMaps(data, { ...RIDGE, alphas: Float64Array.of(1), nDraws: 1, seed: 1 });
  assert.ok(ofWeights < -0.4, `${ofWeights}`);
  assert.ok(spatialCorrelations(maps).data[1] > 0.4);
});

/** Six atoms; the maps of 0 and 1 are opposite when `isOpposite`, all others are their own. */
async function halves(isOpposite: boolean, seed: number) {
  const weights = normalMatrix([6, N_VOXELS], random(seed));
  const planted = matrix(
    weights.data.map(
      (value, at) =>
        0.6 * (isOpposite && at >= N_VOXELS && at < 2 * N_VOXELS ? -weights.data[at - N_VOXELS] : value),
    ),
    weights.shape,
  );
  const { data, courses } = brain(planted, seed + 20);
  const { first, second } = halfData(data);
  const choices = { ...RIDGE, nDraws: 119, seed: 2 };
  return {
    maps: { first: await atomMaps(first, choices), second: await atomMaps(second, { ...choices, seed: 3 }) },
    courseCorrelation: correlateColumns(courses, courses),
  };
}

test("opposite maps that are planted are chosen in one half and come back in the other", async () => {
  const subjects = await Promise.all([1, 2, 3].map((seed) => halves(true, seed)));
  const rows = oppositePairTable(
    subjects.map(({ maps }) => maps),
    { threshold: -0.3, courseCorrelation: subjects[0].courseCorrelation },
    GROUP,
  );
  const [planted] = rows;
  assert.deepEqual([planted.k, planted.m], [0, 1]);
  assert.ok(planted.effect < -0.5 && planted.high < -0.3, `${planted.effect}`);
  assert.ok(planted.q <= 0.05);
  assert.ok(Math.abs(planted.r_courses) < 0.3);
  const [again] = measureTable(
    subjects.map(({ maps }) => oppositePairMeasures(maps, { threshold: -0.3 })),
    GROUP,
  );
  assert.ok(again.effect < -0.2 && again.p <= 0.05);
});

test("pairs are chosen without a look at the half that tests them", async () => {
  const { maps, courseCorrelation } = await halves(true, 4);
  const table = (subject: typeof maps) =>
    oppositePairTable([subject], { threshold: -0.3, courseCorrelation }, GROUP).map(({ k, m }) => [k, m]);
  const other = await halves(false, 9);
  assert.deepEqual(table(maps), table({ first: maps.first, second: other.maps.second }));
});

test("halfData gives each half its own blocks and drops edges that touch the other", () => {
  const segments = [0, 1, 2, 3].flatMap((block) => [
    { start: 10 * block, end: 10 * block + 9, block, beside: null },
    { start: 10 * block + 9, end: 10 * block + 10, block, beside: (block + 1) % 4 },
  ]);
  const { first, second } = halfData({ features: [], bold: [], segments });
  const show = (half: typeof first) => half.segments.map(({ block, beside }) => `${block} ${beside}`);
  assert.deepEqual(show(first), ["0 null", "0 1", "1 null"]);
  assert.deepEqual(show(second), ["2 null", "2 3", "3 null"]);
  assert.throws(
    () => halfData({ features: [], bold: [], segments: segments.filter(({ block }) => block < 3) }),
    /^Error: halfData: invalid segments: they come from 3 blocks; expected at least 4, two in each half\./,
  );
});
