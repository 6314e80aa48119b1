import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import {
  type GroupRun,
  hcpMovieSubjects,
  labelGrayordinates,
  labelVoxels,
  maskVoxels,
  niftiHeaderOf,
  openCiftiRun,
  openHcpMovie,
  openNiftiRun,
  openNpyRun,
  readCifti,
  readNifti,
  readRun,
  runBlocks,
  selectVoxels,
  structureVoxels,
  subjectRuns,
  trimRun,
  writeCifti,
  writeNifti,
} from "../../src/fmri";
import { encodeNpy, fromRows, matrix, zeros } from "../../src/tensor";
import { expectedImages, fixturePath, floatsOf, makeFolder, writeFile } from "./image-fixtures";

const PLAIN = { drift: "none", confounds: "none", scale: "zscore" } as const;

/** The population z-scores of some series [nTrs × nVoxels], in float64. */
function zscores(series: Float64Array[]): Float64Array[] {
  return series.map((course) => {
    const mean = course.reduce((sum, value) => sum + value / course.length, 0);
    const sd = Math.sqrt(course.reduce((sum, value) => sum + (value - mean) ** 2 / course.length, 0));
    return course.map((value) => (value - mean) / sd);
  });
}

test("every reader gives the same kind of run: NIfTI, CIFTI, npy, tables", async () => {
  const bold = fromRows([
    [1, 5],
    [2, 3],
    [4, 1],
  ]);
  const group: GroupRun = {
    subjects: [{ id: "s18", bold, nMissing: 0 }],
    roiNames: ["LATL", "LIFG"],
    trSec: 2,
    startSec: 20,
    leftOut: [],
  };
  const npy = writeFile("bold.npy", encodeNpy(bold));
  const runs = [
    await openNiftiRun(fixturePath("nifti", "series.nii.gz"), { trSec: null }),
    await openCiftiRun(fixturePath("cifti", "bold.dtseries.nii"), { trSec: null }),
    await openNpyRun(npy, { trSec: 2, startSec: 20, columnNames: group.roiNames }),
    ...subjectRuns(group),
  ];
  for (const run of runs) {
    const { bold: cleaned, gaps, nMasked } = await readRun(run, PLAIN);
    assert.deepEqual(cleaned.shape, [run.nFileTrs, run.nFileVoxels]);
    assert.deepEqual([gaps.constant.length, gaps.missing.length, nMasked], [0, 0, 0]);
  }
  const [table, array] = [await readRun(runs[3], PLAIN), await readRun(runs[2], PLAIN)];
  assert.deepEqual(table.bold, array.bold);
  assert.deepEqual([table.space, table.trSec, table.startSec], [array.space, array.trSec, array.startSec]);
});

for (const [name, open] of [
  ["series.nii.gz", () => openNiftiRun(fixturePath("nifti", "series.nii.gz"), { trSec: null })],
  ["bold.dtseries.nii", () => openCiftiRun(fixturePath("cifti", "bold.dtseries.nii"), { trSec: null })],
  ["int16.dtseries.nii", () => openCiftiRun(fixturePath("cifti", "int16.dtseries.nii"), { trSec: null })],
] as const) {
  test(`selected voxels and TRs of ${name} are those of nibabel's array`, async () => {
    const whole = await open();
    const [nTrs, nVoxels] = [whole.nFileTrs, whole.nFileVoxels];
    const values = floatsOf((expectedImages.nifti[name] ?? expectedImages.cifti[name]).values);
    const wanted = [0, 3, 4, 11, nVoxels - 1];
    const run = trimRun(selectVoxels(whole, wanted), { start: 2, end: 5 });
    const expected = wanted.map((voxel) =>
      Float64Array.from({ length: nTrs - 7 }, (_, t) => Math.fround(values[(t + 2) * nVoxels + voxel])),
    );
    for await (const { first, series } of runBlocks(run)) {
      assert.equal(series.shape[0] + first, first === 0 ? series.shape[0] : wanted.length);
      for (let i = 0; i < series.shape[0]; i++) {
        const row = series.data.subarray(i * (nTrs - 7), (i + 1) * (nTrs - 7));
        assert.deepEqual(Float64Array.from(row), expected[first + i]);
      }
    }
    const { bold, voxels, nMasked, startSec } = await readRun(run, PLAIN);
    assert.deepEqual([Array.from(voxels), nMasked], [wanted, nVoxels - wanted.length]);
    assert.equal(startSec, whole.startSec + 2 * (whole.trSec ?? 0));
    zscores(expected).forEach((course, i) => {
      // float32 results: half a spacing below 4.
      course.forEach((value, t) => assert.ok(Math.abs(value - bold.data[t * wanted.length + i]) < 2.5e-7));
    });
  });
}

