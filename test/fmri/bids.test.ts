import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import {
  checkEvents,
  checkSameVoxels,
  checkStimulusLength,
  niftiHeaderOf,
  openBids,
  openBidsRun,
  openRun,
  readConfounds,
  readEvents,
  readNifti,
  readRun,
  selectVoxels,
  writeNifti,
} from "../../src/fmri";
import { fromRows } from "../../src/tensor";
import { fixturePath, makeFolder, writeFile } from "./image-fixtures";

const EVENTS = "onset\tduration\ttrial_type\tresponse\n10\t2\tface\tn/a\n4.5\tn/a\thouse\t1\n";
const CONFOUNDS = [
  "global_signal\tcsf\twhite_matter\ttrans_x\ttrans_x_derivative1\ta_comp_cor_00\ta_comp_cor_01",
  "1\t2\t3\t0.1\tn/a\t5\t6",
  "2\t3\t5\t0.2\t0.1\t6\t7",
  "4\t4\t6\t0.4\t0.2\t7\t8",
].join("\n");

/** A series of 4 × 3 × 2 voxels, 3 TRs of 2 s: voxel + 100 · TR. */
function writeSeries(file: string): void {
  const header = niftiHeaderOf(
    fromRows([
      [2, 0, 0, 0],
      [0, 2, 0, 0],
      [0, 0, 2, 0],
      [0, 0, 0, 1],
    ]),
    { trSec: 2 },
  );
  const values = Float32Array.from(
    { length: 72 },
    (_, i) => (i % 24) * (1 + Math.floor(i / 24)) + 100 * (i % 7),
  );
  writeNifti(file, { header, shape: [4, 3, 2, 3], values, datatype: "float32" });
}

/** A data set of two subjects with a pipeline, as fMRIPrep names its files. */
function writeBids(): string {
  const root = makeFolder();
  const put = (name: string, content: string) => {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), content);
  };
  put("dataset_description.json", '{"Name": "x", "BIDSVersion": "1.10.0"}');
  put("participants.tsv", "participant_id\nsub-01\nsub-02\n");
  put("task-film_bold.json", '{"RepetitionTime": 2, "TaskName": "film"}');
  put("task-film_events.tsv", "onset\tduration\n0\t1\n");
  put("sub-02/sub-02_task-film_bold.json", '{"RepetitionTime": 2.0}');
  for (const run of ["1", "2"]) {
    writeSeries(path.join(root, `sub-01/func/sub-01_task-film_run-${run}_bold.nii.gz`));
  }
  put("sub-01/func/sub-01_task-film_run-2_events.tsv", EVENTS);
  put("sub-01/anat/sub-01_T1w.nii.gz", "");
  writeSeries(path.join(root, "sub-02/ses-a/func/sub-02_ses-a_task-rest_bold.nii"));
  put("sub-02/ses-a/func/sub-02_ses-a_task-rest_bold.json", '{"RepetitionTime": 2}');
  const func = "derivatives/fmriprep/sub-01/func";
  for (const space of ["MNI152NLin2009cAsym", "T1w"]) {
    writeSeries(path.join(root, func, `sub-01_task-film_run-1_space-${space}_desc-preproc_bold.nii.gz`));
  }
  put(`${func}/sub-01_task-film_run-1_space-T1w_desc-brain_mask.nii.gz`, "");
  put(`${func}/sub-01_task-film_run-1_desc-confounds_timeseries.tsv`, CONFOUNDS);
  fs.mkdirSync(path.join(root, func), { recursive: true });
  fs.copyFileSync(
    fixturePath("cifti", "bold.dtseries.nii"),
    path.join(root, func, "sub-01_task-film_run-1_space-fsLR_den-91k_bold.dtseries.nii"),
  );
  return root;
}

test("openBids finds subjects, tasks, runs, TR, events, confounds, masks and the images of pipelines", () => {
  const root = writeBids();
  const { subjects, tasks, runs } = openBids(root);
  assert.deepEqual(
    [subjects, tasks],
    [
      ["01", "02"],
      ["film", "rest"],
    ],
  );
  const relative = (file: string | null) => (file === null ? null : path.relative(root, file));
  assert.deepEqual(
    runs.map((run) => [
      run.name,
      run.session,
      run.run,
      run.trSec,
      relative(run.eventsPath),
      run.images.length,
    ]),
    [
      ["sub-01_task-film_run-1", null, "1", 2, "task-film_events.tsv", 4],
      ["sub-01_task-film_run-2", null, "2", 2, "sub-01/func/sub-01_task-film_run-2_events.tsv", 1],
      ["sub-02_ses-a_task-rest", "a", null, 2, null, 1],
    ],
  );
  assert.match(relative(runs[0].confoundsPath) ?? "", /fmriprep.*run-1_desc-confounds_timeseries\.tsv$/);
  assert.equal(runs[1].confoundsPath, null);
  const masks = runs[0].images.map(({ pipeline, format, entities, maskPath }) => [
    pipeline,
    format,
    entities.space ?? "",
    maskPath !== null,
  ]);
  assert.deepEqual(masks, [
    ["raw", "nifti", "", false],
    ["fmriprep", "nifti", "MNI152NLin2009cAsym", false],
    ["fmriprep", "nifti", "T1w", true],
    ["fmriprep", "cifti", "fsLR", false],
  ]);
});

