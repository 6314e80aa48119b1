import assert from "node:assert/strict";
import { test } from "node:test";
import {
  atomMaps,
  measureTable,
  mirrorIndex,
  mirrorMeasures,
  mirrorRows,
  smoothMirrorNull,
  spatialCorrelations,
} from "../../src/findings";
import { matchedPairs } from "../../src/findings/layer-mirror";
import { concatRows, correlateColumns, fromRows, matrix, random, row, zeros } from "../../src/tensor";
import {
  encodingOf,
  GROUP,
  identity,
  normalMatrix,
  RIDGE,
  simulatedBold,
  slowCourses,
} from "./planted-brain";

test("mirrorIndex is 1 for mirrored profiles, −1 for equal ones, and blind to a tower's level", () => {
  const vision = fromRows([
    [1, 2, 3],
    [5, 4, 3],
    [1, 2, 3],
  ]);
  const text = fromRows([
    [0, 1],
    [9, 8],
    [7, 8],
  ]);
  const { data } = mirrorIndex([vision, text]);
  assert.ok(Math.abs(data[1] - 1) < 1e-12);
  assert.ok(Math.abs(data[2] + 1) < 1e-12);
  assert.ok(
    Number.isNaN(
      mirrorIndex([
        fromRows([
          [1, 1],
          [1, 2],
        ]),
      ]).data[1],
    ),
    "a flat profile has no trend",
  );
});

/** Walks over layers: smooth profiles without any tie to each other. */
function smoothProfiles(nAtoms: number, seed: number) {
  const numbers = random(seed);
  const profiles = zeros([nAtoms, 8]);
  for (let k = 0; k < nAtoms; k++) {
    for (let l = 0; l < 8; l++) {
      profiles.data[k * 8 + l] = (l === 0 ? 0 : profiles.data[k * 8 + l - 1]) + numbers.normal();
    }
  }
  return profiles;
}

test("smoothMirrorNull knows that smooth profiles are often mirrored by chance", () => {
  const own = mirrorIndex([smoothProfiles(40, 1)]);
  const isFar = (value: number) => value > 0.7;
  const pairs = Array.from({ length: 40 }, (_, k) => Array.from(row(own, k).subarray(k + 1))).flat();
  const nulls = smoothMirrorNull([smoothProfiles(40, 2)], { nDraws: 2000, seed: 3 });
  const [seen, expected] = [pairs, Array.from(nulls)].map((all) => all.filter(isFar).length / all.length);
  assert.ok(seen > 0.1, `${seen} of unrelated pairs have a mirror index above 0.7`);
  assert.ok(Math.abs(seen - expected) < 0.06, `${seen} against ${expected}`);
  const white = smoothMirrorNull([normalMatrix([40, 8], random(2))], { nDraws: 2000, seed: 3 });
  assert.ok(Array.from(white).filter(isFar).length / 2000 < 0.06, "without smoothness it is rare");
});

test("matchedPairs matches on |spatial r| and on the courses' r with its sign", () => {
  const spatial = Float64Array.of(-0.5, 0.5, 0.48, 0.1, -0.4);
  const courses = Float64Array.of(-0.2, 0.2, -0.1, -0.2, 0.9);
  assert.deepEqual(matchedPairs(spatial, courses, { threshold: -0.3, tolerance: 0.2 }), {
    opposite: [0],
    matched: [2],
  });
});

/** Twenty atoms in ten pairs of opposite maps; their profiles are mirrored when `isMirrored`, else smooth and unrelated. */
async function oppositeAtoms(isMirrored: boolean, seed: number) {
  const numbers = random(seed);
  const X = slowCourses({ nRuns: 4, nTrs: 80 }, identity(12), random(60));
  const own = normalMatrix([12, 30], numbers);
  const weights = matrix(own.data.slice(), own.shape);
  const profiles = smoothProfiles(12, 61);
  for (let k = 1; k < 12; k += 2) {
    row(weights, k).set(row(own, k - 1).map((value) => -value));
    if (isMirrored) row(profiles, k).set(row(profiles, k - 1).map((value) => -value));
  }
  const data = encodingOf(
    X,
    simulatedBold(
      X,
      matrix(
        weights.data.map((value) => 0.35 * value),
        weights.shape,
      ),
      numbers,
    ),
  );
  const all = concatRows(X);
  const model = { mirror: mirrorIndex([profiles]), courseCorrelation: correlateColumns(all, all) };
  return { maps: await atomMaps(data, { ...RIDGE, nDraws: 39, seed: 7 }), model, profiles };
}

test("mirrored layers of atoms with opposite maps are found when they are planted, and not when they are not", async () => {
  const table = async (isMirrored: boolean) => {
    const subjects = await Promise.all([1, 2].map((seed) => oppositeAtoms(isMirrored, seed)));
    const choices = { threshold: -0.3, tolerance: 0.3 };
    return measureTable(
      subjects.map(({ maps, model }) => mirrorMeasures(maps, model, choices)),
      GROUP,
    );
  };
  for (const { measure, p, effect } of await table(true)) {
    assert.ok(p <= 0.05 && effect > 0, `${measure}: ${effect}, p ${p}`);
  }
  for (const { measure, p } of await table(false)) assert.ok(p > 0.05, `${measure}: p ${p}`);
});

test("mirrorRows shows each pair with its courses and the share of smooth profiles that are mirrored as much", async () => {
  const { maps, model, profiles } = await oppositeAtoms(true, 1);
  const smooth = smoothMirrorNull([profiles], { nDraws: 199, seed: 1 });
  const [pair] = mirrorRows([{ k: 0, m: 1 }], { ...model, spatial: spatialCorrelations(maps.maps) }, smooth);
  assert.ok(pair.r_spatial < -0.3 && Math.abs(pair.mirror - 1) < 1e-12);
  assert.equal(pair.p_smooth, 1 / 200);
  assert.equal(pair.r_courses, model.courseCorrelation.data[1]);
});
