import { type Command, Option } from "commander";
import { STEP_READINGS } from "../activations";
import { extractFiles } from "../study";
import type { CommandMeans } from "./command-means";
import { wholeNumber, wholeNumberFrom } from "./number-options";

export function addExtractCommand(program: Command, means: CommandMeans): void {
  program
    .command("extract")
    .description("read the attention neurons of any transformer in ONNX at every step of a stimulus")
    .requiredOption("--model <path>", "an .onnx file, or the folder of a model published in ONNX")
    .option("--frames <folder>", "pictures, one a step")
    .option("--captions <file>", "texts, one a step: .csv, .tsv, .json, .srt or .vtt")
    .option("--inputs <folder>", "ready inputs, a .npy named after each")
    .addOption(
      new Option("--reading <name>", "which tokens make a neuron's value")
        .choices(STEP_READINGS)
        .default("qkMean"),
    )
    .option("--batch-size <n>", "steps in one run of the model", wholeNumber)
    .option("--threads <n>", "processor threads", wholeNumber)
    .option("--tower <input=name...>", "names for towers that cannot be told apart")
    .option(
      "--causal <input...>",
      "inputs whose tokens see earlier tokens alone, where the graph does not tell",
    )
    .option(
      "--random-weights <seed>",
      "the same architecture with weights drawn at random: a control",
      wholeNumberFrom(0),
    )
    .requiredOption("--out <folder>", "where activations.npy, neurons.tsv and manifest.json go")
    .action(async ({ tower, ...options }) => {
      const towers = tower && Object.fromEntries((tower as string[]).map((pair) => pair.split("=", 2)));
      const { nSteps, nNeurons } = await extractFiles({ ...options, ...(towers && { towers }), ...means });
      means.onMessage(`${nSteps} steps × ${nNeurons} neurons in ${options.out}`);
    });
}
