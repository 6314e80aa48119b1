import assert from "node:assert/strict";
import { test } from "node:test";
import { type Atoms, atomMembers, atomProfiles, sweepAtoms, unitColumns } from "../../src/atoms";
import { plantAtoms } from "../../src/simulation";
import { fromRows, linearAlgebra, matrix, random, row } from "../../src/tensor";

const place = (tower: string, depth: number, head: number) =>
  ({ tower, kind: "self", keysFrom: tower, depth, head }) as const;

test("atomProfiles averages codes and counts members by layer and head of each tower", () => {
  const codes = fromRows([
    [1, -0.5, 0, 2],
    [0, 0, 4, 0],
  ]);
  const neurons = [place("vision", 1, 0), place("vision", 1, 1), place("vision", 2, 1), place("text", 1, 0)];
  const [vision, text] = atomProfiles({ codes }, { neurons, members: [[0, 1, 3], [2]] });
  assert.deepEqual([vision.tower, vision.depths, vision.nHeads], ["vision", [1, 2], 2]);
  assert.deepEqual([...vision.layers.signed.data], [0.25, 0, 0, 4]);
  assert.deepEqual([...vision.layers.absolute.data], [0.75, 0, 0, 4]);
  assert.deepEqual([...vision.layers.members.data], [1, 0, 0, 1]);
  // Layer 2 has no neuron in head 0.
  assert.deepEqual([...row(vision.heads.signed, 0)], [1, -0.5, Number.NaN, 0]);
  assert.deepEqual([...text.layers.members.data], [1, 0]);
});

test("atomProfiles keeps self- and cross-attention of a stream apart, and wants one place a neuron", () => {
  const codes = fromRows([[1, 2]]);
  const cross = {
    tower: "fusion-text",
    kind: "cross",
    keysFrom: "fusion-vision",
    depth: 13,
    head: 0,
  } as const;
  const neurons = [place("fusion-text", 13, 0), cross];
  const towers = atomProfiles({ codes }, { neurons, members: [[0]] });
  assert.deepEqual(
    towers.map(({ kind }) => kind),
    ["self", "cross"],
  );
  assert.throws(() => atomProfiles({ codes }, { neurons: neurons.slice(1), members: [[0]] }), {
    message:
      "atomProfiles: mismatched neurons: 1 places; expected 2, the neurons of the codes. Leave out those that were dropped.",
  });
});

/** Slow noise without any atoms, and orthonormal courses to be carried by chance. */
function unrelated(nTrs: number, nNeurons: number, nAtoms: number) {
  const smooth = (seed: number, n: number) => {
    const { atoms } = plantAtoms({ nTrs, nNeurons: 1, nAtoms: n, noiseSd: 0, seed });
    return unitColumns(atoms, { rows: Int32Array.from({ length: nTrs }, (_, t) => t) }).courses;
  };
  return { x: smooth(1, nNeurons), courses: smooth(2, nAtoms) };
}

function leastSquares(x: ReturnType<typeof unrelated>["x"], courses: typeof x): Atoms {
  const blas = linearAlgebra();
  const gram = blas.multiply(courses, courses, { transposeA: true });
  const codes = blas.solvePositiveDefinite(gram, blas.multiply(courses, x, { transposeA: true }));
  return { method: "pca", lambda: 0, courses, codes, reconstructionR2: 0, density: 1, deadAtoms: [] };
}

test("atomMembers takes hardly any neuron where neurons and atoms have nothing in common", async () => {
  const { x, courses } = unrelated(200, 500, 6);
  const options = { q: 0.05, minShiftTrs: 10, nShuffles: 4, seed: 2 };
  const { members, nullDensity } = await atomMembers(x, leastSquares(x, courses), options);
  // Under the null a list of members is empty but in a share q of cases: of 6 atoms, 2 with any would be odd (p = .03).
  const nWithMembers = members.filter((list) => list.length > 0).length;
  assert.ok(nWithMembers <= 1, `${nWithMembers} of 6 atoms have members`);
  assert.equal(nullDensity, 1);
});

