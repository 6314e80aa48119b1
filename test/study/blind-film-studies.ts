/**
 * Small studies of brains that do not see the film, each of a brain of its own, through `brainlens study`, one after the other in this process.
 * Arguments: a folder, the first study and how many. Prints a line of JSON for each table with p values of each study.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createProgram } from "../../src/commands";

/** One table of one study: all of its p, and its smallest q (1 where none is defined). */
export interface BlindTable {
  study: number;
  table: string;
  p: number[];
  leastQ: number;
}

const SEED = 90_000;
/** Tables about the models alone: their p say nothing of brains. */
const OF_MODELS = ["modality", "redundancy-model"];

function choicesOf(study: number) {
  return {
    demo: { nSubjects: 1, gain: 0, brainSeed: SEED + study, grayordinates: { nPerRegion: 4, seed: 1 } },
    choices: {
      ...{ nAtoms: 4, nLayerAtoms: 2, alphas: { from: 1, to: 5, nAlphas: 3 }, twinSeeds: [1] },
      ...{ nShifts: 39, nPhaseDraws: 39, nUniqueShifts: 39, nSpins: 3, nHierarchySpins: 39 },
      ...{ nMemberShuffles: 1, nSignFlips: 20, nBootstraps: 20, inferenceSeed: study },
    },
  };
}

function tablesOf(folder: string, study: number): BlindTable[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".csv") && !OF_MODELS.includes(file.slice(0, -4)))
    .flatMap((file) => {
      const [head, ...rows] = readFileSync(join(folder, file), "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/));
      const column = (name: string) => {
        const at = head.indexOf(name);
        return rows.map((cells) => (cells[at] ? Number(cells[at]) : Number.NaN)).filter(Number.isFinite);
      };
      const p = column("p");
      return p.length === 0
        ? []
        : [{ study, table: file.slice(0, -4), p, leastQ: Math.min(1, ...column("q")) }];
    });
}

async function main([folder, first, count]: string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const means = { onProgress: () => {}, onMessage: () => {}, signal: new AbortController().signal };
  for (let study = Number(first); study < Number(first) + Number(count); study++) {
    const at = (name: string) => join(folder, name);
    writeFileSync(at("choices.json"), JSON.stringify(choicesOf(study)));
    const args = ["study", "--choices", at("choices.json"), "--processes", "1", "--out", at("results")];
    await createProgram(means).parseAsync(args, { from: "user" });
    for (const table of tablesOf(at("results/tables"), study)) console.log(JSON.stringify(table));
    rmSync(at("results"), { recursive: true });
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.stack);
  process.exitCode = 1;
});
