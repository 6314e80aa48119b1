import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  atomRegressors,
  findAtoms,
  independentComponents,
  matchAtoms,
  principalComponents,
} from "../../src/atoms";
import { correlateColumns, fromRows, linearAlgebra, matrix, transpose } from "../../src/tensor";

const { pca, ica, ...fixture } = JSON.parse(
  readFileSync(join(__dirname, "..", "fixtures", "atoms", "components.json"), "utf8"),
);
const x = fromRows(fixture.x); // [24 × 300]

test("principalComponents are scikit-learn's, in order of variance", async () => {
  const atoms = await principalComponents(x, { nAtoms: 4 });
  const r = correlateColumns(atoms.courses, fromRows(pca.d));
  // Float64 on both sides: courses agree to about 1e-13, squared in 1 − r.
  for (let k = 0; k < 4; k++) assert.ok(1 - Math.abs(r.data[k * 4 + k]) < 1e-12, `component ${k}`);
  assert.ok(Math.abs(atoms.reconstructionR2 - pca.reconstructionR2) < 1e-12);
});

test("principalComponents are the same from the kernel of neurons where there are fewer neurons than TRs", async () => {
  const tall = transpose(x);
  const atoms = await principalComponents(tall, { nAtoms: 3 });
  const { data } = linearAlgebra().multiply(atoms.courses, atoms.courses, { transposeA: true });
  data.forEach((value, i) => assert.ok(Math.abs(value - (i % 4 === 0 ? 1 : 0)) < 1e-12));
  // The singular values of a matrix and of its transpose are the same.
  const wide = await principalComponents(x, { nAtoms: 3 });
  assert.ok(Math.abs(atoms.reconstructionR2 - wide.reconstructionR2) < 1e-12);
});

test("independentComponents are scikit-learn's FastICA, up to order and sign", async () => {
  const atoms = await independentComponents(x, { nAtoms: 4, seed: 3, tolerance: 1e-10 });
  assert.ok(atoms.converged);
  const { r } = matchAtoms(fromRows(ica.d), atoms.courses);
  // Both stop when no direction turns by 1e-10, from different starts.
  for (const value of r) assert.ok(1 - Math.abs(value) < 1e-6, `r = ${value}`);
  assert.ok(Math.abs(atoms.reconstructionR2 - ica.reconstructionR2) < 1e-6);
});

test("findAtoms gives every method the same shape, and float32 the same atoms", async () => {
  const narrow = matrix(new Float32Array(x.data), x.shape);
  for (const method of ["sparse", "pca", "ica"] as const) {
    const options = { method, nAtoms: 4, lambda: 0.1, seed: 1 };
    const [atoms, same] = [await findAtoms(x, options), await findAtoms(narrow, options)];
    assert.equal(atoms.method, method);
    assert.deepEqual(
      [atoms.courses.shape, atoms.codes.shape],
      [
        [24, 4],
        [4, 300],
      ],
    );
    assert.deepEqual(atoms.deadAtoms, []);
    const { r } = matchAtoms(atoms.courses, same.courses);
    // Float32 courses carry seven digits; where learning stops differs by its tolerance of 1e-6.
    for (const value of r) assert.ok(value > 1 - 1e-5, `${method}: r = ${value}`);
  }
});

test("atomRegressors are atoms' courses for a primal solver, and neurons themselves for a dual one", async () => {
  const atoms = await findAtoms(x, { method: "pca", nAtoms: 4, lambda: 0.1, seed: 1 });
  const ours = atomRegressors(x, atoms);
  assert.equal(ours.solver, "primal");
  ours.courses.data.forEach((value, i) => assert.ok(Math.abs(value - atoms.courses.data[i]) < 1e-12));
  const all = atomRegressors(x, "none");
  assert.deepEqual([all.solver, all.courses, all.live.length], ["dual", x, 300]);
});

test("components refuse more atoms than X has dimensions, and NaN", async () => {
  await assert.rejects(
    principalComponents(x, { nAtoms: 24 }),
    /principalComponents: invalid nAtoms: 24; .* 23/,
  );
  const flat = fromRows([
    [1, 2, 3],
    [2, 4, 6],
    [-3, -6, -9],
  ]);
  await assert.rejects(
    principalComponents(flat, { nAtoms: 2 }),
    /principalComponents: invalid nAtoms: 2; expected at most 1, the rank of X/,
  );
  const damaged = matrix(Float64Array.from(x.data), x.shape);
  damaged.data[301] = Number.NaN;
  await assert.rejects(
    independentComponents(damaged, { nAtoms: 2, seed: 1 }),
    /independentComponents: invalid value of X at row 1, column 1: NaN/,
  );
});
