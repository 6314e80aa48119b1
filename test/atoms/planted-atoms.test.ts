import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { atomMembers, learnDictionary, matchAtoms, unitColumns } from "../../src/atoms";
import { plantAtoms } from "../../src/simulation";
import { linearAlgebra, type Matrix, row, zeros } from "../../src/tensor";

const rowsTo = (n: number) => Int32Array.from({ length: n }, (_, t) => t);

test("at high signal to noise every planted atom is found, and its members with precision and recall above 0.9", async () => {
  const [nTrs, nAtoms] = [300, 8];
  const planted = plantAtoms({ nTrs, nNeurons: 400, nAtoms, noiseSd: 0.3, seed: 5 });
  const x = unitColumns(planted.neurons, { rows: rowsTo(nTrs) }).courses;
  const learned = await learnDictionary(x, { nAtoms, lambda: 0.1, seed: 1 });
  const { members } = await atomMembers(x, learned, { q: 0.05, minShiftTrs: 10, nShuffles: 5, seed: 1 });
  const { partner, r } = matchAtoms(planted.atoms, learned.courses);
  for (let k = 0; k < nAtoms; k++) {
    assert.ok(Math.abs(r[k]) > 0.9, `planted atom ${k} is found with r = ${r[k]}`);
    const truth = Array.from(row(planted.codes, k)).flatMap((code, j) => (code === 0 ? [] : [j]));
    const found = members[partner[k]];
    const nRight = truth.filter((j) => found.includes(j)).length;
    const [precision, recall] = [nRight / found.length, nRight / truth.length];
    assert.ok(precision > 0.9 && recall > 0.9, `atom ${k}: precision ${precision}, recall ${recall}`);
  }
});

const fixture = JSON.parse(readFileSync(join(__dirname, "..", "fixtures", "atoms", "recovery.json"), "utf8"));

test("recovery of planted atoms is nowhere more than 0.02 below scikit-learn's as noise grows", async () => {
  const { nAtoms, lambda, noiseSds, dataSeeds, recovery } = fixture;
  const { seed, noiseSd, x } = fixture.check;
  x.forEach((value: number, j: number) => {
    assert.ok(Math.abs(plant(seed, noiseSd).x.data[j] - value) < 1e-12, "not the data of the fixture");
  });
  for (const [i, sd] of noiseSds.entries()) {
    let ours = 0;
    for (const dataSeed of dataSeeds) {
      const { courses, x } = plant(dataSeed, sd);
      const learned = await learnDictionary(x, { nAtoms, lambda, seed: dataSeed });
      const { r } = matchAtoms(courses, learned.courses);
      ours += r.reduce((sum, value) => sum + Math.abs(value), 0) / nAtoms / dataSeeds.length;
    }
    assert.ok(ours > recovery[i] - 0.02, `noise ${sd}: ${ours}; scikit-learn has ${recovery[i]}`);
  }
});

/** The data of make_recovery.py, from the same stream of numbers. */
function plant(seed: number, noiseSd: number): { courses: Matrix<Float64Array>; x: Matrix<Float64Array> } {
  const { nTrs, nNeurons, nAtoms } = fixture;
  const white = normal(1000 * seed, (nTrs + 2) * nAtoms);
  const courses = zeros([nTrs, nAtoms]);
  for (let t = 0; t < nTrs; t++) {
    for (let k = 0; k < nAtoms; k++) {
      courses.data[t * nAtoms + k] = [0, 1, 2].reduce((sum, s) => sum + white[(t + s) * nAtoms + k], 0);
    }
  }
  const scaled = unitColumns(courses, { rows: rowsTo(nTrs) }).courses; // SD 1/√nTrs
  for (let i = 0; i < scaled.data.length; i++) scaled.data[i] *= Math.sqrt(nTrs);
  const draw = uniform(1000 * seed + 1, 3 * nNeurons);
  const codes = zeros([nAtoms, nNeurons]);
  for (let j = 0; j < nNeurons; j++) {
    const [which, minor, major] = draw.slice(3 * j, 3 * j + 3);
    if (j % 2 === 1) codes.data[Math.floor(which * nAtoms) * nNeurons + j] = minor < 0.5 ? 0.5 : -0.5;
    codes.data[(j % nAtoms) * nNeurons + j] = major < 0.5 ? 1 : -1;
  }
  const neurons = linearAlgebra().multiply(scaled, codes);
  normal(1000 * seed + 2, nTrs * nNeurons).forEach((value, i) => {
    neurons.data[i] += noiseSd * value;
  });
  return { courses: scaled, x: unitColumns(neurons, { rows: rowsTo(nTrs) }).courses };
}

/** mulberry32: its n first values in [0, 1). */
function uniform(seed: number, n: number): number[] {
  return Array.from({ length: n }, (_, i) => {
    const a = (seed + Math.imul(i + 1, 0x6d2b79f5)) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  });
}

function normal(seed: number, n: number): number[] {
  const u = uniform(seed, 2 * n);
  return Array.from({ length: n }, (_, i) => {
    return Math.sqrt(-2 * Math.log(1 - u[2 * i])) * Math.cos(2 * Math.PI * u[2 * i + 1]);
  });
}
