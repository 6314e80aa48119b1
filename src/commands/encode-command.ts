import { type Command, Option } from "commander";
import { encodeFiles } from "../study";
import type { CommandMeans } from "./command-means";
import { alphaGrid, numberFromZero, positiveNumber, wholeNumber, wholeNumberFrom } from "./number-options";

export function addEncodeCommand(program: Command, means: CommandMeans): void {
  program
    .command("encode")
    .description("predict every voxel from features by ridge regression, leaving one run out at a time")
    .requiredOption("--features <files...>", "one .npy a run, [TRs × features], in order")
    .requiredOption("--bold <files...>", "one a run: .npy [TRs × voxels], .nii, .nii.gz or .dtseries.nii")
    .option(
      "--exclude <table>",
      "TRs that do not count: columns run, start_tr, end_tr; of a table with kinds all but its clips",
    )
    .option("--rise <seconds>", "start of each clip of that table that does not count", numberFromZero, 0)
    .option("--mask <file>", "voxels that count: a volume, or CIFTI scalars, that is not 0 there")
    .option("--tr <seconds>", "repetition time, where the files do not say", positiveNumber)
    .option(
      "--high-pass <seconds>",
      "longest period that is kept, in features and BOLD of each run",
      positiveNumber,
    )
    .option("--confounds <files...>", "one table a run, as fMRIPrep writes them")
    .option("--confound-columns <names...>", "columns to regress out, or motion6, motion24, tissue, global")
    .addOption(
      new Option("--zscore <what>", "runs: BOLD z-scored and features centred in each run; none: as they are")
        .choices(["runs", "none"])
        .default("runs"),
    )
    .requiredOption(
      "--alphas <grid>",
      "ridge penalties, SMALLEST:LARGEST:COUNT, for instance 1e-1:1e5:20",
      alphaGrid,
    )
    .option("--shifts <n>", "circular shifts for p and q; 300 or more", wholeNumber)
    .option(
      "--min-shift <seconds>",
      "shortest shift, either way, up to a quarter of a run; 20 is usual",
      positiveNumber,
    )
    .option("--seed <n>", "of the shifts; the same for all subjects of one stimulus", wholeNumberFrom(0))
    .requiredOption("--out <folder>", "where results go")
    .addHelpText(
      "after",
      `
Writes r.npy, r2.npy and alpha.npy [runs × voxels], a row for each held-out run; weights.npy [features × voxels] and intercepts.npy, of all runs;
p.npy and q.npy [1 × voxels], where --shifts asks for them; statistics/, from which other questions are answered; summary.json; and for
images maps of the mean over runs: r, r2, p and q as .nii.gz or .dscalar.nii.`,
    )
    .action(async ({ tr, highPass, rise, shifts, minShift, seed, ...options }, command: Command) => {
      if (
        (shifts === undefined) !== (minShift === undefined) ||
        (shifts === undefined) !== (seed === undefined)
      )
        command.error("error: --shifts, --min-shift and --seed belong together: name all of them, or none.");
      const summary = await encodeFiles({
        ...options,
        riseSec: rise,
        ...(tr !== undefined && { trSec: tr }),
        ...(highPass !== undefined && { highPassSec: highPass }),
        shifts: shifts === undefined ? "none" : { nShifts: shifts, minShiftSec: minShift, seed },
        ...means,
      });
      const { nVoxels, nUnscoredVoxels, nMissingVoxels, nConstantVoxels, meanR, shareP05, shareQ05 } =
        summary;
      means.onMessage(
        `${nVoxels} voxels in ${options.out}: mean held-out r ${meanR.toFixed(4)}; ${nUnscoredVoxels} without a score (${nMissingVoxels} with missing values, ${nConstantVoxels} that do not vary)`,
      );
      if (shareP05 !== null && shareQ05 !== null)
        means.onMessage(
          `p < .05 in ${percent(shareP05)} of the scored voxels, q < .05 in ${percent(shareQ05)}`,
        );
    });
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
