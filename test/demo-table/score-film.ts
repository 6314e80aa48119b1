import { type EncodingStatistics, nestedRidge, rollNull } from "../../src/encoding";
import { networkCorrelation } from "../../src/findings";
import { fisherMean } from "../../src/inference";
import { hcpLayout, selectLayout } from "../../src/simulation";
import { REGIONS } from "../../src/simulation/brains/planted-truth";
import { openStore } from "../../src/store";
import { demoChoices, openDemo } from "../../src/study/datasets/demo";
import { filmChoices } from "../../src/study/film/film-choices";
import { filmDesign } from "../../src/study/film/film-design";
import { encodingData, filmRidge, filmStatistics } from "../../src/study/film/film-encoding";
import { openFilmFeatures } from "../../src/study/film/film-features";
import { filmFrames } from "../../src/study/film/film-frames";
import { filmStimulus } from "../../src/study/film/film-stimulus";
import { jointUnits } from "../../src/study/film/joint-units";
import { subjectBold } from "../../src/study/film/subject-bold";
import { foldMean } from "../../src/study/fold-mean";
import { CACHE_FOLDER } from "../../src/study/kept-products";
import { type Matrix, matrix, row } from "../../src/tensor";
import { SETS } from "./sets";

const VERSION = "demo table 1";
const [N_SUBJECTS, N_PER_REGION, N_SHIFTS] = [3, 60, 100];

/** What one set predicts of one planted region in one film. */
export interface SetRegionScore {
  training: number;
  film: number;
  set: string;
  region: string;
  /** Held-out r, Fisher mean over the region's voxels, then over subjects. */
  r: number;
  /** The same with the features shifted against BOLD; draws are paired over sets. */
  nullR: number[];
  p: number;
}

/** Scores all sets of one training on a film and brains that saw it. */
export async function scoreFilm(options: {
  filmSeed: number;
  folder: string;
  training: number;
}): Promise<SetRegionScore[]> {
  const { filmSeed, folder, training } = options;
  const grayordinates = { nPerRegion: N_PER_REGION, seed: 1 };
  const choices = { ...demoChoices, filmSeed, brainSeed: filmSeed, nSubjects: N_SUBJECTS, grayordinates };
  const dataset = await openDemo({ choices, onMessage: () => {} });
  const { regions } = selectLayout(await hcpLayout(), grayordinates);
  const voxelsOf = REGIONS.map((_, place) => Array.from(regions.keys()).filter((v) => regions[v] === place));

  const design = filmDesign(dataset.film, filmChoices);
  const stimulus = filmStimulus(dataset.film, design, filmFrames(dataset.film, design));
  const where = { modelFolder: folder, stimulus, design };
  const store = openStore(CACHE_FOLDER);
  const atomsOf = openFilmFeatures(where, filmChoices, { store });
  const subjects: { units: Matrix<Float32Array>[] }[] = [];
  for (const subject of dataset.subjects) {
    subjects.push({ units: (await subjectBold(subject, design, filmChoices)).scored });
  }
  const units = jointUnits(subjects);

  const ridge = filmRidge(filmChoices);
  const shifts = { nDraws: N_SHIFTS, seed: filmChoices.inferenceSeed, minShiftTrs: filmChoices.minShiftSec };
  const score = async (statistics: EncodingStatistics) => foldMean((await nestedRidge(statistics, ridge)).r);
  const out: SetRegionScore[] = [];
  for (const set of SETS) {
    const { features } = await atomsOf(set);
    const parts = { version: VERSION, features, units, alphas: filmChoices.alphas, shifts };
    const { observed, draws } = await store.product("demo-table", parts, async () => {
      const data = encodingData(features, units);
      const { values } = await rollNull(data, shifts, score);
      return {
        observed: await score(await filmStatistics(data)),
        draws: matrix(Float32Array.from(values.data), values.shape),
      };
    });
    const joint = [observed, ...Array.from({ length: N_SHIFTS }, (_, d) => row(draws, d))];
    REGIONS.forEach(({ name }, place) => {
      const [r, ...nullR] = joint.map((all) =>
        fisherMean(
          subjects.map((_, s) =>
            networkCorrelation(all.subarray(s * regions.length, (s + 1) * regions.length), voxelsOf[place]),
          ),
        ),
      );
      const p = (1 + nullR.filter((value) => value >= r).length) / (1 + N_SHIFTS);
      out.push({ training, film: filmSeed, set: set.name, region: name, r, nullR, p });
    });
  }
  return out;
}
