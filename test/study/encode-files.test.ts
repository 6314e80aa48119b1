import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { highPass } from "../../src/alignment";
import {
  accumulateRuns,
  boldMatrix,
  logSpacedAlphas,
  mergeStatistics,
  nestedRidge,
  readStatistics,
  ridgeWeights,
  rollP,
} from "../../src/encoding";
import {
  niftiHeaderOf,
  openNiftiRun,
  readCifti,
  readNifti,
  readRun,
  writeCiftiSeries,
  writeMaps,
  writeNifti,
} from "../../src/fmri";
import { benjaminiHochberg } from "../../src/inference";
import { encodeFiles } from "../../src/study";
import { foldMean } from "../../src/study/fold-mean";
import { fromRows, type Matrix, matrix, random, selectColumns, selectRows } from "../../src/tensor";
import { ALPHAS, madeData, madeRuns, RUNS } from "../encoding/made-data";
import { brainlens, commandFolder } from "./run-command";

const files = commandFolder("encode");
const [P, V] = [24, 40];
const himalaya = JSON.parse(readFileSync(join(__dirname, "../fixtures/encoding/encoding.json"), "utf8"));

/** Saves runs as .npy; the paths of features and BOLD. */
function saveRuns(folder: string, features: readonly Matrix[], bold: readonly Matrix[]) {
  const save = (name: string, runs: readonly Matrix[]) =>
    runs.map((m, r) => files.writeNpy(`${folder}/${name}${r + 1}.npy`, m));
  return { features: save("X", features), bold: save("Y", bold) };
}

/** The rows of each run of a matrix of all. */
function cut(m: Matrix): Matrix[] {
  let start = 0;
  return RUNS.map((length) => {
    start += length;
    return selectRows(
      m,
      Array.from({ length }, (_, i) => start - length + i),
    );
  });
}

function assertClose(got: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) {
  assert.equal(got.length, expected.length);
  for (let i = 0; i < got.length; i++) {
    assert.ok(Math.abs(got[i] - expected[i]) <= tolerance, `${got[i]}, expected ${expected[i]} at ${i}`);
  }
}

const made = madeData(P, V);
const saved = saveRuns("made", cut(made.X), cut(made.Y));
const ridge = { alphas: ALPHAS, intercept: "fitted", rule: "best" } as const;

