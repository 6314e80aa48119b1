import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { atomStability, duplicateAtoms, learnDictionary, matchAtoms, unitColumns } from "../../src/atoms";
import { assignColumns } from "../../src/atoms/match-atoms";
import { plantAtoms } from "../../src/simulation";
import { fromRows, matrix, random, selectColumns } from "../../src/tensor";

const { assignments } = JSON.parse(
  readFileSync(join(__dirname, "..", "fixtures", "atoms", "components.json"), "utf8"),
);

test("assignColumns makes the assignments of scipy's linear_sum_assignment", () => {
  for (const { values, partner } of assignments) {
    assert.deepEqual([...assignColumns(fromRows(values))], partner);
  }
});

test("assignColumns gives up the best pair where the whole is better for it", () => {
  const values = fromRows([
    [0.9, 0.8],
    [0.85, 0.1],
  ]);
  assert.deepEqual([...assignColumns(values)], [1, 0]);
});

function noise(seed: number, nTrs: number, nAtoms: number) {
  const numbers = random(seed);
  return matrix(
    Float64Array.from({ length: nTrs * nAtoms }, () => numbers.normal()),
    [nTrs, nAtoms],
  );
}

test("matchAtoms finds atoms again in another order and with another sign", () => {
  const first = noise(1, 50, 4);
  const second = selectColumns(first, [2, 0, 3, 1]);
  for (let t = 0; t < 50; t++) second.data[t * 4 + 1] *= -3;
  const { partner, r } = matchAtoms(first, second);
  assert.deepEqual([...partner], [1, 3, 0, 2]);
  [-1, 1, 1, 1].forEach((value, k) => assert.ok(Math.abs(r[k] - value) < 1e-12));
});

test("matchAtoms counts a dead atom as r = 0 and leaves atoms over where the other set is smaller", () => {
  const first = noise(1, 50, 3);
  const second = selectColumns(first, [2, 0]);
  for (let t = 0; t < 50; t++) second.data[t * 2 + 1] = 0;
  const { partner, r } = matchAtoms(first, second);
  assert.equal(partner[2], 0);
  assert.equal(r[0] + r[1], 0);
  assert.equal([...partner].filter((m) => m < 0).length, 1);
});

test("atomStability is 1 for atoms found from every seed and far above chance for planted ones", async () => {
  const courses = noise(2, 60, 3);
  const same = atomStability([{ courses }, { courses: selectColumns(courses, [1, 2, 0]) }]);
  same.ofAtoms.forEach((values) =>
    values.forEach((value) => {
      assert.ok(Math.abs(value - 1) < 1e-12);
    }),
  );
  const planted = plantAtoms({ nTrs: 200, nNeurons: 200, nAtoms: 6, noiseSd: 0.5, seed: 3 });
  const x = unitColumns(planted.neurons, {
    rows: Int32Array.from({ length: 200 }, (_, t) => t),
  }).courses;
  const found = await Promise.all(
    [1, 2, 3].map((seed) => learnDictionary(x, { nAtoms: 6, lambda: 0.1, seed })),
  );
  const { mean, chance, ofAtoms } = atomStability(found);
  assert.equal(ofAtoms[0].length, 6);
  assert.ok(mean > 0.99 && chance < 0.4, `stability ${mean}, chance ${chance}`);
});

test("atomStability tells an atom of one seed alone from those of all", () => {
  const shared = noise(4, 400, 4);
  const odd = noise(5, 400, 4);
  const first = { courses: shared };
  const second = { courses: selectColumns(shared, [0, 1, 2, 3]) };
  for (let t = 0; t < 400; t++) second.courses.data[t * 4 + 3] = odd.data[t * 4];
  const [stability] = atomStability([first, second]).ofAtoms;
  assert.ok(Math.min(...stability.subarray(0, 3)) > 0.999 && stability[3] < 0.2, `${stability}`);
});

test("duplicateAtoms reports pairs that say the same up to sign, strongest first", () => {
  const courses = noise(6, 100, 4);
  for (let t = 0; t < 100; t++) {
    courses.data[t * 4 + 2] = -2 * courses.data[t * 4];
    courses.data[t * 4 + 3] = courses.data[t * 4 + 1] + 0.1 * courses.data[t * 4 + 3];
  }
  const pairs = duplicateAtoms(courses, { minCorrelation: 0.9 });
  assert.deepEqual(
    pairs.map(({ atom, other }) => [atom, other]),
    [
      [0, 2],
      [1, 3],
    ],
  );
  assert.ok(Math.abs(pairs[0].r + 1) < 1e-12);
  assert.ok(pairs[1].r > 0.99 && pairs[1].r < 1);
});

test("atomStability asks for a second set", () => {
  assert.throws(() => atomStability([{ courses: noise(1, 5, 2) }]), {
    message:
      "atomStability: invalid number of sets: 1; expected at least 2. Learn the atoms from further seeds.",
  });
});