test("a block is good until the next is asked for: one that is kept has to be copied", async () => {
  const run = await openCiftiRun(fixturePath("cifti", "bold.dtseries.nii"), { trSec: null });
  const blocks = [];
  for await (const block of runBlocks(run, { budgetBytes: 1 })) blocks.push(block.series.data.slice());
  const all = (await readCifti(fixturePath("cifti", "bold.dtseries.nii"))).values;
  const joined = blocks.flatMap((block) => Array.from(block));
  for (let i = 0; i < 25; i++) {
    for (let t = 0; t < 30; t++) assert.equal(joined[i * 30 + t], all.data[t * 25 + i]);
  }
});

test("openNpyRun takes integers and floats in C order, and refuses the rest", async () => {
  const path1 = writeFile("run.npy", encodeNpy(zeros([0, 4])));
  await assert.rejects(openNpyRun(path1, { trSec: 1, startSec: 0, name: "movie 1" }), {
    message: `openNpyRun: missing TRs of run movie 1 (${path1}): 0 × 4; expected at least one TR and one voxel. Leave the run out.`,
  });
  const vector = encodeNpy(zeros([5, 1]));
  const text = Buffer.from(vector);
  text.write("(5,   )", text.indexOf("(5, 1)"), "latin1");
  const path2 = writeFile("vector.npy", text);
  await assert.rejects(openNpyRun(path2, { trSec: 1, startSec: 0 }), {
    message: `openNpyRun: invalid array in ${path2}: (5); expected [nTrs × nVoxels] in C order. Save it with numpy.save(file, numpy.ascontiguousarray(bold)).`,
  });
  const path3 = writeFile("short.npy", encodeNpy(zeros([5, 4])).subarray(0, -1));
  await assert.rejects(
    openNpyRun(path3, { trSec: 1, startSec: 0 }),
    /truncated file .*: 287 bytes; expected 288/,
  );
});

const AFFINE = fromRows([
  [2, 0, 0, 0],
  [0, 2, 0, 0],
  [0, 0, 2, 0],
  [0, 0, 0, 1],
]);

test("maskVoxels and labelVoxels want an image on the run's own voxels", async () => {
  const file = fixturePath("nifti", "msec.nii");
  const run = await openNiftiRun(file, { trSec: null, name: "movie 1" });
  if (run.space.kind !== "volume") throw new Error("no volume");
  const { header } = run.space;
  const imageOf = async (values: number[], shape: number[], like = header) => {
    const target = path.join(makeFolder(), "mask.nii");
    writeNifti(target, { header: like, shape, values, datatype: "float32" });
    return readNifti(target);
  };
  const values = new Array(60).fill(0);
  [values[3], values[7], values[59]] = [1, 2, 2];
  const mask = await imageOf(values, [5, 4, 3]);
  assert.deepEqual(Array.from(maskVoxels(run, mask, "mask.nii")), [3, 7, 59]);
  assert.deepEqual(Array.from(labelVoxels(run, mask, [2], "atlas.nii")), [7, 59]);
  const other = await imageOf(new Array(60).fill(1), [5, 3, 4]);
  assert.throws(() => maskVoxels(run, other, "mask.nii"), {
    message:
      "maskVoxels: mismatched shape of mask.nii: 5 × 3 × 4; expected 5 × 4 × 3 as in run movie 1. Resample one onto the other first.",
  });
  const moved = await imageOf(new Array(60).fill(1), [5, 4, 3], niftiHeaderOf(AFFINE));
  assert.throws(
    () => maskVoxels(run, moved, "mask.nii"),
    /mismatched affine of mask\.nii: it differs by 126 from/,
  );
  const empty = await imageOf(new Array(60).fill(0), [5, 4, 3]);
  assert.throws(() => maskVoxels(run, empty, "mask.nii"), {
    message:
      "maskVoxels: missing voxels: mask.nii is 0 throughout; expected a mask with values other than 0. Pass another mask.",
  });
  assert.throws(() => labelVoxels(run, mask, [9], "atlas.nii"), {
    message:
      "labelVoxels: missing voxels: none of atlas.nii has label 9; expected at least one. Look the numbers up in the atlas' table.",
  });
  values[0] = Number.NaN;
  const gap = await imageOf(values, [5, 4, 3]);
  assert.throws(() => maskVoxels(run, gap, "mask.nii"), {
    message:
      "maskVoxels: missing value at voxel 0 of mask.nii: NaN; expected numbers. Write 0 outside the mask.",
  });
});

