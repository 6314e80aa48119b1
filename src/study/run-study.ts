import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describeModel } from "../activations";
import { toCsv } from "../figures";
import { openStore } from "../store";
import { encodeNpy, linearAlgebra } from "../tensor";
import { requireBegun, STUDY_FILE } from "./begun-study";
import { describeChoices } from "./choices";
import { findingFigures } from "./finding-figures";
import { findingTables } from "./finding-tables";
import { CACHE_FOLDER } from "./kept-products";
import { dataFolders, locateAlice } from "./locate-data";
import { openStudy, type Study, type StudyOptions } from "./open-study";
import { sources } from "./sources";
import { type StoryTable, storyCaptions } from "./story-captions";
import { storyFigures } from "./story-figures";
import { storyWriteUp } from "./story-write-up";
import { resultWriter } from "./write-results";
import { type HashedFile, hashFiles } from "./write-up/file-hashes";
import { provenanceOf, startClocks } from "./write-up/provenance";
import { describeCounts, watchStore } from "./write-up/watched-store";

/** What `runStudy` wrote, and the absolute path of the folder that it is in. */
export interface StudyResults {
  folder: string;
  /** Paths below the folder, in the order in which they were written. */
  files: string[];
}

/**
 * Runs a study from end to end and writes its results: tables and figures for print, the atoms as .npy, a report,
 * methods, and what it was computed from and with. Everything computed on the way is
 * kept, so that a second run, or one after an interrupt, takes seconds. The same inputs and choices give the same tables.
 */
export async function runStudy(
  options: StudyOptions & { out: string; resume?: boolean; onMessage?: (message: string) => void },
): Promise<StudyResults> {
  const clocks = startClocks();
  const { out: folder, choices, subjects = "all", onMessage = () => {} } = options;
  const about = { dataset: options.dataset, model: options.model, subjects, choices };
  if (options.resume) requireBegun(folder, about);
  const writer = resultWriter(folder, onMessage);
  const { files, write } = writer;
  const store = watchStore(openStore(options.cacheFolder ?? CACHE_FOLDER));
  const study = await openStudy({ ...options, store });
  const { run, words, nTrs } = study.dataset;
  onMessage(describeModel(study.model));
  for (const { id, reason } of run.leftOut) onMessage(`left out: ${id} (${reason})`);
  onMessage(`computing with ${linearAlgebra().name}`);

  // Written first: a folder that cannot be written is better known before the work than after.
  write(STUDY_FILE, `${JSON.stringify(about, null, 2)}\n`);
  const prediction = await study.prediction();
  const nShifts = prediction.evidence.features.atoms!.shiftNull.shape[0];
  const nSubjects = run.subjects.length;
  const captions = storyCaptions(choices, { nSubjects, nShifts, nRois: run.roiNames.length });
  const table = (name: StoryTable, rows: readonly object[]) => writer.table(name, rows, captions[name]);
  table("choices", describeChoices(choices));
  table("prediction", prediction.table);
  table("unique-contribution", prediction.unique);
  table("subjects", prediction.subjects);
  table("random-weights", prediction.random);
  table("baseline", await study.baselines());
  table("heads", await study.heads());
  table("dictionary", await study.dictionaries());
  table("readings", await study.readings());
  for (const [name, rows] of Object.entries(await findingTables(study))) table(name as StoryTable, rows);

  const dictionary = await study.dictionary();
  const { trsWithWords, neurons, nDropped } = await study.neuronCourses();
  write("atoms/D.npy", encodeNpy(dictionary.courses));
  write("atoms/A.npy", encodeNpy(dictionary.codes));
  write("atoms/rows.csv", toCsv(Array.from(trsWithWords, (tr) => ({ tr }))));
  write(
    "atoms/neurons.csv",
    toCsv(
      neurons
        .map((index) => study.model.neurons[index])
        .map(({ index, tower, depth, head, dim }) => ({
          index,
          tower,
          layer: depth,
          head: head + 1,
          dim: dim + 1,
        })),
    ),
  );

  await writer.figures({ ...(await storyFigures(study)), ...(await findingFigures(study)) });
  writer.writeUp(
    storyWriteUp(choices, {
      nSubjects,
      nLeftOut: run.leftOut.length,
      nTrs,
      trSec: run.trSec,
      nWords: words.length,
      roiNames: run.roiNames,
      model: study.model.name,
      nNeurons: neurons.length,
      nShifts,
    }),
  );
  writer.provenance(
    provenanceOf({
      study: study.name,
      choices,
      data: dataOf(study, nDropped),
      ...(await hashInputs(study, options)),
      time: clocks(),
      products: store.counts(),
    }),
  );
  onMessage(describeCounts(store.counts()));
  return { folder: resolve(folder), files };
}

function dataOf({ dataset, model, targets }: Study, nNeuronsDropped: number): object {
  const { run, words, nTrs, name } = dataset;
  return {
    name,
    nWords: words.length,
    nTrs,
    subjects: run.subjects.map(({ id, nMissing }) => ({ id, nMissingRois: nMissing })),
    leftOut: run.leftOut,
    // Filtered and z-scored BOLD of all subjects: the same bytes mean the same data.
    targetsSha256: createHash("sha256").update(new Uint8Array(targets.Y.data.buffer)).digest("hex"),
    model: { name: model.name, nNeurons: model.neurons.length, nNeuronsDropped },
  };
}

/** Checksums of the files of the data set and of the model. */
async function hashInputs(
  { model }: Study,
  { folders = dataFolders(), signal }: StudyOptions,
): Promise<{ inputs: HashedFile[]; weights: HashedFile[] }> {
  const alice = locateAlice(folders);
  const inputs = sources.alice.files.map(({ path }) => join(alice, path)).filter((path) => existsSync(path));
  const modelFolder = resolve(dirname(model.path), "..");
  const weights = [model.path, join(modelFolder, "tokenizer.json")];
  return {
    inputs: await hashFiles(alice, inputs, { signal }),
    weights: await hashFiles(modelFolder, weights, { signal }),
  };
}
