import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { niftiHeaderOf, writeNifti } from "../../fmri";
import { type Progress, writeAtomically } from "../../store";
import { confoundsTable, headMotion } from "../brains/head-motion";
import { seedFor } from "../brains/normal-numbers";
import { NO_REGION, REGIONS } from "../brains/planted-truth";
import { attributeResponses, noiseVariances } from "../brains/responses";
import { simulatedRun } from "../brains/simulated-run";
import { drawSubject, signalWeights } from "../brains/subject";
import { subjectHrf } from "../brains/subject-hrf";
import { type Film, renderFrame } from "../world/film";
import { TOY_REGIONS, type ToyBrain, toyBrain } from "./toy-brain";

/** Who saw what in the example of `writeBidsExample`: a film, how many simulated subjects, and the seed that these come from. */
export interface BidsExampleChoices {
  film: Film;
  nSubjects: number;
  brainSeed: number;
  /** 1: responses as planned; 0: brains that do not see the film. */
  gain: number;
}

/** Counted up whenever the same choices would give other files. */
const VERSION = 1;
const SPACE = "space-toy";
const COLOURS = [
  "31 119 180",
  "255 127 14",
  "44 160 44",
  "214 39 40",
  "148 103 189",
  "140 86 75",
  "160 160 160",
];

/**
 * Writes a small BIDS data set as a lab might bring it, for trying out what is done with one's own: simulated subjects who saw a film, in a
 * toy brain of 8-mm voxels with a region for each of `TOY_REGIONS` and one for voxels in which nothing is planted. It is no evidence about
 * brains.
 *
 *   stimuli/frames/ a PNG for every second, the runs one after the other · stimuli/captions.tsv onset, offset, text on the same clock
 *   task-film_run-1_events.tsv … each clip: onset, duration, trial_type *clip* or *repeat*, and film_onset, the film's clock then
 *   derivatives/simulated/ of each subject and run preprocessed BOLD, mask and confounds; regions.nii.gz with their names in regions.txt
 *
 * What is there of the same choices is kept. The same choices give the same bytes.
 */
export async function writeBidsExample(
  folder: string,
  choices: BidsExampleChoices,
  options: { onProgress?: Progress } = {},
): Promise<void> {
  const { film, nSubjects, brainSeed, gain } = choices;
  const description = `${JSON.stringify(
    {
      ...{
        Name: "A film seen by simulated toy brains",
        BIDSVersion: "1.10.0",
        DatasetType: "raw",
        License: "MIT",
      },
      GeneratedBy: [{ Name: "brainlens", Description: "simulated", Version: `example ${VERSION}` }],
      Seeds: {
        film: film.seed,
        brain: brainSeed,
        runTrs: film.runs.map(({ nTrs }) => nTrs),
        nSubjects,
        gain,
      },
    },
    null,
    1,
  )}\n`;
  // Written last: where it is, all is.
  const last = join(folder, "dataset_description.json");
  if (existsSync(last) && readFileSync(last, "utf8") === description) return;
  const brain = toyBrain();
  await writeStimuli(folder, film, options.onProgress);
  const pipeline = join(folder, "derivatives", "simulated");
  writeRegions(pipeline, brain);
  const sidecar = { TaskName: "film", RepetitionTime: film.trSeconds };
  writeAtomically(join(pipeline, "task-film_bold.json"), `${JSON.stringify(sidecar, null, 1)}\n`);
  for (let s = 1; s <= nSubjects; s++) {
    writeSubject(pipeline, brain, { ...choices, number: s });
    options.onProgress?.(s, nSubjects, "Writing simulated subjects");
  }
  writeAtomically(last, description);
}

