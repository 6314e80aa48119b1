import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  atomCourses,
  fixSigns,
  learnDictionary,
  matchAtoms,
  sparseCodes,
  unitColumns,
} from "../../src/atoms";
import { plantAtoms } from "../../src/simulation";
import { column, correlateColumns, fromRows, linearAlgebra, matrix, row, zeros } from "../../src/tensor";

const LAMBDA = 0.1;

/** Simulated neurons of known atoms, columns of zero mean and unit norm. */
function plantedCourses({ nTrs = 80, noiseSd = 0.1 } = {}) {
  const planted = plantAtoms({ nTrs, nNeurons: 200, nAtoms: 5, noiseSd, seed: 3 });
  const rows = Array.from({ length: nTrs }, (_, t) => t);
  return { x: unitColumns(planted.neurons, { rows }).courses, atoms: planted.atoms };
}

test("learnDictionary recovers planted atoms at high signal to noise", async () => {
  const { x, atoms } = plantedCourses();
  const learned = await learnDictionary(x, { nAtoms: 5, lambda: LAMBDA, seed: 1 });
  const r = correlateColumns(atoms, learned.courses); // [planted × learned]
  for (let k = 0; k < 5; k++) {
    const best = Math.max(...row(r, k).map(Math.abs));
    assert.ok(best > 0.9, `planted atom ${k} is found with |r| = ${best}; expected above 0.9`);
  }
  assert.ok(learned.reconstructionR2 > 0.9, `reconstruction R² ${learned.reconstructionR2}`);
});

test("learnDictionary gives the same atoms for the same seed and other starts for another", async () => {
  const { x } = plantedCourses({ noiseSd: 0.5 });
  const options = { nAtoms: 5, lambda: LAMBDA, maxIterations: 3 };
  const [first, again, other] = await Promise.all([
    learnDictionary(x, { ...options, seed: 1 }),
    learnDictionary(x, { ...options, seed: 1 }),
    learnDictionary(x, { ...options, seed: 2 }),
  ]);
  assert.deepEqual(first.codes.data, again.codes.data);
  assert.notDeepEqual(first.codes.data, other.codes.data);
});

test("learnDictionary lowers its objective at every iteration", async () => {
  const { x } = plantedCourses({ noiseSd: 0.5 });
  const { iterations } = await learnDictionary(x, { nAtoms: 5, lambda: LAMBDA, seed: 1 });
  for (let i = 1; i < iterations.length; i++) {
    if (iterations[i - 1].nReplaced > 0) continue;
    const [before, after] = [iterations[i - 1].objective, iterations[i].objective];
    assert.ok(after <= before * (1 + 1e-12), `iteration ${i}: ${before}, then ${after}`);
  }
});

test("learnDictionary tells objective, reconstruction and sparsity of every iteration as they are", async () => {
  const { x } = plantedCourses({ noiseSd: 0.5 });
  const steps: [number, number][] = [];
  const learned = await learnDictionary(x, {
    nAtoms: 5,
    lambda: LAMBDA,
    seed: 1,
    onProgress: (done, total) => steps.push([done, total]),
  });
  const { iterations, codes, converged } = learned;
  assert.ok(converged);
  assert.deepEqual(
    steps.map(([done]) => done),
    iterations.map((_, i) => i + 1),
  );
  assert.equal(steps.at(-1)![0], steps.at(-1)![1]);
  // At convergence the codes of the last pass are the final ones, up to the tolerance.
  const last = iterations.at(-1)!;
  const absolute = codes.data.reduce((sum, value) => sum + Math.abs(value), 0);
  const total = x.shape[1]; // columns of length 1
  const objective = (0.5 * (1 - learned.reconstructionR2) * total + LAMBDA * absolute) / x.shape[1];
  assert.ok(Math.abs(last.objective - objective) < 1e-5, `${last.objective}; from the codes ${objective}`);
  assert.ok(Math.abs(last.reconstructionR2 - learned.reconstructionR2) < 1e-4);
  assert.ok(Math.abs(last.density - learned.density) < 0.01);
});