test("brainlens encode has himalaya's alphas and held-out scores, the library's weights and p, and the same bytes again", async () => {
  const call = () =>
    brainlens(
      ...["encode", "--features", ...saved.features, "--bold", ...saved.bold, "--zscore", "none"],
      ...["--alphas", "1:1e6:20", "--tr", "2", "--shifts", "5", "--min-shift", "30", "--seed", "3"],
      ...["--out", files.at("out")],
    );
  const run = call();
  assert.equal(run.status, 0, run.stderr);
  assert.match(run.stderr, /40 voxels in .*: mean held-out r 0\.\d{4}; 0 without a score/);
  assert.match(run.stderr, /p < \.05 in \d+\.\d % of the scored voxels, q < \.05 in/);

  const { r, r2, alphas } = himalaya.nested;
  // float32 products with float64 sums: the contract's 1e-5.
  assertClose(files.readNpy("out/r.npy").data, r.flat(), 1e-5);
  assertClose(files.readNpy("out/r2.npy").data, r2.flat(), 1e-5);
  const chosen = files.readNpy("out/alpha.npy");
  assert.deepEqual(chosen.shape, [4, V]);
  assert.deepEqual(
    Array.from(chosen.data),
    alphas.flat().map((position: number) => ALPHAS[position]),
  );

  const data = madeRuns(P, V);
  const statistics = await accumulateRuns(data);
  const weights = await ridgeWeights(statistics, ridge);
  assert.deepEqual(files.readNpy("out/weights.npy"), weights.coefficients);
  assert.deepEqual(files.readNpy("out/intercepts.npy").data, weights.intercepts);
  const meanR = async (drawn: typeof statistics) => foldMean((await nestedRidge(drawn, ridge)).r);
  // 30 s of TRs of 2 s.
  const p = await rollP(data, { nDraws: 5, seed: 3, minShiftTrs: 15 }, await meanR(statistics), meanR);
  assert.deepEqual(files.readNpy("out/p.npy"), matrix(p, [1, V]));
  assert.deepEqual(files.readNpy("out/q.npy").data, benjaminiHochberg(p));

  const summary = files.readJson("out/summary.json");
  assert.equal(summary.solver, "primal");
  assert.deepEqual(summary.choices.alphas, Array.from(ALPHAS));
  const kept = readStatistics(files.at("out/statistics"), summary.statistics);
  assert.deepEqual(kept.parts, statistics.parts);
  assert.equal(mergeStatistics([kept, kept]).parts.length, 8, "saved statistics can be merged");

  const before = files.bytesBelow("out");
  assert.equal(call().status, 0);
  assert.deepEqual(files.bytesBelow("out"), before);

  const rest = { riseSec: 0, zscore: "none", alphas: ALPHAS } as const;
  await encodeFiles({ ...saved, ...rest, shifts: "none", out: files.at("out") });
  const { "/p.npy": p5, "/q.npy": q5, "/summary.json": _, ...others } = before;
  const { "/summary.json": __, ...left } = files.bytesBelow("out");
  assert.ok(p5 && q5);
  assert.deepEqual(left, others, "without shifts no p of an earlier call is left");
});

/** Volumes of 3 × 2 × 2 voxels in three runs; voxel 4 does not vary in run 2, voxel 7 has a NaN in run 1, voxel 11 is masked. */
const LENGTHS = [60, 70, 66];
function volumes() {
  const numbers = random(8);
  const header = niftiHeaderOf(
    fromRows([
      [2, 0, 0, -10],
      [0, 2, 0, 5],
      [0, 0, 2, 7],
      [0, 0, 0, 1],
    ]),
  );
  const features = LENGTHS.map((nTrs) =>
    matrix(
      Float64Array.from({ length: 3 * nTrs }, () => numbers.normal()),
      [nTrs, 3],
    ),
  );
  const bold = LENGTHS.map((nTrs, r) => {
    const values = Float32Array.from({ length: 12 * nTrs }, (_, at) => {
      const [voxel, t] = [at % 12, Math.floor(at / 12)];
      const signal = voxel < 6 ? features[r].data[3 * t + (voxel % 3)] : 0;
      return 500 + 20 * voxel + t * (voxel % 2) + 10 * signal + 10 * numbers.normal();
    });
    for (let t = 0; t < nTrs; t++) if (r === 1) values[12 * t + 4] = 7;
    if (r === 0) values[12 * 30 + 7] = Number.NaN;
    const path = files.at(`volumes/bold${r + 1}.nii.gz`);
    writeNifti(path, { header, shape: [3, 2, 2, nTrs], values, datatype: "float32" });
    return path;
  });
  const confounds = LENGTHS.map((nTrs, r) => {
    const rows = Array.from({ length: nTrs }, () => `${numbers.normal()}\t${numbers.normal()}`);
    return files.write(`volumes/confounds${r + 1}.tsv`, `csf\tother\n${rows.join("\n")}\n`);
  });
  const mask = files.at("volumes/mask.nii");
  writeNifti(mask, {
    header,
    shape: [3, 2, 2],
    values: Array.from({ length: 12 }, (_, i) => Number(i < 11)),
    datatype: "uint8",
  });
  return { features, bold, confounds, mask };
}

