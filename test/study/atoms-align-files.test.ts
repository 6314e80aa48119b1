import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalHrf, convolveHrf, zscoreRows } from "../../src/alignment";
import { atomCourses, atomStability, learnDictionary, unitColumns } from "../../src/atoms";
import { alignFiles, atomsFiles } from "../../src/study";
import { column, type Matrix, matrix, random, selectRows } from "../../src/tensor";
import { brainlens, commandFolder } from "./run-command";

const files = commandFolder("atoms");
const [N_STEPS, N_NEURONS, N_ATOMS] = [90, 40, 4];
const CHOICES = ["--n-atoms", `${N_ATOMS}`, "--lambda", "0.1", "--seed", "7"];

/** Neurons that follow three slow courses; the last does not vary. Steps 80 to 89 are shown by no run. */
function neurons(): Matrix<Float32Array> {
  const numbers = random(3);
  const data = new Float32Array(N_STEPS * N_NEURONS);
  const course = [0, 1, 2].map((k) => (t: number) => Math.sin((t * (k + 1)) / 5 + k));
  for (let t = 0; t < N_STEPS; t++) {
    for (let j = 0; j < N_NEURONS; j++) data[t * N_NEURONS + j] = course[j % 3](t) + 0.3 * numbers.normal();
    data[(t + 1) * N_NEURONS - 1] = 4;
  }
  return matrix(data, [N_STEPS, N_NEURONS]);
}

const X = neurons();
files.writeNpy("neurons/activations.npy", X);
const lines = Array.from(
  { length: N_NEURONS },
  (_, j) => `${j}\t${j < 20 ? "vision" : "text"}\t${1 + (j % 5)}`,
);
files.write("neurons/neurons.tsv", `index\ttower\tdepth\n${lines.join("\n")}\n`);
const windows = files.write(
  "windows.tsv",
  `run\tstart_tr\tend_tr\tkind\tfirst_step
1\t0\t5\trest\tn/a
1\t5\t35\tclip\t0
1\t35\t45\tvalidation\t30
2\t0\t30\tclip\t40
2\t30\t32\trest\tn/a
2\t32\t42\tvalidation\t70
`,
);

test("brainlens atoms writes the dictionary of all steps, where its atoms lie and how stable they are", async () => {
  const out = files.at("atoms");
  const run = brainlens("atoms", "--activations", files.at("neurons"), ...CHOICES, "8", "--out", out);
  assert.equal(run.status, 0, run.stderr);
  assert.match(run.stderr, /4 atoms.* of 90 steps in .*: R² 0\.\d{3}, sparsity 0\.\d{3}/);
  assert.match(run.stderr, /1 of 40 neurons do not vary and carry no atom/);

  const every = Int32Array.from({ length: N_STEPS }, (_, t) => t);
  const unit = unitColumns(X, { rows: every }).courses;
  const learn = (seed: number) => learnDictionary(unit, { nAtoms: N_ATOMS, lambda: 0.1, seed });
  const [atoms, other] = [await learn(7), await learn(8)];
  assert.deepEqual(files.readNpy("atoms/A.npy"), atoms.codes);
  const { courses, live } = atomCourses(unit, atoms.codes);
  const D = files.readNpy("atoms/D.npy");
  assert.deepEqual(D.shape, [N_STEPS, N_ATOMS]);
  live.forEach((k, i) => assert.deepEqual(column(D, k), column(courses, i)));

  const [header, ...rows] = files.readTsv("atoms/atoms.tsv");
  const cells = rows.map((row) => Object.fromEntries(header.map((name, j) => [name, row[j]])));
  const { ofAtoms } = atomStability([atoms, other]);
  cells.forEach((row, k) => {
    const codes = atoms.codes.data.subarray(k * N_NEURONS, (k + 1) * N_NEURONS);
    assert.equal(Number(row.n_neurons), codes.filter((code) => code !== 0).length);
    assert.equal(Number(row.stability), ofAtoms[0][k]);
    assert.equal(row.dead, live.includes(k) ? "no" : "yes");
    if (row.dead === "yes") return;
    const text = codes.reduce((sum, code, j) => sum + (j < 20 ? 0 : Math.abs(code)), 0);
    const share = text / codes.reduce((sum, code) => sum + Math.abs(code), 0);
    assert.equal(row.tower, share > 0.5 ? "text" : "vision");
    assert.ok(Math.abs(Number(row.tower_share) - Math.max(share, 1 - share)) < 1e-12);
    assert.ok(Number(row.layer_centre) >= 1 && Number(row.layer_centre) <= 5);
  });
  const {
    nConstantNeurons,
    reconstructionR2,
    stability,
    files: written,
  } = files.readJson("atoms/manifest.json");
  assert.deepEqual([nConstantNeurons, reconstructionR2], [1, atoms.reconstructionR2]);
  assert.ok(stability.mean > stability.chance);
  assert.deepEqual(Object.keys(written), ["D.npy", "A.npy", "atoms.tsv"]);
});