test("learnDictionary gives the same atoms on every backend, up to rounding", () => {
  const learn = `
    const { learnDictionary, unitColumns } = require("./src/atoms");
    const { plantAtoms } = require("./src/simulation");
    const planted = plantAtoms({ nTrs: 60, nNeurons: 600, nAtoms: 6, noiseSd: 0.8, seed: 3 });
    const { courses } = unitColumns(planted.neurons, { rows: Array.from({ length: 60 }, (_, t) => t) });
    learnDictionary(courses, { nAtoms: 6, lambda: 0.1, seed: 1 }).then((learned) =>
      console.log(JSON.stringify({ d: Array.from(learned.courses.data), n: learned.iterations.length })));`;
  const learnedOn = (backend: string) => {
    const { stdout, status } = spawnSync(
      process.execPath,
      ["--require", "tsx/cjs", "--conditions=import", "-e", learn],
      {
        cwd: join(__dirname, "..", ".."),
        env: { ...process.env, BRAINLENS_BACKEND: backend },
        encoding: "utf8",
      },
    );
    return status === 0 ? JSON.parse(stdout) : undefined;
  };
  const plain = learnedOn("plain");
  const others = [learnedOn("onnxruntime"), learnedOn("openblas")].filter((other) => other !== undefined);
  assert.ok(others.length > 0, "onnxruntime is always there");
  for (const { d, n } of others) {
    assert.equal(n, plain.n);
    // Rounding grows over the iterations, but stays far below what a figure shows.
    d.forEach((value: number, i: number) => assert.ok(Math.abs(value - plain.d[i]) < 1e-9, `value ${i}`));
  }
});

test("learnDictionary finds all planted atoms from every start", async () => {
  const { x, atoms } = plantedCourses({ noiseSd: 0.2 });
  for (let seed = 1; seed <= 10; seed++) {
    const { courses, deadAtoms } = await learnDictionary(x, { nAtoms: 5, lambda: LAMBDA, seed });
    const { r } = matchAtoms(atoms, courses);
    assert.deepEqual(deadAtoms, []);
    for (const value of r) assert.ok(Math.abs(value) > 0.9, `seed ${seed}: r = ${value}`);
  }
});

test("learnDictionary goes on after new atoms that did not pay, and has converged only when nothing changes", async () => {
  // Much noise and a large λ: most atoms follow one neuron, and are exchanged for others like them.
  const { x } = plantedCourses({ nTrs: 100, noiseSd: 3 });
  const { iterations, converged } = await learnDictionary(x, { nAtoms: 30, lambda: 0.3, seed: 1 });
  assert.ok(converged);
  const rose = iterations.findIndex(({ objective }, i) => objective > iterations[i - 1]?.objective);
  assert.ok(rose > 0 && iterations[rose - 1].nReplaced > 0, "an exchange did not pay, or this shows nothing");
  assert.ok(iterations.length > rose + 2, `${iterations.length} iterations, new atoms before ${rose}`);
  const [before, last] = iterations.slice(-2);
  assert.equal(before.nReplaced + last.nReplaced, 0);
  const fall = before.objective - last.objective;
  assert.ok(fall >= -1e-12 && fall < 1e-6 * before.objective, `it fell by ${fall}`);
});

test("learnDictionary serves the event loop while it works", async () => {
  const { x } = plantedCourses({ noiseSd: 0.5 });
  let nTicks = 0;
  const timer = setInterval(() => nTicks++, 1);
  await learnDictionary(x, { nAtoms: 5, lambda: LAMBDA, seed: 1, tolerance: 1e-12 });
  clearInterval(timer);
  assert.ok(nTicks > 2, `${nTicks} ticks of a timer`);
});

test("learnDictionary keeps every atom within the unit ball and reports R² of its own product", async () => {
  const { x } = plantedCourses({ noiseSd: 0.5 });
  const { courses, codes, reconstructionR2 } = await learnDictionary(x, {
    nAtoms: 5,
    lambda: LAMBDA,
    seed: 1,
  });
  for (let k = 0; k < 5; k++) assert.ok(Math.hypot(...column(courses, k)) <= 1 + 1e-12);
  const fitted = linearAlgebra().multiply(courses, codes);
  let [error, total] = [0, 0];
  x.data.forEach((value, i) => {
    error += (value - fitted.data[i]) ** 2;
    total += value ** 2;
  });
  assert.ok(Math.abs(reconstructionR2 - (1 - error / total)) < 1e-9);
});

const fixture = JSON.parse(
  readFileSync(join(__dirname, "..", "fixtures", "atoms", "dictionary.json"), "utf8"),
);

test("learnDictionary reaches the objective of scikit-learn's on the same courses", async () => {
  const x = fromRows(fixture.x);
  const learned = await learnDictionary(x, {
    nAtoms: fixture.learned.d[0].length,
    lambda: fixture.lambda,
    seed: 1,
  });
  // Both are local minima of one objective: ours may be lower, and may be higher by no more than 1 %.
  const ours = learned.iterations.at(-1)!.objective * x.shape[1];
  assert.ok(
    ours <= fixture.learned.objective * 1.01,
    `${ours}; scikit-learn reaches ${fixture.learned.objective}`,
  );
});

test("sparseCodes equals scikit-learn's least-angle codes for a given dictionary", () => {
  const codes = sparseCodes(fromRows(fixture.x), fromRows(fixture.codes.d), { lambda: fixture.lambda });
  const expected = fromRows(fixture.codes.lars); // [nAtoms × nColumns], exact up to rounding
  for (let j = 0; j < codes.shape[0]; j++) {
    for (let k = 0; k < codes.shape[1]; k++) {
      const difference = codes.data[j * codes.shape[1] + k] - expected.data[k * expected.shape[1] + j];
      // Coordinate descent stops when a sweep moves no code by 1e-6; codes are off by a few times that.
      assert.ok(Math.abs(difference) < 1e-5, `code ${k} of column ${j} is off by ${difference}`);
    }
  }
});

