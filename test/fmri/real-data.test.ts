import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import {
  checkEvents,
  interSubjectCorrelation,
  maskVoxels,
  openNiftiRun,
  readAliceRois,
  readEvents,
  readNifti,
  readRun,
  selectVoxels,
  subjectRuns,
  zscoreRuns,
} from "../../src/fmri";
import { matrix } from "../../src/tensor";

const FOLDERS = [
  ...(process.env.BRAINLENS_DATA ?? "data/downloads").split(path.delimiter),
  path.join(__dirname, "..", "..", "..", "shared", "data"),
];
const find = (name: string) =>
  FOLDERS.map((folder) => path.join(folder, name)).find((folder) => fs.existsSync(folder));
const [haxby, alice] = [find("haxby2001"), find("alice")];
const noHaxby = haxby === undefined && "the Haxby data (haxby2001) are in none of the data folders";
const noAlice = alice === undefined && "the Alice data (alice) are in none of the data folders";
const PLAIN = { drift: "none", confounds: "none", scale: "zscore" } as const;

function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

test("every image of the Haxby data is read, and every series is a run", { skip: noHaxby }, async () => {
  const images = filesBelow(haxby as string).filter((file) => file.endsWith(".nii.gz"));
  assert.equal(images.length, 32);
  for (const file of images) {
    const { header, values } = await readNifti(file);
    assert.ok(values.every(Number.isFinite), file);
    if (header.shape.length < 4) continue;
    const run = await openNiftiRun(file, { trSec: 2.5 });
    const { bold, gaps } = await readRun(run, PLAIN);
    assert.equal(bold.shape[0], file.endsWith(path.join("haxby2001", "bold.nii.gz")) ? 1452 : 121);
    const nUsable = bold.shape[1] - gaps.constant.length;
    // Standardised values have a mean square of 1; float32 sums leave 1e-6 of it.
    const squares = bold.data.reduce((sum, value) => (Number.isNaN(value) ? sum : sum + value * value), 0);
    assert.ok(Math.abs(squares / (nUsable * bold.shape[0]) - 1) < 1e-6, file);
  }
});

test("the slice of all Haxby runs is that of the run files, one after the other", {
  skip: noHaxby,
}, async () => {
  const whole = await readNifti(path.join(haxby as string, "bold.nii.gz"));
  let at = 0;
  for (let run = 1; run <= 12; run++) {
    const name = `task001_run${String(run).padStart(3, "0")}`;
    const folder = path.join(haxby as string, "haxby2001", "sub001", "BOLD", name);
    const { values } = await readNifti(path.join(folder, "bold_1slice.nii.gz"));
    assert.deepEqual(whole.values.subarray(at, at + values.length), values, name);
    at += values.length;
    const opened = await openNiftiRun(path.join(folder, "bold_25mm.nii.gz"), { trSec: 2.5, name });
    const events = readEvents(path.join(folder, "bold_events.tsv"));
    assert.equal(events.length, 8);
    checkEvents(opened, events, "bold_events.tsv");
    const mask = await readNifti(
      path.join(haxby as string, "haxby2001", "sub001", "masks", "25mm", "brain.nii.gz"),
    );
    const { bold, nMasked } = await readRun(
      selectVoxels(opened, maskVoxels(opened, mask, "brain.nii.gz")),
      PLAIN,
    );
    assert.deepEqual([bold.shape, nMasked], [[121, 129], 471]);
  }
  assert.equal(at, whole.values.length);
});

test("every region table of the Alice data is a run like any other", { skip: noAlice }, async () => {
  for (const radiusMm of [10, 6] as const) {
    const group = readAliceRois(alice as string, { radiusMm });
    const runs = subjectRuns(group);
    assert.equal(runs.length, 27);
    const series = [];
    for (const [s, run] of runs.entries()) {
      const { bold, startSec, trSec } = await readRun(run, PLAIN);
      assert.deepEqual([bold.shape, startSec, trSec], [[362, 6], 20, 2]);
      const [expected] = zscoreRuns([group.subjects[s].bold]);
      // Raw values of 200 are rounded by up to 8e-6 in float32, and their SD is about 0.5.
      bold.data.forEach((value, i) => assert.ok(Math.abs(value - expected.data[i]) < 5e-5));
      series.push(matrix(Float64Array.from(bold.data), bold.shape));
    }
    if (radiusMm === 6) continue;
    const r = interSubjectCorrelation(series, [Int32Array.from({ length: 362 }, (_, t) => t)]);
    const lptl = runs.map((_, s) => Math.atanh(r.data[6 * s + 2]));
    // The published regions' strongest coupling, read off the data once: 0.385.
    assert.ok(Math.abs(Math.tanh(lptl.reduce((a, b) => a + b) / 27) - 0.385) < 0.02);
  }
});
