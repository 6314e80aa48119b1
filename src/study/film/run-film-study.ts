import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeMaps } from "../../fmri";
import type { Progress } from "../../store";
import { encodeNpy, linearAlgebra, matrix } from "../../tensor";
import { type DemoChoices, openDemo } from "../datasets/demo";
import type { StudyResults } from "../run-study";
import { resultWriter, thisComputer } from "../write-results";
import { describeFilmChoices } from "./describe-film-choices";
import type { FilmChoices } from "./film-choices";
import { filmFigures } from "./film-figures";
import { type FilmResults, filmResults } from "./film-results";
import { type FilmStudy, MAPPED_SETS, openFilmStudy } from "./open-film-study";

export interface FilmStudyRun {
  demo: DemoChoices;
  choices: FilmChoices;
  out: string;
  modelFolder?: string;
  cacheFolder?: string;
  onProgress?: Progress;
  onMessage?: (message: string) => void;
  signal?: AbortSignal;
}

/**
 * Runs the study of a film from end to end and writes its results: the four findings' tables and figures, atoms, maps for Workbench and other viewers,
 * all choices, and what it was computed from and with. What is finished is kept, so that a run after an interrupt or a kill goes on
 * behind it. The same inputs and choices give the same tables.
 */
export async function runFilmStudy(options: FilmStudyRun): Promise<StudyResults> {
  const started = Date.now();
  const { out: folder, onMessage = () => {}, onProgress, signal } = options;
  const writer = resultWriter(folder, onMessage);
  // Written first: a folder that cannot be written is better known before the work than after.
  writer.table("choices", describeFilmChoices(options.choices));
  onMessage(`computing with ${linearAlgebra().name}`);
  const dataset = await openDemo({ choices: options.demo, onProgress, onMessage, signal });
  const study = await openFilmStudy({ ...options, dataset });
  const results = await filmResults(study);
  writeTables(results, writer.table);
  await writeAtoms(study, results, writer.write);
  await writeMapFiles(study, folder, writer.files);
  await writer.figures(filmFigures(study, results));
  writer.write("provenance.json", `${JSON.stringify(provenance(options, Date.now() - started), null, 2)}\n`);
  return { folder: resolve(folder), files: writer.files };
}

function writeTables(results: FilmResults, table: (name: string, rows: readonly object[]) => void): void {
  const { prediction, hierarchy, maps, removal, labels, connectivity, heads, architecture } = results;
  table("prediction", prediction.table);
  table("prediction-contrasts", prediction.contrasts);
  table("hierarchy", hierarchy.table);
  table("heads", heads);
  table("atom-networks", labels);
  table(
    "connectivity",
    connectivity.flatMap((one) => one.table.map((row) => ({ set: one.set, ...row }))),
  );
  table(
    "redundancy",
    maps.flatMap(({ set, redundancy }) => redundancy.map((row) => ({ set, ...row }))),
  );
  table(
    "redundancy-model",
    maps.flatMap(({ set, modelRedundancy }) => modelRedundancy.map((row) => ({ set, ...row }))),
  );
  table(
    "removal",
    removal.flatMap((one) => one.table.map((row) => ({ set: one.set, ...row }))),
  );
  table(
    "polarity",
    maps.flatMap(({ set, polarity }) => polarity.map((row) => ({ set, ...row }))),
  );
  table(
    "opposite-maps",
    maps.flatMap(({ set, opposite }) => opposite.map((row) => ({ set, ...row }))),
  );
  table(
    "opposite-pairs",
    maps.flatMap(({ set, pairs }) => pairs.map((row) => ({ set, ...row }))),
  );
  table(
    "mirror",
    maps.flatMap(({ set, mirror }) => mirror.map((row) => ({ set, ...row }))),
  );
  table("architecture", architecture.table);
  table("architecture-contrasts", architecture.contrasts);
  table(
    "modality",
    architecture.modality.flatMap(({ set, rows }) => rows.map((row) => ({ set, ...row }))),
  );
  table("modality-summary", architecture.modalitySummaries);
}

async function writeAtoms(
  study: FilmStudy,
  { maps }: FilmResults,
  write: (path: string, content: Uint8Array) => void,
) {
  for (const { set } of maps) {
    const { atomCourses, dictionary } = await study.atoms(set);
    const folder = `atoms/${set.replace(/[^a-z]+/gi, "-").toLowerCase()}`;
    write(`${folder}/C.npy`, encodeNpy(atomCourses));
    write(`${folder}/A.npy`, encodeNpy(dictionary.codes));
  }
}

/** Mean r over subjects of the mapped sets, as CIFTI scalars. */
async function writeMapFiles(study: FilmStudy, folder: string, files: string[]): Promise<void> {
  const subjects = await study.subjects();
  const { shape } = subjects[0].r;
  const mean = new Float32Array(shape[0] * shape[1]);
  for (const { r } of subjects) {
    for (let at = 0; at < mean.length; at++) mean[at] += r.data[at] / subjects.length;
  }
  const { space, voxels } = study.dataset.subjects[0].runs[0];
  const path = "maps/r.dscalar.nii";
  const names = MAPPED_SETS.map((set) => `held-out r, ${set}, mean of ${subjects.length} subjects`);
  writeMaps(join(folder, path), { maps: matrix(mean, shape), names, space, voxels, outside: 0 });
  files.push(path);
}

function provenance({ demo, choices }: FilmStudyRun, wallMs: number): object {
  const root = resolve(__dirname, "..", "..", "..");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return {
    brainlens: version,
    data: { kind: "simulated", ...demo },
    choices,
    computer: thisComputer(),
    wallSec: Math.round(wallMs / 1000),
  };
}
