import assert from "node:assert/strict";
import { test } from "node:test";
import { unitColumns } from "../../src/atoms";
import { batchColumns } from "../../src/atoms/column-batches";
import { cheapestAtom, exchangeAtoms, setColumn } from "../../src/atoms/exchange-atoms";
import { proposeAtoms } from "../../src/atoms/propose-atoms";
import { codeBatch, squaredError, startSums } from "../../src/atoms/running-sums";
import { updateAtoms } from "../../src/atoms/update-atoms";
import { plantAtoms } from "../../src/simulation";
import {
  column,
  concatColumns,
  correlateColumns,
  fromRows,
  linearAlgebra,
  matrix,
  random,
  row,
  zeros,
} from "../../src/tensor";

const [nTrs, nNeurons, LAMBDA] = [80, 300, 0.1];
const rows = Int32Array.from({ length: nTrs }, (_, t) => t);

/** Sums of all neurons coded with the given courses as atoms. */
async function coded(choose: (atoms: ReturnType<typeof zeros>) => Float64Array[]) {
  const planted = plantAtoms({ nTrs, nNeurons, nAtoms: 4, noiseSd: 0.2, seed: 2 });
  const x = unitColumns(planted.neurons, { rows }).courses;
  const truth = unitColumns(planted.atoms, { rows }).courses;
  const chosen = choose(truth);
  const d = zeros([nTrs, chosen.length]);
  chosen.forEach((course, k) => setColumn(d, k, course));
  const sums = startSums(await batchColumns(x, { size: 100, seed: 1 }), d);
  for (let batch = 0; batch < 3; batch++) codeBatch(sums, batch, LAMBDA);
  return { x, truth, sums };
}

test("exchangeAtoms puts a missing atom in place of a duplicate", async () => {
  const { truth, sums } = await coded((atoms) => {
    const twin = column(atoms, 0).map((value, t) => value + 0.01 * (t % 2));
    return [column(atoms, 0), twin, column(atoms, 1), column(atoms, 2)];
  });
  assert.equal(await exchangeAtoms(sums, LAMBDA), 1);
  // The fourth planted atom is there now, as far as one neuron's residual shows it.
  const r = correlateColumns(truth, sums.d);
  for (let k = 0; k < 4; k++) assert.ok(Math.max(...row(r, k).map(Math.abs)) > 0.8, `atom ${k}`);
  const isGone = (k: number) => row(sums.codeGram, k).every((value) => value === 0);
  assert.ok(isGone(0) || isGone(1), "its sums are empty until it is coded");
});

test("an atom costs little where another could take over, and one of two such atoms stays", () => {
  const gram = fromRows([
    [1, 0.9, 0],
    [0.9, 1, 0],
    [0, 0, 1],
  ]);
  const codeGram = fromRows([
    [11, 0, 0],
    [0, 10, 0],
    [0, 0, 3],
  ]);
  const { atom, cost } = cheapestAtom({ gram, codeGram }, new Set());
  assert.equal(atom, 1);
  assert.ok(Math.abs(cost - 0.5 * 10 * (1 - 0.81)) < 1e-12);
  assert.deepEqual(cheapestAtom({ gram, codeGram }, new Set([1])), { atom: 2, cost: 1.5 });
});

test("exchangeAtoms replaces a dead atom and leaves good ones alone", async () => {
  const { sums } = await coded((atoms) => [
    ...[0, 1, 2].map((k) => column(atoms, k)),
    new Float64Array(nTrs), // carried by nobody
  ]);
  assert.equal(await exchangeAtoms(sums, LAMBDA), 1);
  assert.ok(Math.hypot(...column(sums.d, 3)) > 0.99);
  const { sums: whole } = await coded((atoms) => [0, 1, 2, 3].map((k) => column(atoms, k)));
  assert.equal(await exchangeAtoms(whole, LAMBDA), 0);
});

test("proposeAtoms gains are what the objective falls by when the atom is added", () => {
  const numbers = random(1);
  const residuals = matrix(
    Float64Array.from({ length: 20 * 12 }, () => numbers.normal()),
    [20, 12],
  );
  const [{ course, gain }] = proposeAtoms(residuals, 2);
  let fall = 0;
  for (let j = 0; j < 12; j++) {
    const along = column(residuals, j).reduce((sum, value, t) => sum + value * course[t], 0);
    fall += 0.5 * Math.max(0, Math.abs(along) - 2) ** 2;
  }
  assert.ok(Math.abs(gain - fall) < 1e-10);
  assert.ok(Math.abs(Math.hypot(...course) - 1) < 1e-12);
});

test("proposeAtoms ends when no column would carry another atom", () => {
  const residuals = fromRows([
    [1, -2, 0],
    [0, 0, 0.05],
    [0, 0, 0],
  ]);
  const proposed = [...proposeAtoms(residuals, 0.1)];
  assert.equal(proposed.length, 1);
  assert.deepEqual([...proposed[0].course].map(Math.abs), [1, 0, 0]);
});

test("updateAtoms is block-coordinate descent on the atoms themselves, inside the unit ball", async () => {
  const { sums } = await coded((atoms) => [0, 1, 2].map((k) => column(atoms, k)));
  // Codes that are ten times as large ask for atoms shorter than 1.
  for (const scale of [1, 10]) {
    const products = sums.products.data.map((value) => scale * value);
    const codeGram = sums.codeGram.data.map((value) => scale ** 2 * value);
    const { d } = updateAtoms({
      ...sums,
      products: matrix(products, [nTrs, 3]),
      codeGram: matrix(codeGram, [3, 3]),
    });
    // The textbook form, atom after atom in memory of nTrs.
    const expected = matrix(sums.d.data.slice(), sums.d.shape);
    for (let k = 0; k < 3; k++) {
      const moved = column(expected, k).map((value, t) => {
        const explained = row(expected, t).reduce((sum, v, m) => sum + v * codeGram[m * 3 + k], 0);
        return value + (products[t * 3 + k] - explained) / codeGram[k * 3 + k];
      });
      const norm = Math.hypot(...moved);
      assert.equal(norm < 1, scale === 10);
      setColumn(
        expected,
        k,
        moved.map((value) => value / Math.max(1, norm)),
      );
    }
    d.data.forEach((value, i) => assert.ok(Math.abs(value - expected.data[i]) < 1e-12));
  }
});

test("running sums stay those of the codes when columns are coded again", async () => {
  const { sums } = await coded((atoms) => [0, 1, 2].map((k) => column(atoms, k)));
  Object.assign(sums, updateAtoms(sums));
  codeBatch(sums, 1, LAMBDA);
  const blas = linearAlgebra();
  const close = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(a).every((value, i) => Math.abs(value - b[i]) < 1e-10);
  const { codes, columns, d } = sums;
  assert.ok(close(sums.codeGram.data, blas.multiply(codes, codes, { transposeA: true }).data));
  const x = concatColumns(columns.batches);
  assert.ok(close(sums.products.data, blas.multiply(x, codes).data));
  const fitted = blas.multiply(d, codes, { transposeB: true });
  const error = x.data.reduce((sum: number, value, i) => sum + (value - fitted.data[i]) ** 2, 0);
  assert.ok(Math.abs(squaredError(sums) - error) < 1e-9);
});
