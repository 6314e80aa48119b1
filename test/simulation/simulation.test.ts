import assert from "node:assert/strict";
import { test } from "node:test";
import { plantAtoms, simulateBold } from "../../src/simulation";
import { column, fromRows, linearAlgebra, zeros } from "../../src/tensor";

const SIZE = { nTrs: 60, nNeurons: 40, nAtoms: 4, noiseSd: 0.2, seed: 3 };

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
const sd = (values: Float64Array) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

test("plantAtoms gives the same neurons for the same seed, others for another", () => {
  assert.deepEqual(plantAtoms(SIZE), plantAtoms(SIZE));
  assert.notDeepEqual(plantAtoms(SIZE).neurons, plantAtoms({ ...SIZE, seed: 4 }).neurons);
});

test("plantAtoms's neurons are its atoms times its codes where there is no noise", () => {
  const { atoms, codes, neurons } = plantAtoms({ ...SIZE, noiseSd: 0 });
  assert.deepEqual(neurons, linearAlgebra().multiply(atoms, codes));
  for (let k = 0; k < SIZE.nAtoms; k++) {
    assert.ok(Math.abs(mean(column(atoms, k))) < 1e-12);
    assert.ok(Math.abs(sd(column(atoms, k)) - 1) < 1e-12);
  }
  for (let j = 0; j < SIZE.nNeurons; j++) assert.ok(column(codes, j).some((code) => Math.abs(code) === 1));
});

test("simulateBold's noise has the SD and the memory asked for", () => {
  const bold = simulateBold(zeros([20_000, 1]), fromRows([[0]]), { noiseSd: 2, phi: 0.8, seed: 5 });
  const noise = column(bold, 0);
  // 20,000 samples of AR(0.8) count as about 2,200 independent ones: SD and correlation are known to a few per cent.
  assert.ok(Math.abs(sd(noise) - 2) < 0.15, `SD ${sd(noise)}`);
  const next = mean(noise.slice(1).map((value, t) => value * noise[t])) / sd(noise) ** 2;
  assert.ok(Math.abs(next - 0.8) < 0.03, `correlation ${next}`);
});

test("simulateBold is the features times the weights where there is no noise, and refuses a memory of 1", () => {
  const bold = simulateBold(
    fromRows([
      [1, 2],
      [3, 4],
    ]),
    fromRows([
      [1, 0],
      [0.5, 0],
    ]),
    { noiseSd: 0, phi: 0.5, seed: 1 },
  );
  assert.deepEqual([...bold.data], [2, 0, 5, 0]);
  assert.throws(
    () => simulateBold(fromRows([[1]]), fromRows([[1]]), { noiseSd: 1, phi: 1, seed: 1 }),
    /simulateBold: invalid phi: 1/,
  );
});