async function writeStimuli(folder: string, film: Film, onProgress?: Progress): Promise<void> {
  const { default: sharp } = await import("sharp"); // 20 MB of native code: only when pictures are written
  const lines = ["onset\toffset\ttext"];
  const nSeconds = film.runs.reduce((sum, { nTrs }) => sum + nTrs * film.trSeconds, 0);
  let start = 0;
  for (const [r, { nTrs, clips, scenes }] of film.runs.entries()) {
    for (let second = 0; second < nTrs * film.trSeconds; second++) {
      const { width, height, data } = renderFrame(film, r, second);
      const png = await sharp(data, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer();
      const name = `frame-${String(start + second).padStart(4, "0")}.png`;
      writeAtomically(join(folder, "stimuli", "frames", name), png);
      onProgress?.(start + second + 1, nSeconds, "Writing frames");
    }
    for (const { startSeconds, endSeconds, caption } of scenes)
      lines.push(`${start + startSeconds}\t${start + endSeconds}\t${caption}`);
    const events = clips.map(({ startSeconds, endSeconds, validation }) =>
      [startSeconds, endSeconds - startSeconds, validation ? "repeat" : "clip", start + startSeconds].join(
        "\t",
      ),
    );
    const table = ["onset\tduration\ttrial_type\tfilm_onset", ...events].join("\n");
    writeAtomically(join(folder, `task-film_run-${r + 1}_events.tsv`), `${table}\n`);
    start += nTrs * film.trSeconds;
  }
  writeAtomically(join(folder, "stimuli", "captions.tsv"), `${lines.join("\n")}\n`);
}

function writeRegions(folder: string, { shape, affine, inside, regions }: ToyBrain): void {
  const values = new Uint8Array(shape[0] * shape[1] * shape[2]);
  inside.forEach((voxel, v) => {
    const region = regions[v];
    values[voxel] =
      1 + (region === NO_REGION ? TOY_REGIONS.length : TOY_REGIONS.indexOf(REGIONS[region].name));
  });
  writeNifti(join(folder, "regions.nii.gz"), {
    header: niftiHeaderOf(affine),
    shape,
    values,
    datatype: "uint8",
  });
  // FreeSurfer's colour tables have no spaces in names.
  const names = [...TOY_REGIONS.map((name) => name.replaceAll(" ", "-")), "nothing-planted"];
  const lines = names.map((name, i) => `${i + 1} ${name} ${COLOURS[i]} 255`);
  writeAtomically(join(folder, "regions.txt"), `${lines.join("\n")}\n`);
}

function writeSubject(
  folder: string,
  brain: ToyBrain,
  choices: BidsExampleChoices & { number: number },
): void {
  const { film, brainSeed, gain, number } = choices;
  const { shape, affine, inside } = brain;
  const trSec = film.trSeconds;
  const subject = drawSubject(brainSeed, number);
  const responses = attributeResponses(film, subjectHrf(subject.hrf, trSec));
  const signal = signalWeights(brain, subject, responses, { brainSeed, gain, noise: noiseVariances(film) });
  const nVoxels = shape[0] * shape[1] * shape[2];
  const mask = new Uint8Array(nVoxels);
  for (const voxel of inside) mask[voxel] = 1;
  film.runs.forEach(({ nTrs }, r) => {
    const stem = join(folder, subject.id, "func", `${subject.id}_task-film_run-${r + 1}`);
    const seed = (what: string) => seedFor({ brainSeed, id: subject.id, run: r, what, toy: "bids" });
    const motion = headMotion(nTrs, trSec, seed("motion"));
    writeAtomically(`${stem}_desc-confounds_timeseries.tsv`, confoundsTable(motion));
    const values = new Float32Array(nVoxels * nTrs);
    const run = { responses: responses.runs[r], motion, trSec, seed: seed("noise") };
    for (const { first, series } of simulatedRun(brain, signal, run)) {
      for (let v = 0; v < series.shape[0]; v++) {
        for (let t = 0; t < nTrs; t++) values[t * nVoxels + inside[first + v]] = series.data[v * nTrs + t];
      }
    }
    const header = niftiHeaderOf(affine, { trSec });
    writeNifti(`${stem}_${SPACE}_desc-preproc_bold.nii.gz`, {
      header,
      shape: [...shape, nTrs],
      values,
      datatype: "float32",
    });
    const maskHeader = niftiHeaderOf(affine);
    writeNifti(`${stem}_${SPACE}_desc-brain_mask.nii.gz`, {
      header: maskHeader,
      shape,
      values: mask,
      datatype: "uint8",
    });
  });
}