test("images are masked, cleaned and z-scored over the TRs that count as the library does it, and get maps in their space", async () => {
  const { features, bold, confounds, mask } = volumes();
  const paths = features.map((m, r) => files.writeNpy(`volumes/X${r + 1}.npy`, m));
  const table = files.write(
    "volumes/windows.tsv",
    `run\tstart_tr\tend_tr\tkind\tfirst_step
1\t0\t40\tclip\t0
1\t40\t60\trest\tn/a
2\t0\t70\tclip\t40
3\t0\t50\tclip\t110
3\t50\t66\tvalidation\t160
`,
  );
  const run = brainlens(
    ...["encode", "--features", ...paths, "--bold", ...bold, "--exclude", table, "--rise", "6", "--tr", "2"],
    ...["--mask", mask, "--high-pass", "50", "--confounds", ...confounds, "--confound-columns", "csf"],
    ...["--alphas", "1e-1:1e3:5", "--out", files.at("maps")],
  );
  assert.equal(run.status, 0, run.stderr);
  assert.match(run.stderr, /11 voxels .*; 2 without a score \(1 with missing values, 1 that do not vary\)/);

  const scored = [
    [3, 40],
    [3, 70],
    [3, 50],
  ].map(([start, end]) => Array.from({ length: end - start }, (_, i) => start + i));
  const X: Matrix[] = [];
  const Y: Matrix[] = [];
  for (const [r, path] of bold.entries()) {
    const whole = [{ start: 0, end: LENGTHS[r] }];
    X.push(
      zscored(selectRows(highPass(features[r], whole, { trSec: 2, cutoffSec: 50 }), scored[r]), "centre"),
    );
    const csf = readFileSync(confounds[r], "utf8").trimEnd().split("\n").slice(1);
    const cleaned = await readRun(await openNiftiRun(path, { trSec: 2 }), {
      drift: { cutoffSec: 50 },
      confounds: fromRows(csf.map((line) => [Number(line.split("\t")[0])])),
      scale: "none",
    });
    Y.push(zscored(selectRows(cleaned.bold, scored[r]), "zscore"));
  }
  const data = runsOf(X, Y);
  const nested = await nestedRidge(await accumulateRuns(data), {
    ...ridge,
    alphas: logSpacedAlphas({ from: -1, to: 3, nAlphas: 5 }),
  });
  const inside = Array.from({ length: 11 }, (_, v) => v).filter((v) => v !== 4 && v !== 7);
  const own = files.readNpy("maps/r.npy");
  assertClose(selectColumns(own, inside).data, selectColumns(nested.r, inside).data, 1e-5);
  assert.ok(foldMean(nested.r)[1] > 0.3, "the signal is found");
  const map = await readNifti(files.at("maps/r.nii.gz"));
  assert.deepEqual(map.header.shape.slice(0, 3), [3, 2, 2]);
  assert.deepEqual(map.header.affine, (await readNifti(mask)).header.affine);
  assertClose(
    inside.map((v) => map.values[v]),
    inside.map((v) => foldMean(own)[v]),
    1e-6,
  );
  assert.ok([4, 7, 11].every((v) => Number.isNaN(map.values[v])));
  assert.deepEqual(files.readJson("maps/summary.json").nScoredTrs, [37, 67, 47]);
});