test("a null of TRs shuffled one by one would call slow neurons members that atomMembers does not", async () => {
  const { x, courses } = unrelated(200, 500, 6);
  const { codes } = leastSquares(x, courses);
  const numbers = random(3);
  const order = numbers.shuffle(Array.from({ length: 200 }, (_, t) => t));
  const white = matrix(
    x.data.map((_, i) => x.data[order[Math.floor(i / 500)] * 500 + (i % 500)]),
    x.shape,
  );
  const naive = leastSquares(white, courses).codes;
  const beyond = (values: Float64Array, limit: number) =>
    values.reduce((count: number, value) => count + (Math.abs(value) > limit ? 1 : 0), 0) / values.length;
  const limit = Array.from(naive.data, Math.abs).sort((a, b) => a - b)[Math.floor(0.99 * naive.data.length)];
  // 1 % by its own measure.
  assert.ok(beyond(codes.data, limit) > 0.03, `${beyond(codes.data, limit)}`);
});

test("atomMembers gives each atom its own threshold, and the same lists for the same seed", async () => {
  const planted = plantAtoms({ nTrs: 150, nNeurons: 120, nAtoms: 3, noiseSd: 0.5, seed: 4 });
  const { courses: x } = unitColumns(planted.neurons, {
    rows: Int32Array.from({ length: 150 }, (_, t) => t),
  });
  const atoms = leastSquares(x, planted.atoms);
  const options = { q: 0.05, minShiftTrs: 10, nShuffles: 3, seed: 1 };
  const { members, threshold } = await atomMembers(x, atoms, options);
  members.forEach((list, k) => {
    const size = (j: number) => Math.abs(row(atoms.codes, k)[j]);
    const outside = Array.from({ length: 120 }, (_, j) => j).filter((j) => !list.includes(j));
    assert.equal(threshold[k], Math.min(...Array.from(list, size)));
    assert.ok(Math.max(...outside.map(size)) < threshold[k]);
  });
  assert.deepEqual(await atomMembers(x, atoms, options), await atomMembers(x, atoms, options));
});

test("atomMembers says what does not fit", async () => {
  const { x, courses } = unrelated(40, 10, 2);
  const options = { q: 0.05, minShiftTrs: 5, nShuffles: 1, seed: 1 };
  const atoms = leastSquares(x, courses);
  await assert.rejects(atomMembers(x, { ...atoms, codes: fromRows([[1], [2]]) }, options), {
    message:
      "atomMembers: mismatched shapes: x is [40 × 10], the atoms are of [40 × 1]; expected the same. Pass what the atoms were learned on.",
  });
  await assert.rejects(
    atomMembers(x, atoms, { ...options, minShiftTrs: 21 }),
    /atomMembers: invalid minShiftTrs: 21 of 40 TRs/,
  );
});

test("sweepAtoms makes a row for every number of atoms and λ, and one for methods without λ", async () => {
  const planted = plantAtoms({ nTrs: 80, nNeurons: 120, nAtoms: 4, noiseSd: 0.5, seed: 4 });
  const { courses: x } = unitColumns(planted.neurons, {
    rows: Int32Array.from({ length: 80 }, (_, t) => t),
  });
  const asked: [string, number][] = [];
  const rows = await sweepAtoms(x, {
    methods: ["sparse", "pca", "ica"],
    nAtoms: [2, 4],
    lambdas: [0.1, 0.3],
    seeds: [1, 2],
    predict: (atoms) => asked.push([atoms.method, atoms.codes.shape[0]]),
  });
  assert.deepEqual(
    rows.map(({ method, n_atoms, lambda, n_seeds }) => [method, n_atoms, lambda, n_seeds]),
    [
      ["sparse", 2, 0.1, 2],
      ["sparse", 2, 0.3, 2],
      ["sparse", 4, 0.1, 2],
      ["sparse", 4, 0.3, 2],
      ["pca", 2, Number.NaN, 1],
      ["pca", 4, Number.NaN, 1],
      ["ica", 2, Number.NaN, 2],
      ["ica", 4, Number.NaN, 2],
    ],
  );
  assert.equal(asked.length, 4 * 2 + 2 + 2 * 2);
  // The first two calls returned 1 and 2.
  assert.deepEqual([rows[0].prediction, rows[0].prediction_low, rows[0].prediction_high], [1.5, 1, 2]);
  assert.ok(rows[2].reconstruction_r2 > rows[0].reconstruction_r2, "more atoms explain more");
  assert.ok(rows[2].density > rows[3].density, "a larger λ leaves fewer codes");
  assert.ok(rows[2].stability > 0.99, `four planted atoms are found from both seeds: ${rows[2].stability}`);
  assert.ok(Number.isNaN(rows[4].stability), "one set of atoms has no stability");
});
