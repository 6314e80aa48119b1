import type { Command } from "commander";
import { atomsFiles } from "../study";
import type { CommandMeans } from "./command-means";
import { positiveNumber, severalSeeds, wholeNumber } from "./number-options";
import { WINDOWS_HELP } from "./windows-help";

export function addAtomsCommand(program: Command, means: CommandMeans): void {
  program
    .command("atoms")
    .description("find the courses that neurons share, and who carries them (a sparse dictionary)")
    .requiredOption("--activations <folder>", "with activations.npy and neurons.tsv, as extract writes them")
    .requiredOption("--n-atoms <k>", "how many; 64 in the forerunners' studies", wholeNumber)
    .requiredOption(
      "--lambda <number>",
      "sparsity of the codes, for neurons of unit norm; 0.1 is usual",
      positiveNumber,
    )
    .requiredOption(
      "--seed <numbers...>",
      "where learning starts; further seeds say how far the atoms depend on it",
      severalSeeds,
    )
    .option("--windows <table>", "runs and clips of the steps: learn on clips alone, z-scored run by run")
    .requiredOption("--out <folder>", "where D.npy, A.npy, atoms.tsv and manifest.json go")
    .addHelpText("after", `\n${WINDOWS_HELP}`)
    .action(async ({ seed, ...options }) => {
      const { atoms, nSteps } = await atomsFiles({ ...options, seeds: seed, ...means });
      const dead = atoms.deadAtoms.length === 0 ? "" : `, ${atoms.deadAtoms.length} of them dead`;
      means.onMessage(
        `${options.nAtoms} atoms${dead} of ${nSteps} steps in ${options.out}: R² ${atoms.reconstructionR2.toFixed(3)}, sparsity ${(1 - atoms.density).toFixed(3)}`,
      );
    });
}
