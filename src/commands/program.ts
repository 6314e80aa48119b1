import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { addAlignCommand } from "./align-command";
import { addAtomsCommand } from "./atoms-command";
import type { CommandMeans } from "./command-means";
import { addDataCommand } from "./data-command";
import { addEncodeCommand } from "./encode-command";
import { addExtractCommand } from "./extract-command";
import { addLabelCommand } from "./label-command";
import { addStudyCommand } from "./study-command";

const { version } = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8"));

/** The command line: `createProgram(means).parseAsync()` does what the arguments say. */
export function createProgram(means: CommandMeans): Command {
  const program = new Command("brainlens")
    .description("What each neuron of a model shares with each voxel of a brain that met the same stimulus.")
    .version(version)
    .showHelpAfterError()
    .addHelpText(
      "after",
      `
Environment:
  BRAINLENS_DATA   folders with data and models, separated like PATH (default: data/downloads)
  BRAINLENS_CACHE  where finished work and simulated brains are kept (default: .cache of the checkout)
  BRAINLENS_DEBUG  set to show where in the code an error arose`,
    );
  for (const add of [
    addStudyCommand,
    addDataCommand,
    addExtractCommand,
    addAtomsCommand,
    addAlignCommand,
    addEncodeCommand,
    addLabelCommand,
  ]) {
    add(program, means);
  }
  return program;
}