test("runs that differ in the direction of encoding alone have their own confounds and masks; run 10 comes after run 2", () => {
  const root = makeFolder();
  const func = path.join(root, "derivatives/fmriprep/sub-01/func");
  fs.mkdirSync(func, { recursive: true });
  for (const run of ["dir-PA_run-10", "dir-AP_run-2", "dir-PA_run-2"]) {
    const start = path.join(func, `sub-01_task-film_${run}`);
    writeSeries(`${start}_space-T1w_desc-preproc_bold.nii.gz`);
    fs.writeFileSync(`${start}_space-T1w_desc-brain_mask.nii.gz`, "");
    fs.writeFileSync(`${start}_desc-confounds_timeseries.tsv`, CONFOUNDS);
  }
  const { runs } = openBids(root);
  assert.deepEqual(
    runs.map(({ name }) => name),
    ["dir-AP_run-2", "dir-PA_run-2", "dir-PA_run-10"].map((run) => `sub-01_task-film_${run}`),
  );
  for (const { name, confoundsPath, images } of runs) {
    assert.equal(path.basename(confoundsPath ?? ""), `${name}_desc-confounds_timeseries.tsv`);
    assert.equal(path.basename(images[0].maskPath ?? ""), `${name}_space-T1w_desc-brain_mask.nii.gz`);
  }
});

test("openBidsRun opens the image asked for, and lists the images when none or several fit", async () => {
  const [run] = openBids(writeBids()).runs;
  const wanted = { pipeline: "fmriprep", format: "nifti", entities: { space: "T1w" } } as const;
  const opened = await openBidsRun(run, wanted);
  assert.deepEqual([opened.name, opened.trSec, opened.nFileTrs], ["sub-01_task-film_run-1", 2, 3]);
  await assert.rejects(openBidsRun(run, { ...wanted, entities: {} }), {
    message:
      'openBidsRun: ambiguous image of run sub-01_task-film_run-1: 2 fit {"pipeline":"fmriprep","format":"nifti","entities":{}}; expected one of: raw nifti; fmriprep nifti space-MNI152NLin2009cAsym desc-preproc; fmriprep nifti space-T1w desc-preproc; fmriprep cifti space-fsLR den-91k. Name pipeline, format and entities that single it out.',
  });
  await assert.rejects(openBidsRun(run, { ...wanted, pipeline: "feat" }), /missing image of run .*: 0 fit/);
});

test("a TR in the header that is not the sidecar's is refused with run and file", async () => {
  const root = writeBids();
  fs.writeFileSync(path.join(root, "task-film_bold.json"), '{"RepetitionTime": 1.5}');
  const run = openBids(root).runs[1];
  const file = run.images[0].path;
  await assert.rejects(openBidsRun(run, { pipeline: "raw", format: "nifti", entities: {} }), {
    message: `openNiftiRun: mismatched TR of run ${run.name} (${file}): 2 s in its header, 1.5 s as stated; expected the same within 1 ms. Correct whichever is wrong: events would drift against BOLD.`,
  });
});

test("openBids says what is wrong with a folder or a sidecar", () => {
  const empty = makeFolder();
  assert.throws(() => openBids(empty), {
    message: `openBids: missing runs: no sub-*/func/*_bold.nii[.gz] in ${empty} or its derivatives; expected at least one. Pass the folder that holds sub-01 and so on.`,
  });
  const root = writeBids();
  const sidecar = path.join(root, "task-film_bold.json");
  for (const [content, message] of [
    [
      '{"RepetitionTime": "2"}',
      `invalid RepetitionTime in ${sidecar}: "2"; expected a positive number of seconds. Correct the sidecar.`,
    ],
    ['{"RepetitionTime"', `invalid JSON in ${sidecar}: `],
  ]) {
    fs.writeFileSync(sidecar, content);
    assert.throws(
      () => openBids(root),
      (error: Error) => error.message.startsWith(`openBids: ${message}`),
    );
  }
});

test("readEvents sorts by onset, keeps other columns and refuses events without a time", () => {
  assert.deepEqual(readEvents(writeFile("a_events.tsv", EVENTS)), [
    { onsetSec: 4.5, durationSec: Number.NaN, trialType: "house", columns: { response: "1" } },
    { onsetSec: 10, durationSec: 2, trialType: "face", columns: { response: "n/a" } },
  ]);
  for (const [text, message] of [
    [
      "onset\tduration\n1\n",
      (p: string) =>
        `mismatched columns in line 2 of ${p}: 1; expected 2 (onset, duration). The file is damaged or no BIDS table: write it again.`,
    ],
    [
      "onset\tduration\nx\t1\n",
      (p: string) =>
        `invalid number in line 2, column onset of ${p}: "x"; expected a number or n/a. The file is damaged or no BIDS table: write it again.`,
    ],
    [
      "onset\tduration\nn/a\t1\n",
      (p: string) =>
        `missing onset in line 2, column onset of ${p}: n/a; expected seconds. Leave the event out or give its time.`,
    ],
    [
      "start\tduration\n1\t1\n",
      (p: string) =>
        `missing column of ${p}: "onset"; expected onset and duration among start, duration. Name the columns as BIDS does.`,
    ],
  ] as const) {
    const file = writeFile("a_events.tsv", text);
    assert.throws(() => readEvents(file), { message: `readEvents: ${message(file)}` });
  }
});

