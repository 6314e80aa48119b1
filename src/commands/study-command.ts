import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type Command, Option } from "commander";
import {
  type ChoicesFile,
  changeChoices,
  checkSubjects,
  choiceForms,
  choices,
  DATASETS,
  type DemoChoices,
  demoChoiceForms,
  demoChoices,
  describePlan,
  filmChoiceForms,
  filmChoices,
  MODELS,
  parseSubjects,
  planFilmStudy,
  planStoryStudy,
  readChoices,
  runFilmStudy,
  runStudy,
  type SubjectSelection,
} from "../study";
import type { CommandMeans } from "./command-means";

const AFTER = `
What is finished is kept in .cache (or BRAINLENS_CACHE), whatever ends a study: Ctrl-C, a kill, a power cut. The same command goes on behind it. --resume does the same, but
refuses where --out does not hold this very study, begun before: it guards against beginning another by mistake.

Results: tables/ (CSV, LaTeX, Markdown), figures/ (PNG, SVG, PDF, plotly JSON), atoms/, maps/, report.html, methods.md, references.bib, provenance.json, study.json.
The same inputs and choices give the same tables, byte by byte.`;

/** `brainlens study`: the whole line for a data set. */
export function addStudyCommand(program: Command, means: CommandMeans): void {
  program
    .command("study")
    .description(
      "run the whole line for a data set, and write tables and figures: the demo's simulated brains and small models, or listeners of Alice with MiniLM",
    )
    .addOption(
      new Option("--dataset <name>", "the recordings").choices(["demo", ...DATASETS]).default("demo"),
    )
    .addOption(
      new Option(
        "--model <name>",
        "the model whose neurons predict (alice: minilm; the demo reads all its small models)",
      ).choices(MODELS),
    )
    .option(
      "--choices <file>",
      "choices that differ from the usual ones, as JSON: the study.json of an earlier study, or some of one",
    )
    .option("--subjects <which>", "the first so many (4), or by name (sub-01,sub-03); default: all")
    .option("--out <folder>", "where results go (default: results/demo, results/alice-minilm)")
    .option("--resume", "go on with a study that was begun in --out, and with no other")
    .addOption(
      new Option(
        "--processes <n>",
        "of the demo: 2 take little more than half the time, and twice the memory",
      )
        .choices(["1", "2"])
        .default(availableParallelism() > 1 ? "2" : "1"),
    )
    .option("--dry-run", "say what is kept and what would be computed, with time and disk; do nothing")
    .addHelpText("after", AFTER)
    .action(async ({ dataset, model, choices: file, subjects: which, out, resume, dryRun, processes }) => {
      const changes = file === undefined ? {} : readChoices(file);
      checkFile(file, changes, { dataset, model });
      const subjects = which === undefined ? checkSubjects(changes.subjects ?? "all") : parseSubjects(which);
      if (dataset === "demo") {
        if (model !== undefined) {
          throw new Error(
            `study: unknown model of the demo: "${model}"; expected none. Leave --model out: the demo reads all its small models.`,
          );
        }
        const demo = changeChoices(demoChoices, changes.demo ?? {}, demoChoiceForms, "demo");
        const changed = changeChoices(filmChoices, changes.choices ?? {}, filmChoiceForms, "choices");
        const study = { ...demoOf(demo, subjects), choices: changed };
        if (dryRun) {
          process.stdout.write(`${describePlan(await planFilmStudy({ ...study, ...means }))}\n`);
          return;
        }
        const nProcesses = processes === "2" ? 2 : 1;
        // The same rounding on any number of cores, in either process; products of this size gain nothing from more.
        process.env.OPENBLAS_NUM_THREADS ??= "1";
        tell(
          await runFilmStudy({
            ...study,
            ...means,
            ...{ nProcesses, resume, out: out ?? join("results", "demo") },
          }),
        );
        return;
      }
      const changed = changeChoices(
        choices[dataset as "alice"],
        changes.choices ?? {},
        choiceForms,
        "choices",
      );
      const study = { dataset, model: model ?? "minilm", choices: changed, subjects };
      if (dryRun) {
        process.stdout.write(`${describePlan(await planStoryStudy({ ...study, ...means }))}\n`);
        return;
      }
      tell(
        await runStudy({
          ...study,
          ...means,
          resume,
          out: out ?? join("results", `${dataset}-${study.model}`),
        }),
      );
    });

  const tell = ({ folder, files }: { folder: string; files: string[] }) =>
    means.onMessage(`${files.length} files in ${folder}`);
}

/** Makes sure that a file of choices is about the study that is asked for, with nothing that it would not heed. */
function checkFile(file: string, changes: ChoicesFile, asked: { dataset: string; model?: string }): void {
  const usual = { dataset: "demo", model: asked.dataset === "demo" ? undefined : "minilm" };
  for (const name of ["dataset", "model"] as const) {
    const [inFile, wanted] = [changes[name], asked[name] ?? usual[name]];
    if (inFile !== undefined && inFile !== wanted) {
      throw new Error(
        `study: mismatched ${name} of ${file}: ${JSON.stringify(inFile)}; expected ${wanted === undefined ? "none" : `"${wanted}"`}. Say --${name} ${inFile}, or leave it out of the file.`,
      );
    }
  }
  if (changes.demo !== undefined && asked.dataset !== "demo") {
    throw new Error(
      `study: unknown part of ${file}: "demo"; expected none for ${asked.dataset}. Say --dataset demo, or leave it out of the file.`,
    );
  }
}

/** As many simulated brains as are asked for; named ones are some of the demo's. */
function demoOf(demo: DemoChoices, subjects: SubjectSelection) {
  return typeof subjects === "number"
    ? { demo: { ...demo, nSubjects: subjects }, subjects: "all" as const }
    : { demo, subjects };
}