test("labelGrayordinates selects by the names of a .dlabel file with the same brain models", async () => {
  const run = await openCiftiRun(fixturePath("cifti", "bold.dtseries.nii"), { trSec: null, name: "movie 1" });
  const atlas = await readCifti(fixturePath("cifti", "atlas.dlabel.nii"));
  const wanted = { map: "networks", labels: ["visual", "A & B"] };
  const found = labelGrayordinates(run, atlas, wanted, "atlas.dlabel.nii");
  const keys = Array.from(atlas.values.data.subarray(0, 25));
  assert.deepEqual(
    Array.from(found),
    keys.flatMap((key, i) => (key === 1 || key === 7 ? [i] : [])),
  );
  assert.throws(() => labelGrayordinates(run, atlas, { ...wanted, map: "Yeo" }, "atlas.dlabel.nii"), {
    message:
      'labelGrayordinates: unknown map of atlas.dlabel.nii: "Yeo"; expected one of "networks", "odd". Name it as the file does.',
  });
  const models = { ...atlas.models, nGrayordinates: 18, models: atlas.models.models.slice(0, 2) };
  const cortex = { ...atlas, models, values: matrix(new Float64Array(36), [2, 18]) };
  assert.throws(() => labelGrayordinates(run, cortex, wanted, "atlas.dlabel.nii"), {
    message:
      "labelGrayordinates: mismatched space of run movie 1: other grayordinates than atlas.dlabel.nii; expected the same brain models. Take an atlas of the run's resolution, or resample it with wb_command.",
  });
  if (run.space.kind !== "grayordinates") throw new Error("no grayordinates");
  const left = selectVoxels(run, structureVoxels(run.space.models, ["CIFTI_STRUCTURE_CORTEX_LEFT"]));
  assert.equal((await readRun(left, PLAIN)).bold.shape[1], 9);
});

test("openHcpMovie opens four runs in the HCP's layout, and refuses a run of another length", async () => {
  const root = makeFolder();
  const atlas = await readCifti(fixturePath("cifti", "atlas.dlabel.nii"));
  const models = {
    nGrayordinates: 3,
    volume: null,
    models: [{ ...atlas.models.models[0], vertices: Int32Array.of(0, 1, 2) }],
  };
  const write = (folder: string, nTrs: number) => {
    const results = path.join(root, "100610", "MNINonLinear", "Results", folder);
    fs.mkdirSync(results, { recursive: true });
    writeCifti(path.join(results, `${folder}_Atlas_MSMAll_hp2000_clean.dtseries.nii`), {
      rows: { kind: "series", nTrs, startSec: 0, stepSec: 1 },
      models: models as never,
      values: zeros([nTrs, 3]),
    });
  };
  write("tfMRI_MOVIE1_7T_AP", 921);
  write("tfMRI_MOVIE2_7T_PA", 918);
  write("tfMRI_MOVIE3_7T_PA", 915);
  write("tfMRI_MOVIE4_7T_AP", 901);
  assert.deepEqual(hcpMovieSubjects(root), ["100610"]);
  const runs = await openHcpMovie(root, { subject: "100610", image: "32k" });
  assert.deepEqual(
    runs.map(({ nFileTrs, trSec }) => [nFileTrs, trSec]),
    [
      [921, 1],
      [918, 1],
      [915, 1],
      [901, 1],
    ],
  );
  write("tfMRI_MOVIE4_7T_AP", 900);
  await assert.rejects(
    openHcpMovie(root, { subject: "100610", image: "32k" }),
    /^Error: openHcpMovie: mismatched length of run 100610 tfMRI_MOVIE4_7T_AP \(.*\): 900 TRs; expected 901\./,
  );
  await assert.rejects(
    openHcpMovie(root, { subject: "100610", image: "59k" }),
    /^Error: openCiftiRun: missing file: run 100610 tfMRI_MOVIE1_7T_AP \(.*1\.6mm_MSMAll/,
  );
});

test("reading stops when it is aborted", async () => {
  const run = await openNiftiRun(fixturePath("nifti", "series.nii.gz"), { trSec: null });
  const stop = new AbortController();
  stop.abort();
  await assert.rejects(readRun(run, PLAIN, { signal: stop.signal }), { name: "AbortError" });
});

test("values beyond 2 and 4 GiB of a file are read where they are, without the rest", async () => {
  const shape = [128, 128, 64, 1200] as const; // 4.7 GiB of int16, all of it holes but the last TR
  const nVoxels = 128 * 128 * 64;
  const header = Buffer.from(niftiHeaderOf(AFFINE).bytes);
  [4, ...shape, 1, 1, 1].forEach((length, i) => header.writeInt16LE(length, 40 + 2 * i));
  header.writeInt16LE(4, 70);
  const target = path.join(makeFolder(), "large.nii");
  const file = fs.openSync(target, "w");
  const last = Int16Array.from({ length: nVoxels }, (_, i) => i % 1000);
  fs.writeSync(file, header, 0, header.length, 0);
  fs.writeSync(file, new Uint8Array(last.buffer), 0, 2 * nVoxels, 352 + 2 * nVoxels * 1199);
  fs.closeSync(file);
  const run = trimRun(await openNiftiRun(target, { trSec: 1 }), { start: 1197, end: 0 });
  const { series } = (await runBlocks(selectVoxels(run, [0, 5, nVoxels - 1])).next()).value;
  assert.deepEqual(Array.from(series.data), [0, 0, 0, 0, 0, 5, 0, 0, last[nVoxels - 1]]);
  assert.equal(run.startSec, 1197);
  fs.rmSync(target);
});
