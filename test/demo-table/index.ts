/**
 * npm run demo-table -- FOLDER_OF_MODELS …: what the small models predict of the regions that were planted, over films that nobody has
 * looked at. Each folder holds one training (data/demo/models, or what `train.py --seed 2 --out FOLDER` wrote). Prints the table of
 * data/demo/README.md and writes data/demo/prediction.csv.
 */
import { join } from "node:path";
import { toCsv } from "../../src/figures";
import { fisherMean } from "../../src/inference";
import { writeAtomically } from "../../src/store";
import { type SetRegionScore, scoreFilm } from "./score-film";
import { COMPARED, SETS } from "./sets";
import { SUMMARY_HEAD, summary } from "./summary";

/** Films and brains of these seeds were opened for this table alone. */
const FILM_SEEDS = [101, 102, 103, 104, 105];
const OUT = join(__dirname, "..", "..", "data", "demo", "prediction.csv");

async function main(folders: string[]): Promise<void> {
  if (folders.length === 0) {
    throw new Error(
      "demo-table: missing models: no folder; expected at least one. Say npm run demo-table -- data/demo/models.",
    );
  }
  const scores: SetRegionScore[] = [];
  for (const [training, folder] of folders.entries()) {
    for (const filmSeed of FILM_SEEDS) {
      scores.push(...(await scoreFilm({ filmSeed, folder, training: training + 1 })));
      console.error(`training ${training + 1} of ${folders.length}, film ${filmSeed}: done`);
    }
  }
  writeAtomically(OUT, toCsv(scores.map(({ nullR, ...row }) => row)));
  const regions = [...new Set(scores.map(({ region }) => region))];
  console.log(`| | ${regions.join(" | ")} |\n|---|${regions.map(() => "---|").join("")}`);
  for (const { name } of SETS) {
    const cells = regions.map((region) =>
      fisherMean(scores.filter((one) => one.set === name && one.region === region).map(({ r }) => r)).toFixed(
        2,
      ),
    );
    console.log(`| ${name} | ${cells.join(" | ")} |`);
  }
  console.log();
  console.log(SUMMARY_HEAD);
  for (const line of COMPARED.flatMap((pair) => summary(scores, pair))) console.log(line);
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.stack);
  process.exitCode = 1;
});
