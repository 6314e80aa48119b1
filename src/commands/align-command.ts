import { type Command, Option } from "commander";
import { alignFiles } from "../study";
import type { CommandMeans } from "./command-means";
import { positiveNumber } from "./number-options";
import { WINDOWS_HELP } from "./windows-help";

export function addAlignCommand(program: Command, means: CommandMeans): void {
  program
    .command("align")
    .description("bring atoms onto the scanner's clock, run by run, under a haemodynamic response")
    .requiredOption("--atoms <folder>", "with D.npy, as atoms writes it")
    .requiredOption("--windows <table>", "which steps were shown in which TRs of which run")
    .addOption(
      new Option("--hrf <name>", "spm: SPM's canonical response; none: for a model with delays of its own")
        .choices(["spm", "none"])
        .makeOptionMandatory(),
    )
    .option("--tr <seconds>", "repetition time; hcp-movie has its own", positiveNumber)
    .requiredOption("--out <folder>", "where X1.npy, X2.npy, …, columns.tsv and manifest.json go")
    .addHelpText("after", `\n${WINDOWS_HELP}`)
    .action(async ({ tr, ...options }) => {
      const trSec = tr === undefined ? {} : { trSec: tr };
      const { nRuns, nColumns } = await alignFiles({ ...options, ...trSec, onMessage: means.onMessage });
      means.onMessage(`${nRuns} runs of ${nColumns} features in ${options.out}`);
    });
}
