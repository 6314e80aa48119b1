import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  maskVoxels,
  openBids,
  openBidsRun,
  readConfounds,
  readEvents,
  readNifti,
  readRun,
  selectVoxels,
} from "../../../src/fmri";
import { fitAtlas, labelPlaces, readColourTable, readNiftiAtlas } from "../../../src/networks";
import { type Film, makeFilm, renderFrame, TOY_REGIONS, writeBidsExample } from "../../../src/simulation";
import { decodeImage, readCaptions } from "../../../src/stimuli";

const RUN_TRS = [108, 130];
const scratch = mkdtempSync(join(tmpdir(), "brainlens-bids-"));
after(() => rmSync(scratch, { recursive: true, force: true }));
const [seeing, blind] = ["seeing", "blind"].map((name) => join(scratch, name));
const WANTED = { pipeline: "simulated", format: "nifti", entities: { desc: "preproc" } } as const;

let film: Film;
before(async () => {
  film = await makeFilm({ seed: 5, runTrs: RUN_TRS });
  await writeBidsExample(seeing, { film, nSubjects: 1, brainSeed: 3, gain: 1 });
  await writeBidsExample(blind, { film, nSubjects: 1, brainSeed: 3, gain: 0 });
});

const read = async (folder: string) => {
  const [run] = openBids(folder).runs;
  const opened = await openBidsRun(run, WANTED);
  const mask = await readNifti(run.images[0].maskPath!);
  const inside = selectVoxels(opened, maskVoxels(opened, mask, "the mask"));
  const cleaned = await readRun(inside, { drift: "none", confounds: "none", scale: "none" });
  return { run, inside, bold: cleaned.bold };
};

test("openBids finds every run of the example with TR, events, confounds and mask", async () => {
  const { subjects, tasks, runs } = openBids(seeing);
  assert.deepEqual([subjects, tasks], [["01"], ["film"]]);
  assert.equal(runs.length, RUN_TRS.length);
  for (const [r, run] of runs.entries()) {
    const opened = await openBidsRun(run, WANTED);
    assert.deepEqual([opened.nFileTrs, opened.trSec], [RUN_TRS[r], 1]);
    const confounds = readConfounds(run.confoundsPath!, { columns: ["motion24"], missing: "zero" });
    assert.deepEqual(confounds.values.shape, [RUN_TRS[r], 24]);
    const { clips } = film.runs[r];
    assert.deepEqual(
      readEvents(run.eventsPath!).map(({ onsetSec, durationSec, trialType }) => ({
        onsetSec,
        durationSec,
        trialType,
      })),
      clips.map(({ startSeconds, endSeconds, validation }) => ({
        onsetSec: startSeconds,
        durationSec: endSeconds - startSeconds,
        trialType: validation ? "repeat" : "clip",
      })),
    );
  }
});

test("frames and captions of the example are the film's, its runs one after the other", async () => {
  const folder = join(seeing, "stimuli", "frames");
  const frames = readdirSync(folder);
  assert.equal(
    frames.length,
    RUN_TRS.reduce((sum, n) => sum + n),
  );
  const second = RUN_TRS[0] + 20;
  const path = join(folder, frames[second]);
  const { data } = await decodeImage(readFileSync(path), path);
  assert.deepEqual(new Uint8Array(data), renderFrame(film, 1, 20).data);
  const table = join(seeing, "stimuli", "captions.tsv");
  const captions = readCaptions(readFileSync(table), table);
  const first = film.runs[1].scenes[0];
  const found = captions.find(({ onsetSec }) => onsetSec === RUN_TRS[0] + first.startSeconds);
  assert.equal(found?.text, first.caption);
});

test("only voxels of the named regions answer to the film", async () => {
  const [a, b] = await Promise.all([seeing, blind].map(read));
  const folder = join(seeing, "derivatives", "simulated");
  const atlas = fitAtlas(
    await readNiftiAtlas(join(folder, "regions.nii.gz"), {
      ...{ name: "toy", licence: "MIT", citation: "none", background: [] },
      table: await readColourTable(join(folder, "regions.txt")),
    }),
    a.inside,
  );
  assert.equal(atlas.table.length, TOY_REGIONS.length + 1);
  const places = labelPlaces(atlas);
  const [, nVoxels] = a.bold.shape;
  const answers = new Map<number, number>();
  places.forEach((place, v) => {
    let difference = 0;
    for (let t = 0; t < a.bold.shape[0]; t++)
      difference = Math.max(
        difference,
        Math.abs(a.bold.data[t * nVoxels + v] - b.bold.data[t * nVoxels + v]),
      );
    // A rounding of float32 is 0.001 of these numbers about 10,000; the noise's SD is 100.
    const isQuiet = difference < 0.01;
    assert.equal(isQuiet, place === TOY_REGIONS.length, `voxel ${v} of ${atlas.table[place]?.name}`);
    answers.set(place, (answers.get(place) ?? 0) + 1);
  });
  for (const [place, { name }] of atlas.table.entries()) assert.ok((answers.get(place) ?? 0) >= 20, name);
});

test("an example that is there is kept, one of other choices is written anew", async () => {
  const description = join(seeing, "dataset_description.json");
  const before = statSync(description).mtimeMs;
  await writeBidsExample(seeing, { film, nSubjects: 1, brainSeed: 3, gain: 1 });
  assert.equal(statSync(description).mtimeMs, before);
  await writeBidsExample(seeing, { film, nSubjects: 2, brainSeed: 3, gain: 1 });
  assert.deepEqual(openBids(seeing).subjects, ["01", "02"]);
});
