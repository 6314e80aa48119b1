import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { TableCaption } from "../../figures";
import { writeMaps } from "../../fmri";
import { readHcpSurfaces } from "../../networks";
import { openStore, type Progress } from "../../store";
import { encodeNpy, linearAlgebra, type Matrix, matrix } from "../../tensor";
import { requireBegun, STUDY_FILE } from "../begun-study";
import { type DemoChoices, openDemo } from "../datasets/demo";
import { CACHE_FOLDER } from "../kept-products";
import type { StudyResults } from "../run-study";
import { type SecondProcess, type SharedStudy, startSecondProcess, unlessFor } from "../second-process";
import { type SubjectSelection, selectSubjects } from "../subject-selection";
import { resultWriter } from "../write-results";
import { type HashedFile, hashFiles } from "../write-up/file-hashes";
import { provenanceOf, startClocks } from "../write-up/provenance";
import { describeCounts, watchStore } from "../write-up/watched-store";
import { describeFilmChoices } from "./describe-film-choices";
import { FILM_MODELS, setFileName } from "./feature-sets";
import { type FilmTable, filmCaptions } from "./film-captions";
import type { FilmChoices } from "./film-choices";
import { filmFigures } from "./film-figures";
import { groupAtomMaps } from "./film-labels";
import { filmMeanMaps } from "./film-mean-maps";
import { type FilmResults, filmResults } from "./film-results";
import { filmWriteUp } from "./film-write-up";
import { DEMO_MODELS, type FilmStudy, openFilmStudy } from "./open-film-study";

export interface FilmStudyRun {
  demo: DemoChoices;
  choices: FilmChoices;
  /** Some of the demo's subjects (default: all). */
  subjects?: SubjectSelection;
  out: string;
  /** Whether the folder has to hold this very study, begun before. */
  resume?: boolean;
  modelFolder?: string;
  cacheFolder?: string;
  /** 2: another process works from the other end (`startSecondProcess`). */
  nProcesses: 1 | 2;
  onProgress?: Progress;
  onMessage?: (message: string) => void;
  signal?: AbortSignal;
}

/**
 * Runs the study of a film from end to end and writes its results: the four findings' tables and figures, atoms, maps for Workbench and other viewers,
 * all choices, a report, methods, and what it was computed from and with. What is finished is kept, so that a run after an interrupt or a kill goes on
 * behind it. The same inputs and choices give the same tables, however many processes compute them.
 */
export async function runFilmStudy(options: FilmStudyRun): Promise<StudyResults> {
  const clocks = startClocks();
  const {
    out: folder,
    choices,
    subjects: wanted = "all",
    nProcesses,
    onMessage = () => {},
    signal,
  } = options;
  const about = { dataset: "demo", demo: options.demo, subjects: wanted, choices };
  if (options.resume) requireBegun(folder, about);
  const writer = resultWriter(folder, onMessage);
  // Written first: a folder that cannot be written is better known before the work than after.
  writer.write(STUDY_FILE, `${JSON.stringify(about, null, 2)}\n`);
  const second =
    nProcesses === 2
      ? startSecondProcess({ demo: options.demo, study: sharedStudy(options) }, onMessage)
      : null;
  // Its locks are then free, for which this process may be waiting.
  const stop = () => second?.stop();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return await computeAndWrite(options, { clocks, writer, second });
  } finally {
    signal?.removeEventListener("abort", stop);
    stop();
  }
}

function sharedStudy({ choices, subjects, modelFolder, cacheFolder }: FilmStudyRun): SharedStudy {
  return { choices, subjects, modelFolder, cacheFolder, findings: "all" };
}

