/** Runs a program of the set-up and tells how it goes in one line that a person understands. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Complaint } from "./complaint.mjs";
import { checkoutDir } from "./places.mjs";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
const nFirstLinesKept = 8;
const nLastLinesKept = 12;

/**
 * @typedef {object} Step
 * @property {string} title what is being done, as the reader sees it
 * @property {string} remedy what to do when it fails
 * @property {(line: string) => string | undefined} [progress] what a line of the program's output means, if anything
 * @property {NodeJS.ProcessEnv} [env]
 */

/**
 * @param {string} program
 * @param {string[]} args
 * @param {Step} step
 * @throws {Complaint} when the program fails: with the end of what it said
 */
export async function runStep(program, args, { title, remedy, progress, env = process.env }) {
  const line = createProgressLine(title);
  const said = [];
  const child = spawn(program, args, { cwd: checkoutDir, env, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (text) => {
      said.push(text);
      // What went wrong stands at the beginning of npm's output and at the end of pip's.
      if (said.length > nFirstLinesKept + nLastLinesKept) said.splice(nFirstLinesKept, 1);
      const state = progress?.(text);
      if (state) line.show(state);
    });
  }
  // Left alone, the program would go on writing while the next set-up begins.
  const stop = () => child.kill();
  for (const signal of signals) process.on(signal, stop);
  const failure = await new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) =>
      resolve(code === 0 ? undefined : `it ended with ${signal ?? `status ${code}`}`),
    );
  });
  for (const signal of signals) process.off(signal, stop);
  line.end(failure === undefined ? "done" : "failed");
  if (failure === undefined) return;
  throw new Complaint([...said, "", `${title}: ${failure}. ${remedy}`].join("\n"));
}

/** On a terminal one line that changes; in a log a line at the beginning and one at the end. */
function createProgressLine(title) {
  const start = Date.now();
  const isTerminal = process.stdout.isTTY;
  const draw = (state) => process.stdout.write(`\r\u001b[K${title}: ${state}`);
  if (isTerminal) draw("…");
  else console.log(`${title} …`);
  return {
    show: (state) => isTerminal && draw(state),
    end(state) {
      const seconds = ((Date.now() - start) / 1000).toFixed(0);
      if (isTerminal) process.stdout.write(`\r\u001b[K`);
      console.log(`${title}: ${state} (${seconds} s)`);
    },
  };
}