test("readConfounds takes names, sets and prefixes, and says what n/a becomes", () => {
  const file = writeFile("confounds.tsv", CONFOUNDS);
  const columns = ["tissue", "trans_x_derivative1", "a_comp_cor_0*", "csf"];
  const zero = readConfounds(file, { columns, missing: "zero" });
  assert.deepEqual(zero.columns, [
    "csf",
    "white_matter",
    "trans_x_derivative1",
    "a_comp_cor_00",
    "a_comp_cor_01",
  ]);
  assert.deepEqual(Array.from(zero.values.data.slice(0, 5)), [2, 3, 0, 5, 6]);
  assert.equal(zero.nMissing, 1);
  assert.ok(Number.isNaN(readConfounds(file, { columns, missing: "nan" }).values.data[2]));
  assert.throws(() => readConfounds(file, { columns: ["motion6"], missing: "zero" }), {
    message: `readConfounds: unknown column of ${file}: trans_y, trans_z, rot_x, rot_y, rot_z; expected some of its 7: global_signal, csf, white_matter, trans_x, trans_x_derivative1, a_comp_cor_00, a_comp_cor_01; or a set: motion6, motion24, tissue, global. Name columns as the table does.`,
  });
});

test("events, stimuli and runs that do not fit each other are refused by name", async () => {
  const { runs } = openBids(writeBids());
  const open = (i: number) => openBidsRun(runs[i], { pipeline: "raw", format: "nifti", entities: {} });
  const [first, second] = [await open(0), await open(1)];
  const events = readEvents(runs[1].eventsPath ?? "");
  assert.throws(() => checkEvents(second, events, "events.tsv"), {
    message:
      "checkEvents: mismatched events of run sub-01_task-film_run-2: event 2 of events.tsv starts at 10 s; expected less than 6 s (3 TRs of 2 s). Check the TR of header and sidecar, and that the events are in seconds and of this run.",
  });
  checkEvents(second, events.slice(0, 1), "events.tsv");
  checkStimulusLength(first, { name: "film.mp4", onsetSec: 0, durationSec: 7.9 });
  for (const [durationSec, which] of [
    [9, "longer"],
    [3, "shorter"],
  ] as const) {
    assert.throws(() => checkStimulusLength(first, { name: "film.mp4", onsetSec: 0, durationSec }), {
      message: `checkStimulusLength: mismatched length of film.mp4 and run sub-01_task-film_run-1: the stimulus ends at ${durationSec} s, ${which} than the BOLD, which ends at 6 s (3 TRs of 2 s); expected the same within one TR. Check the TR and the stimulus' version, or trim one of them.`,
    });
  }
  checkSameVoxels([first, second]);
  assert.throws(() => checkSameVoxels([first, selectVoxels(second, [1, 2])]), {
    message:
      "checkSameVoxels: mismatched voxels of run sub-01_task-film_run-2: 2 of 24; expected the same 24 of 24 as run sub-01_task-film_run-1. Select the same voxels in runs of one space.",
  });
});

test("a run of a BIDS folder is cleaned with its confounds", async () => {
  const [run] = openBids(writeBids()).runs;
  const opened = await openBidsRun(run, {
    pipeline: "fmriprep",
    format: "nifti",
    entities: { space: "T1w" },
  });
  const { values } = readConfounds(run.confoundsPath ?? "", { columns: ["csf"], missing: "zero" });
  const { bold, gaps } = await readRun(opened, { drift: "none", confounds: values, scale: "zscore" });
  assert.deepEqual(bold.shape, [3, 24]);
  const dot = (j: number) => [0, 1, 2].reduce((sum, t) => sum + bold.data[t * 24 + j] * values.data[t], 0);
  const usable = Array.from({ length: 24 }, (_, j) => j).filter((j) => !gaps.constant.includes(j));
  assert.ok(usable.length > 15 && usable.every((j) => Math.abs(dot(j)) < 1e-5));
});

test("openRun tells formats apart by name", async () => {
  await assert.rejects(openRun("a.mgz", { trSec: 1 }), {
    message:
      "openRun: unknown format of a.mgz; expected .dtseries.nii, .nii, .nii.gz or .npy. Convert the file, or read a table with the reader of its data set.",
  });
  const { values } = await readNifti(fixturePath("nifti", "msec.nii"));
  assert.equal(values.length, 1200);
});