test("grayordinates are read from dense series within a CIFTI mask, and their maps are scalars of the same grayordinates", async () => {
  const structure = "CIFTI_STRUCTURE_CORTEX_LEFT";
  const vertices = Int32Array.of(0, 2, 3, 5, 6, 7);
  const surface = { kind: "surface", structure, offset: 0, nSurfaceVertices: 9, vertices } as const;
  const models = { nGrayordinates: 6, models: [surface], volume: null };
  const numbers = random(4);
  const X = LENGTHS.map((nTrs) =>
    matrix(
      Float64Array.from({ length: 2 * nTrs }, () => numbers.normal()),
      [nTrs, 2],
    ),
  );
  const bold = LENGTHS.map((_, r) => files.at(`cifti/run${r + 1}.dtseries.nii`));
  for (const [r, nTrs] of LENGTHS.entries()) {
    const series = matrix(
      Float32Array.from({ length: 6 * nTrs }, (_, at) => {
        const [v, t] = [Math.floor(at / nTrs), at % nTrs];
        return 100 + (v < 2 ? 5 * X[r].data[2 * t + v] : 0) + numbers.normal();
      }),
      [6, nTrs],
    );
    const content = { models, nTrs, trSec: 0.8, scale: { slope: 0.001, intercept: 100 } };
    await writeCiftiSeries(bold[r], content, [{ first: 0, series }]);
  }
  const space = { kind: "grayordinates", models } as const;
  const every = Int32Array.of(0, 1, 2, 3, 4, 5);
  const mask = files.at("cifti/mask.dscalar.nii");
  writeMaps(mask, {
    maps: fromRows([[1, 1, 1, 0, 1, 1]]),
    names: ["mask"],
    space,
    voxels: every,
    outside: 0,
  });
  const features = X.map((m, r) => files.writeNpy(`cifti/X${r + 1}.npy`, m));
  const given = { features, bold, mask, zscore: "runs", riseSec: 0, alphas: ALPHAS } as const;
  const shifts = { nShifts: 19, minShiftSec: 8, seed: 1 };
  const { nVoxels, shareP05 } = await encodeFiles({ ...given, shifts, out: files.at("cifti/out") });
  assert.equal(nVoxels, 5);
  assert.ok(shareP05 !== null && shareP05 <= 1);
  const r = foldMean(files.readNpy("cifti/out/r.npy"));
  assert.ok(r[0] > 0.9 && r[1] > 0.9 && Math.abs(r[4]) < 0.5);
  const p = files.readNpy("cifti/out/p.npy").data;
  assert.deepEqual(Array.from(p.subarray(0, 2)), [1 / 20, 1 / 20]);
  const map = await readCifti(files.at("cifti/out/r.dscalar.nii"));
  assert.ok(map.rows.kind === "scalars" && map.rows.maps[0].name === "mean held-out r");
  assert.deepEqual(map.models, models);
  assertClose(
    [0, 1, 2, 4, 5].map((v) => map.values.data[v]),
    r,
    1e-6,
  );
  assert.ok(Number.isNaN(map.values.data[3]));
  await assert.rejects(
    encodeFiles({ ...given, shifts: "none", trSec: 2, out: files.at("cifti/out") }),
    /run1\.dtseries\.nii.*0\.8/,
    "a TR that the file contradicts",
  );
});

function zscored(m: Matrix, how: "centre" | "zscore"): Matrix<Float64Array> {
  const [n, nColumns] = m.shape;
  const out = Float64Array.from(m.data);
  for (let j = 0; j < nColumns; j++) {
    const at = Array.from({ length: n }, (_, t) => t * nColumns + j);
    const mean = at.reduce((sum, i) => sum + out[i], 0) / n;
    const sd = Math.sqrt(at.reduce((sum, i) => sum + (out[i] - mean) ** 2, 0) / n);
    for (const i of at) out[i] = (out[i] - mean) / (how === "centre" ? 1 : sd);
  }
  return matrix(out, m.shape);
}

function runsOf(features: Matrix[], bold: Matrix[]) {
  let start = 0;
  const segments = features.map(({ shape }, block) => {
    start += shape[0];
    return { start: start - shape[0], end: start, block, beside: null };
  });
  return { features, bold: bold.map((m, r) => boldMatrix(`run ${r + 1}`, m)), segments };
}

