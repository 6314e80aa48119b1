import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { cpus, platform, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { describeModel } from "../activations";
import { type Figure, findBrowser, toCsv, toPng, toSvg } from "../figures";
import { writeAtomically } from "../store";
import { encodeNpy, linearAlgebra } from "../tensor";
import { describeChoices } from "./choices";
import { openStudy, type Study, type StudyOptions } from "./open-study";
import { storyFigures } from "./story-figures";

/** Width of the figures' vector and bitmap files: a journal's full page. */
const WIDTH_MM = 174;

export interface StudyResults {
  folder: string;
  /** Paths below the folder, in the order in which they were written. */
  files: string[];
}

/**
 * Runs a study from end to end and writes its results: tables as CSV, figures as plotly JSON (PNG and SVG too where a browser
 * is found), the atoms as .npy, all choices, and what it was computed from and with. Everything computed on the way is
 * kept, so that a second run, or one after an interrupt, takes seconds. The same inputs and choices give the same tables.
 */
export async function runStudy(
  options: StudyOptions & { out: string; onMessage?: (message: string) => void },
): Promise<StudyResults> {
  const started = Date.now();
  const { out: folder, onMessage = () => {} } = options;
  const files: string[] = [];
  const write = (path: string, content: Uint8Array | string) => {
    writeAtomically(join(folder, path), content);
    files.push(path);
  };
  const study = await openStudy(options);
  const { run } = study.dataset;
  onMessage(describeModel(study.model));
  for (const { id, reason } of run.leftOut) onMessage(`left out: ${id} (${reason})`);
  onMessage(`computing with ${linearAlgebra().name}`);

  // Written first: a folder that cannot be written is better known before the work than after.
  write("tables/choices.csv", toCsv(describeChoices(study.choices)));
  const prediction = await study.prediction();
  const heads = await study.heads();
  write("tables/prediction.csv", toCsv(prediction.table));
  write("tables/unique-contribution.csv", toCsv(prediction.unique));
  write("tables/subjects.csv", toCsv(prediction.subjects));
  write("tables/random-weights.csv", toCsv(prediction.random));
  write("tables/baseline.csv", toCsv(await study.baselines()));
  write("tables/heads.csv", toCsv(heads));
  write("tables/dictionary.csv", toCsv(await study.dictionaries()));
  write("tables/readings.csv", toCsv(await study.readings()));

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

  await writeFigures(folder, await storyFigures(study), write, onMessage);
  write("provenance.json", `${JSON.stringify(provenance(study, nDropped, Date.now() - started), null, 2)}\n`);
  return { folder: resolve(folder), files };
}

async function writeFigures(
  folder: string,
  figures: Record<string, Figure>,
  write: (path: string, content: Uint8Array | string) => void,
  onMessage: (message: string) => void,
): Promise<void> {
  let hasBrowser = true;
  try {
    findBrowser();
  } catch (error) {
    hasBrowser = false;
    onMessage(`figures are written as plotly JSON alone, without PNG and SVG: ${(error as Error).message}`);
  }
  for (const [name, figure] of Object.entries(figures)) {
    write(`figures/${name}.json`, `${JSON.stringify(figure)}\n`);
    if (!hasBrowser) {
      // Pictures of an earlier run would not show this one.
      for (const kind of ["png", "svg"]) rmSync(join(folder, `figures/${name}.${kind}`), { force: true });
      continue;
    }
    write(`figures/${name}.png`, await toPng(figure, { widthMm: WIDTH_MM }));
    write(`figures/${name}.svg`, await toSvg(figure, { widthMm: WIDTH_MM }));
  }
}

function provenance(study: Study, nNeuronsDropped: number, wallMs: number): object {
  const { run, words } = study.dataset;
  const root = resolve(__dirname, "..", "..");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return {
    study: study.name,
    brainlens: version,
    choices: study.choices,
    model: {
      name: study.model.name,
      sha256: study.model.sha256,
      nNeurons: study.model.neurons.length,
      nNeuronsDropped,
    },
    data: {
      name: study.dataset.name,
      nWords: words.length,
      nTrs: study.dataset.nTrs,
      subjects: run.subjects.map(({ id, nMissing }) => ({ id, nMissingRois: nMissing })),
      leftOut: run.leftOut,
      // Filtered and z-scored BOLD of all subjects: the same bytes mean the same data.
      targetsSha256: createHash("sha256").update(new Uint8Array(study.targets.Y.data.buffer)).digest("hex"),
    },
    computer: {
      node: process.version,
      platform: platform(),
      nCores: cpus().length,
      memoryGb: Math.round(totalmem() / 1e9),
      linearAlgebra: linearAlgebra().name,
    },
    wallSec: Math.round(wallMs / 1000),
  };
}