test("with windows the dictionary is learned on clips alone, of neurons z-scored in each run; the same call gives the same bytes", async () => {
  const options = { activations: files.at("neurons"), nAtoms: N_ATOMS, lambda: 0.1, seeds: [7], windows };
  const { atoms } = await atomsFiles({ ...options, out: files.at("clips") });
  const scored = matrix(Float64Array.from(X.data), X.shape);
  const shown: number[] = [];
  for (const range of [
    [0, 40],
    [40, 80],
  ]) {
    const rows = Int32Array.from({ length: range[1] - range[0] }, (_, i) => range[0] + i);
    const own = zscoreRows(X, { estimatedOn: rows, appliedTo: rows }).scored;
    for (const t of rows) {
      shown.push(t);
      scored.data.set(own.data.subarray(t * N_NEURONS, (t + 1) * N_NEURONS), t * N_NEURONS);
      scored.data[(t + 1) * N_NEURONS - 1] = 0;
    }
  }
  const learnedOn = shown.filter((t) => t < 30 || (t >= 40 && t < 70));
  const unit = unitColumns(scored, { rows: learnedOn, counted: shown }).courses;
  const expected = await learnDictionary(selectRows(unit, learnedOn), {
    nAtoms: N_ATOMS,
    lambda: 0.1,
    seed: 7,
  });
  assert.deepEqual(atoms.codes, expected.codes);
  const D = files.readNpy("clips/D.npy");
  assert.ok(
    D.data.subarray(80 * N_ATOMS).every((value) => value === 0),
    "no run shows steps 80 to 89",
  );
  const before = files.bytesBelow("clips");
  await atomsFiles({ ...options, out: files.at("clips") });
  assert.deepEqual(files.bytesBelow("clips"), before);
});

