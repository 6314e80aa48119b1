import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import {
  addAlignCommand,
  addAtomsCommand,
  addDataCommand,
  addEncodeCommand,
  addExtractCommand,
  addLabelCommand,
  addStudyCommand,
} from "./commands";
import { terminalProgress } from "./store";

const { version } = JSON.parse(readFileSync(join(__dirname, "..", "package.json"), "utf8"));
const say = (message: string) => void process.stderr.write(`${message}\n`);
const onProgress = terminalProgress(process.stderr);
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

for (const add of [
  addStudyCommand,
  addDataCommand,
  addExtractCommand,
  addAtomsCommand,
  addAlignCommand,
  addEncodeCommand,
  addLabelCommand,
]) {
  add(program, { onProgress, onMessage: say, signal: stopping.signal });
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
