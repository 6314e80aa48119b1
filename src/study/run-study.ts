import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describeModel } from "../activations";
import { toCsv } from "../figures";
import { encodeNpy, linearAlgebra } from "../tensor";
import { describeChoices } from "./choices";
import { openStudy, type Study, type StudyOptions } from "./open-study";
import { storyFigures } from "./story-figures";
import { resultWriter, thisComputer } from "./write-results";

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
  const { files, write, table, figures } = resultWriter(folder, onMessage);
  const study = await openStudy(options);
  const { run } = study.dataset;
  onMessage(describeModel(study.model));
  for (const { id, reason } of run.leftOut) onMessage(`left out: ${id} (${reason})`);
  onMessage(`computing with ${linearAlgebra().name}`);

  // Written first: a folder that cannot be written is better known before the work than after.
  table("choices", describeChoices(study.choices));
  const prediction = await study.prediction();
  const heads = await study.heads();
  table("prediction", prediction.table);
  table("unique-contribution", prediction.unique);
  table("subjects", prediction.subjects);
  table("random-weights", prediction.random);
  table("baseline", await study.baselines());
  table("heads", heads);
  table("dictionary", await study.dictionaries());
  table("readings", await study.readings());

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

  await figures(await storyFigures(study));
  write("provenance.json", `${JSON.stringify(provenance(study, nDropped, Date.now() - started), null, 2)}\n`);
  return { folder: resolve(folder), files };
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
    computer: thisComputer(),
    wallSec: Math.round(wallMs / 1000),
  };
}