test("brainlens align z-scores atoms in each run over what is shown, 0 in rest, under SPM's response", async () => {
  // A fifth atom that nobody carries.
  const made = files.readNpy("atoms/D.npy");
  const D = matrix(new Float64Array(N_STEPS * 5), [N_STEPS, 5]);
  for (let t = 0; t < N_STEPS; t++) D.data.set(made.data.subarray(4 * t, 4 * t + 4), 5 * t);
  files.writeNpy("five/D.npy", D);
  const out = files.at("X");
  const three = files.write(
    "three.tsv",
    "run\tstart_tr\tend_tr\tkind\tfirst_step\n1\t0\t30\tclip\t0\n2\t0\t30\tclip\t0\n3\t0\t30\tclip\t0\n",
  );
  await alignFiles({ atoms: files.at("five"), windows: three, hrf: "none", out });
  const args = [
    "--atoms",
    files.at("five"),
    "--windows",
    windows,
    "--hrf",
    "spm",
    "--tr",
    "1.5",
    "--out",
    out,
  ];
  const run = brainlens("align", ...args);
  assert.equal(run.status, 0, run.stderr);
  assert.match(run.stderr, /1 of 5 atoms do not vary in every run and are left out/);
  assert.match(run.stderr, /2 runs of 4 features in /);
  assert.deepEqual(files.readTsv("X/columns.tsv"), [
    ["column", "atom"],
    ...[0, 1, 2, 3].map((k) => [`${k}`, `${k}`]),
  ]);

  const trs = Int32Array.from({ length: 40 }, (_, i) => (i < 30 ? i : i + 2));
  const placed = matrix(new Float64Array(42 * 4), [42, 4]);
  trs.forEach((t, i) => placed.data.set(made.data.subarray(4 * (40 + i), 4 * (41 + i)), 4 * t));
  const { scored } = zscoreRows(placed, { estimatedOn: trs, appliedTo: trs });
  const expected = convolveHrf(scored, [{ start: 0, end: 42 }], canonicalHrf({ trSec: 1.5 }));
  assert.deepEqual(files.readNpy("X/X2.npy"), expected);
  assert.deepEqual(files.readNpy("X/X1.npy").shape, [45, 4]);
  const left = Object.keys(files.bytesBelow("X"));
  assert.ok(!left.includes("/X3.npy"), "the third run of an earlier call is gone");

  await alignFiles({ atoms: files.at("five"), windows, hrf: "none", out: files.at("raw") });
  assert.deepEqual(files.readNpy("raw/X2.npy"), scored);
});

test("atoms and align refuse what does not fit, by file and remedy", async () => {
  const call = (changes: object) =>
    atomsFiles({
      activations: files.at("neurons"),
      nAtoms: N_ATOMS,
      lambda: 0.1,
      seeds: [7],
      out: files.at("refused"),
      ...changes,
    });
  await assert.rejects(
    call({ activations: files.at("nowhere") }),
    /atomsFiles: missing file: .*nowhere.activations\.npy \(ENOENT\); expected a matrix \[nSteps × nNeurons\]/,
  );
  const twice = files.write(
    "twice.tsv",
    "run\tstart_tr\tend_tr\tkind\tfirst_step\n1\t0\t9\tclip\t0\n2\t0\t9\tclip\t8\n",
  );
  await assert.rejects(
    call({ windows: twice }),
    /zscoreSteps: ambiguous step 8 of .*twice\.tsv: runs 1 and 2 show it; expected steps of one run/,
  );
  const far = files.write("far.tsv", "run\tstart_tr\tend_tr\tkind\tfirst_step\n1\t0\t9\tclip\t85\n");
  await assert.rejects(
    call({ windows: far }),
    /shownSteps: mismatched steps of .*: run 1 shows steps 85 to 93 in TRs 0 to 9; expected steps up to 89, the rows of .*activations\.npy/,
  );
  const gap = X.data.slice();
  gap[2 * N_NEURONS + 5] = Number.NaN;
  files.writeNpy("gap/activations.npy", matrix(gap, X.shape));
  await assert.rejects(
    call({ activations: files.at("gap") }),
    /atomsFiles: invalid value in row 2, column 5 of .*activations\.npy: NaN; expected finite numbers/,
  );
  files.writeNpy("short/activations.npy", X);
  files.write("short/neurons.tsv", "index\ttower\tdepth\n0\tvision\t1\n");
  await assert.rejects(
    call({ activations: files.at("short") }),
    /atomsFiles: mismatched neurons of .*: 1 lines with index, tower, depth; expected 40/,
  );
  await assert.rejects(
    alignFiles({ atoms: files.at("atoms"), windows, hrf: "spm", out: files.at("refused") }),
    /alignFiles: missing TR: none; expected seconds.* Pass --tr, or --hrf none\./,
  );
  const missing = brainlens(
    "align",
    "--atoms",
    files.at("atoms"),
    "--windows",
    windows,
    "--out",
    files.at("refused"),
  );
  assert.equal(missing.status, 1);
  assert.match(missing.stderr, /required option '--hrf <name>' not specified/);
});
