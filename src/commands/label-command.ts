import type { Command } from "commander";
import { labelFiles, NAMED_ATLASES } from "../study";
import type { CommandMeans } from "./command-means";
import { numberFromZero, positiveNumber, wholeNumber, wholeNumberFrom } from "./number-options";

export function addLabelCommand(program: Command, means: CommandMeans): void {
  program
    .command("label")
    .description("name the network that the positive and the negative part of each map belong to, or none")
    .requiredOption("--map <file>", ".dscalar.nii, .nii or .nii.gz with one map or several")
    .requiredOption("--atlas <name>", `${NAMED_ATLASES.join(", ")}; or a .dlabel.nii, .nii or .nii.gz file`)
    .option("--atlas-map <name>", "which map of a .dlabel.nii file with several")
    .option("--atlas-table <file>", "names of a volume's labels: lines with number, name, red, green, blue")
    .option("--spheres <files...>", "left and right sphere (.surf.gii) of another mesh than the HCP's 32k")
    .option(
      "--threshold <number>",
      "of the parts, in the unit of the map (2.3 is usual for z)",
      numberFromZero,
      2.3,
    )
    .requiredOption(
      "--rotations <n>",
      "of the sphere, and surrogates of volumes; 1,000 are usual",
      wholeNumber,
    )
    .requiredOption("--seed <n>", "of the rotations", wholeNumberFrom(0))
    .option(
      "--level <q>",
      "a part takes a network with q below it, else it is unassigned",
      positiveNumber,
      0.05,
    )
    .requiredOption("--out <file>", "T.tsv; T.overlaps.tsv beside it has every part against every network")
    .action(async ({ rotations, spheres, ...options }, command: Command) => {
      if (spheres !== undefined && spheres.length !== 2)
        command.error(`error: --spheres takes two files, left and right, got ${spheres.length}.`);
      const { labels } = await labelFiles({
        ...options,
        nRotations: rotations,
        ...(spheres !== undefined && { spheres }),
        ...means,
      });
      const assigned = labels.filter(({ network }) => network !== "unassigned").length;
      means.onMessage(`${assigned} of ${labels.length} parts of maps have a network, in ${options.out}`);
    });
}