test("sparseCodes shrinks by lambda along an orthonormal dictionary", () => {
  const codes = sparseCodes(
    fromRows([[0.5], [-0.05], [-0.3]]),
    fromRows([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]),
    {
      lambda: LAMBDA,
    },
  );
  [0.4, 0, -0.2].forEach((value, k) => assert.ok(Math.abs(codes.data[k] - value) < 1e-12));
});

test("fixSigns turns an atom and its codes together, so that the product stays", () => {
  const courses = fromRows([
    [1, 2],
    [3, 4],
  ]);
  const codes = fromRows([
    [-1, 0.5, 0],
    [0.2, -0.1, 0],
  ]);
  const before = linearAlgebra().multiply(courses, codes);
  fixSigns(courses, codes);
  assert.deepEqual([...codes.data], [1, -0.5, -0, 0.2, -0.1, 0]);
  assert.deepEqual(linearAlgebra().multiply(courses, codes).data, before.data);
});

test("fixSigns makes the largest code positive where the codes add up to nothing", () => {
  const codes = fromRows([[-0.75, 0.5, 0.25]]);
  fixSigns(fromRows([[1]]), codes);
  assert.deepEqual([...codes.data], [0.75, -0.5, -0.25]);
});

test("unitColumns gives zero mean and unit norm over the TRs that count, and 0 elsewhere", () => {
  const { courses, constant } = unitColumns(
    fromRows([
      [1, 5],
      [9, 9],
      [3, 5],
      [5, 5],
    ]),
    { rows: [0, 2, 3] },
  );
  assert.deepEqual(constant, [1]);
  const h = Math.SQRT1_2;
  [-h, 0, 0, 0, 0, 0, h, 0].forEach((value, i) => assert.ok(Math.abs(courses.data[i] - value) < 1e-15));
});

test("unitColumns scales TRs outside the training rows by the training rows' mean and norm", () => {
  const { courses } = unitColumns(fromRows([[0], [2], [100]]), { rows: [0, 1], counted: [0, 1, 2] });
  assert.ok(Math.abs(courses.data[2] - 99 / Math.SQRT2) < 1e-12);
});

test("atomCourses returns the courses exactly where neurons are exact mixtures of atoms", () => {
  const atoms = fromRows([
    [1, 0],
    [0, 2],
    [3, -1],
  ]);
  const codes = fromRows([
    [1, 0, 0.5],
    [0, 1, -2],
  ]);
  const mixed = linearAlgebra().multiply(atoms, codes);
  const { courses, live } = atomCourses(mixed, codes);
  assert.deepEqual(live, [0, 1]);
  courses.data.forEach((value, i) => assert.ok(Math.abs(value - atoms.data[i]) < 1e-12));
});

test("atomCourses leaves out an atom that nobody carries", () => {
  const { courses, live } = atomCourses(
    fromRows([[1, 2]]),
    fromRows([
      [0, 0],
      [1, 1],
    ]),
  );
  assert.deepEqual(live, [1]);
  assert.deepEqual(courses.shape, [1, 1]);
});

test("the atoms stage says what is wrong with its input", async () => {
  const { x } = plantedCourses();
  const options = { nAtoms: 5, lambda: LAMBDA, seed: 1 };
  await assert.rejects(
    learnDictionary(x, { ...options, nAtoms: 80 }),
    /learnDictionary: invalid nAtoms: 80; expected .* 79/,
  );
  await assert.rejects(
    learnDictionary(x, { ...options, lambda: 5 }),
    /learnDictionary: invalid lambda: 5 sets every code/,
  );
  await assert.rejects(learnDictionary(x, { ...options, lambda: 0 }), /learnDictionary: invalid lambda: 0/);
  const damaged = matrix(Float64Array.from(x.data), x.shape);
  damaged.data[203] = Number.NaN;
  await assert.rejects(learnDictionary(damaged, options), /invalid value of X at row 1, column 3: NaN/);
  assert.throws(() => unitColumns(x, { rows: [0] }), /unitColumns: invalid rows: 1/);
  assert.throws(
    () => atomCourses(x, zeros([5, 7])),
    /atomCourses: mismatched neurons: the courses have 200, the codes 7/,
  );
});

test("learnDictionary stops when it is told to", async () => {
  const { x } = plantedCourses();
  const signal = AbortSignal.abort();
  await assert.rejects(learnDictionary(x, { nAtoms: 5, lambda: LAMBDA, seed: 1, signal }), {
    name: "AbortError",
  });
});
