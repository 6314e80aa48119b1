import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { terminalProgress } from "./store";
import {
  choices,
  DATASETS,
  dataFolders,
  demoChoices,
  extractFiles,
  fetchSource,
  filmChoices,
  MODELS,
  runFilmStudy,
  runStudy,
  sources,
} from "./study";

const { version } = JSON.parse(readFileSync(join(__dirname, "..", "package.json"), "utf8"));
const say = (message: string) => void process.stderr.write(`${message}\n`);
const onProgress = terminalProgress(process.stderr);
/** The readings that need no current word. */
const STEP_READINGS = ["qkMean", "clsQuery", "qkDiagonal", "headOutput"];
const stopping = new AbortController();

const program = new Command("brainlens")
  .description("What each neuron of a model shares with each voxel of a brain that met the same stimulus.")
  .version(version)
  .showHelpAfterError()
  .addHelpText(
    "after",
    `
Environment:
  BRAINLENS_DATA   folders with data and models, separated like PATH (default: data/downloads)
  BRAINLENS_DEBUG  set to show where in the code an error arose`,
  );

program
  .command("study")
  .description(
    "run the whole line for a data set, and write tables and figures: the demo's simulated brains and small models, or listeners of Alice with MiniLM",
  )
  .addOption(new Option("--dataset <name>", "the recordings").choices(["demo", ...DATASETS]).default("demo"))
  .addOption(
    new Option(
      "--model <name>",
      "the model whose neurons predict (alice: minilm; the demo reads all its small models)",
    ).choices(MODELS),
  )
  .option("--out <folder>", "where results go (default: results/demo, results/alice-minilm)")
  .action(async ({ dataset, model, out }) => {
    const common = { onProgress, onMessage: say, signal: stopping.signal };
    if (dataset === "demo" && model !== undefined) {
      throw new Error(
        `study: unknown model of the demo: "${model}"; expected none. Leave --model out: the demo reads all its small models.`,
      );
    }
    const { folder, files } =
      dataset === "demo"
        ? await runFilmStudy({
            ...common,
            demo: demoChoices,
            choices: filmChoices,
            out: out ?? join("results", "demo"),
          })
        : await runStudy({
            ...common,
            dataset,
            model: model ?? "minilm",
            choices: choices.alice,
            out: out ?? join("results", `${dataset}-${model ?? "minilm"}`),
          });
    say(`${files.length} files in ${folder}`);
  });

program
  .command("data")
  .description("fetch a data set or model from its public home, or check the files that are there")
  .argument("<name>", `one of: ${Object.keys(sources).join(", ")}`)
  .action(async (name: string) => {
    if (!Object.hasOwn(sources, name)) {
      throw new Error(
        `data: unknown source: "${name}"; expected one of ${Object.keys(sources).join(", ")}. Choose one of them.`,
      );
    }
    const source = sources[name];
    const [into] = dataFolders();
    const { folder, nFetched, nPresent } = await fetchSource(source, {
      folder: into,
      onProgress,
      onMessage: say,
      signal: stopping.signal,
    });
    say(`${source.title}: ${nFetched} files fetched, ${nPresent} already there and unchanged, in ${folder}`);
    say(`licence: ${source.licence}\nplease cite: ${source.citation}`);
  });

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
  .requiredOption("--out <folder>", "where activations.npy, neurons.tsv and manifest.json go")
  .action(async ({ tower, ...options }) => {
    const towers = tower && Object.fromEntries((tower as string[]).map((pair) => pair.split("=", 2)));
    const { nSteps, nNeurons } = await extractFiles({
      ...options,
      ...(towers && { towers }),
      onProgress,
      onMessage: say,
      signal: stopping.signal,
    });
    say(`${nSteps} steps × ${nNeurons} neurons in ${options.out}`);
  });

/** A command line's number; commander shows the message beside the option. */
function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError(`expected a whole number above 0, got "${text}".`);
}

// The first Ctrl-C stops at the next safe point and keeps what is finished; a second one ends at once. One Ctrl-C can arrive
// twice, from the terminal and from the launcher.
let askedMs: number | null = null;
process.on("SIGINT", () => {
  if (askedMs !== null && Date.now() - askedMs > 500) process.exit(130);
  if (askedMs === null) say("\nstopping; press Ctrl-C again to end at once");
  askedMs ??= Date.now();
  stopping.abort();
});

program.parseAsync().catch((error: Error) => {
  say(process.env.BRAINLENS_DEBUG ? String(error.stack) : error.message);
  process.exitCode = error.name === "AbortError" ? 130 : 1;
});
