import { join } from "node:path";
import type { commandFolder } from "./run-command";

const FLAGS = ["--require", require.resolve("tsx/cjs"), "--conditions=import"];
const PROGRAM = join(__dirname, "..", "..", "src", "cli.ts");

/** What the smallest study of a film that has everything chooses. */
const SMALL = {
  demo: { nSubjects: 2, grayordinates: { nPerRegion: 30, seed: 1 } },
  choices: {
    ...{ nAtoms: 4, nLayerAtoms: 2, alphas: { from: 1, to: 5, nAlphas: 3 }, twinSeeds: [1] },
    ...{ nShifts: 3, nPhaseDraws: 3, nUniqueShifts: 3, nSpins: 3, nHierarchySpins: 3, nMemberShuffles: 1 },
    ...{ nSignFlips: 20, nBootstraps: 20 },
  },
};

/** Node's arguments and environment for that study, `brainlens study` without the launcher, so that a kill reaches it. `cache` and `out` are in the folder. */
export function smallFilmStudy(
  folder: ReturnType<typeof commandFolder>,
  { cache, out }: { cache: string; out: string },
  ...options: string[]
): { args: string[]; env: NodeJS.ProcessEnv } {
  const choices = folder.write("small-study.json", JSON.stringify(SMALL));
  return {
    args: [...FLAGS, PROGRAM, "study", "--choices", choices, "--out", folder.at(out), ...options],
    env: { ...process.env, BRAINLENS_CACHE: folder.at(cache) },
  };
}