async function computeAndWrite(
  options: FilmStudyRun,
  run: {
    clocks: ReturnType<typeof startClocks>;
    writer: ReturnType<typeof resultWriter>;
    second: SecondProcess | null;
  },
): Promise<StudyResults> {
  const { clocks, writer, second } = run;
  const {
    out: folder,
    choices,
    subjects: wanted = "all",
    onMessage = () => {},
    onProgress,
    signal,
  } = options;
  onMessage(`computing with ${linearAlgebra().name}`);
  // That the two processes wait for each other goes without saying.
  const onWait = unlessFor(() => second, onMessage);
  const opened = await openDemo({ choices: options.demo, onProgress, onMessage, onWait, signal });
  const dataset = { ...opened, subjects: selectSubjects(opened.subjects, wanted) };
  const store = watchStore(openStore(options.cacheFolder ?? CACHE_FOLDER, { onMessage, onWait }));
  const study = await openFilmStudy({ ...options, dataset, store });
  const results = await filmResults(study);
  writeTables(study, results, writer.table);
  await writeAtoms(study, results, writer.write);
  await writeMapFiles(study, results, folder, writer.files);
  await writer.figures(filmFigures(study, results));
  writer.writeUp(filmWriteUp(study, await readHcpSurfaces("sphere")));
  writer.provenance(
    provenanceOf({
      study: "demo",
      choices,
      data: { kind: "simulated", ...options.demo, subjects: dataset.subjects.map(({ id }) => id) },
      ...(await hashInputs(study, options)),
      time: { ...clocks(), ...(second && { cpuSecOfSecondProcess: second.cpuSec() }) },
      products: store.counts(),
    }),
  );
  onMessage(describeCounts(store.counts()));
  return { folder: resolve(folder), files: writer.files };
}

/** Checksums of the subjects' files and of the models'. */
async function hashInputs(
  { dataset }: FilmStudy,
  { modelFolder = DEMO_MODELS, onProgress, signal }: FilmStudyRun,
): Promise<{ inputs: HashedFile[]; weights: HashedFile[] }> {
  const bold = dataset.subjects.flatMap(({ id }) =>
    readdirSync(join(dataset.folder, id))
      .filter((file) => !file.startsWith("."))
      .map((file) => join(dataset.folder, id, file)),
  );
  const models = Object.values(FILM_MODELS).flatMap((files) => Object.values(files));
  return {
    inputs: await hashFiles(dataset.folder, bold, { onProgress, signal }),
    weights: await hashFiles(
      modelFolder,
      models.map((file) => join(modelFolder, file)),
      { signal },
    ),
  };
}

function writeTables(
  { choices, dataset }: FilmStudy,
  results: FilmResults,
  write: (name: string, rows: readonly object[], caption: TableCaption) => void,
): void {
  const captions = filmCaptions(choices, { nSubjects: dataset.subjects.length, isSimulated: true });
  const table = (name: FilmTable, rows: readonly object[]) => write(name, rows, captions[name]);
  table("choices", describeFilmChoices(choices));
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
    const folder = `atoms/${setFileName(set)}`;
    write(`${folder}/C.npy`, encodeNpy(atomCourses));
    write(`${folder}/A.npy`, encodeNpy(dictionary.codes));
  }
}

/** The group's maps as CIFTI scalars: r of the mapped sets, the ceiling, and the maps of atoms. */
async function writeMapFiles(
  study: FilmStudy,
  { maps }: FilmResults,
  folder: string,
  files: string[],
): Promise<void> {
  const { space, voxels } = study.dataset.subjects[0].runs[0];
  const writeFile = (path: string, values: Matrix, names: string[]) => {
    writeMaps(join(folder, path), { maps: values, names, space, voxels, outside: 0 });
    files.push(path);
  };
  const { sets, r, ceiling, nSubjects } = await filmMeanMaps(study);
  writeFile(
    "maps/r.dscalar.nii",
    r,
    sets.map((set) => `held-out r, ${set}, Fisher mean of ${nSubjects} subjects`),
  );
  writeFile("maps/ceiling.dscalar.nii", matrix(Float32Array.from(ceiling), [1, ceiling.length]), [
    `ceiling of r from the repeated clip, ${nSubjects} subjects`,
  ]);
  for (const one of maps) {
    const z = groupAtomMaps(study, one);
    const names = Array.from(
      { length: z.shape[0] },
      (_, k) => `atom ${k}, z over ${nSubjects} subjects, ${one.set}`,
    );
    writeFile(`maps/atoms-${setFileName(one.set)}.dscalar.nii`, z, names);
  }
}