test("encode refuses runs that do not fit together, by file and remedy", async () => {
  const call = (changes: object) =>
    encodeFiles({
      ...saved,
      alphas: ALPHAS,
      zscore: "runs",
      riseSec: 0,
      shifts: "none",
      out: files.at("refused"),
      ...changes,
    });
  const [x1, x2, x3] = saved.features;
  const [y1, y2, y3] = saved.bold;
  const narrow = files.writeNpy("narrow.npy", matrix(new Float64Array(RUNS[1] * 3), [RUNS[1], 3]));
  const thin = files.writeNpy("thin.npy", matrix(new Float32Array(RUNS[2] * 9), [RUNS[2], 9]));
  const gap = cut(made.X)[2];
  gap.data[50] = Number.POSITIVE_INFINITY;
  const odd = files.writeNpy("odd.npy", gap);
  const refused: [changes: object, message: RegExp][] = [
    [{ features: [x1, x2] }, /mismatched runs: 2 files of features, 4 of BOLD; expected one of each a run/],
    [{ features: [x1, x2], bold: [y1, y2] }, /invalid number of runs: 2; expected at least 3, one to test/],
    [
      { features: [x2, x1, x3], bold: [y1, y2, y3] },
      /mismatched length of run 1: .*X2\.npy has 76 TRs, .*Y1\.npy 80; expected as many/,
    ],
    [
      { features: [x1, narrow, x3], bold: [y1, y2, y3] },
      /mismatched width of run 2: .*narrow\.npy has 3 columns; expected 24 as .*X1\.npy/,
    ],
    [
      { features: [x1, x2, x3], bold: [y1, y2, thin] },
      /checkSameVoxels: mismatched voxels of run .*thin\.npy: 9 of 9; expected the same 40 of 40 as run .*Y1\.npy/,
    ],
    [
      { features: [x1, x2, odd], bold: [y1, y2, y3] },
      /encodeFiles: invalid value in row 2, column 2 of .*odd\.npy: Infinity/,
    ],
    [
      { features: [x1, x2, files.at("no.npy")], bold: [y1, y2, y3] },
      /encodeFiles: missing file: .*no\.npy \(ENOENT\); expected a matrix \[nTrs × nFeatures\]/,
    ],
    [{ bold: [y1, y2, y3, files.at("no.nii")] }, /no\.nii/],
    [
      { shifts: { nShifts: 9, minShiftSec: 20, seed: 1 } },
      /missing TR of .*Y1\.npy: the file does not say; expected seconds, in which --min-shift counts\. Pass --tr\./,
    ],
    [{ highPassSec: 100 }, /missing TR of .*Y1\.npy: .* in which --high-pass counts/],
    [{ mask: y1 }, /openBoldFiles: invalid mask: .* as its columns have no place/],
    [{ confounds: [y1], confoundColumns: ["csf"] }, /mismatched confounds: 1 tables for 4 runs/],
    [{ confounds: saved.bold }, /missing columns of confounds: none; expected tables and the columns/],
    [
      { exclude: files.write("all.tsv", "run\tstart_tr\tend_tr\n3\t0\t71\n") },
      /missing TRs of run 3 \(.*Y3\.npy\): 1 of 72 are left by .*all\.tsv; expected at least 2/,
    ],
    [
      { exclude: files.write("fifth.tsv", "run\tstart_tr\tend_tr\n5\t0\t7\n") },
      /readExcludedTrs: mismatched window in line 2 of .*: TRs 0 to 7 of run 5; expected windows within run 1 of 80 TRs/,
    ],
  ];
  for (const [changes, message] of refused) await assert.rejects(call(changes), message);
  const options = ["--features", ...saved.features, "--bold", ...saved.bold, "--out", files.at("refused")];
  const grid = brainlens("encode", ...options, "--alphas", "1e5:1:3");
  assert.equal(grid.status, 1);
  assert.match(
    grid.stderr,
    /--alphas <grid>' argument '1e5:1:3' is invalid\. expected SMALLEST:LARGEST:COUNT/,
  );
  const half = brainlens("encode", ...options, "--alphas", "1:1e5:3", "--shifts", "9");
  assert.match(half.stderr, /--shifts, --min-shift and --seed belong together: name all of them, or none\./);
});
