import { type EncodingStatistics, nestedRidge, rollNull } from "../../encoding";
import {
  type BranchScores,
  type NetworkPredictionRow,
  networkCorrelation,
  type PredictionContrastRow,
  predictionByNetwork,
  predictionContrasts,
  voxelsByNetwork,
} from "../../findings";
import { benjaminiHochberg, fisherMean, permutationP } from "../../inference";
import { type Matrix, matrix, row, zeros } from "../../tensor";
import { foldMean } from "../fold-mean";
import { filmRidge, filmStatistics, scoreSets, withColumns } from "./film-encoding";
import { jointUnits, ofSubject } from "./joint-units";
import type { FilmStudy } from "./open-film-study";

const VERSION = "film prediction 2";

/** Sets whose r is tested against circular shifts; the others are held beside them. */
export const TESTED = ["small CLIP, vision", "small CLIP, text", "small METER, fusion"];

/** The finding *prediction* of a film: by network, and against baselines and random weights. */
export interface FilmPrediction {
  table: NetworkPredictionRow[];
  contrasts: PredictionContrastRow[];
  /** Of each tested set, the group's r of each network under circular shifts: [nShifts × nNetworks], networks as in `study.units.labels`. */
  nulls: Record<string, Matrix<Float64Array>>;
  /** Held-out r of every set in every unit, mean over subjects: [nSets × nUnits], in the order of `study.sets`. */
  r: Matrix<Float64Array>;
}

interface SubjectScores {
  r: Matrix<Float64Array>;
  r2: Matrix<Float64Array>;
  /** Of each tested set, r of the units under shifts, [nDraws × nUnits]. */
  nulls: Matrix<Float64Array>[];
}

/** Scores of all sets in all subjects, with their null; kept in the store, each tested set by itself. */
async function groupScores(study: FilmStudy): Promise<SubjectScores[]> {
  const { choices, means } = study;
  const { store, signal, onProgress } = means;
  const all = await study.designMatrix();
  const units = jointUnits(await study.subjects());
  const { alphas, nShifts, minShiftSec, inferenceSeed } = choices;
  const minShiftTrs = Math.ceil(minShiftSec / study.design.trSec);
  const data = study.unitData({ units }, all.features);
  const ridge = filmRidge(choices);
  const parts = { version: VERSION, units, features: all.features, columns: all.columns, alphas };
  const { r, r2 } = await store.product("film-scores", parts, async () => {
    const onSet = (done: number) => onProgress?.(done, all.columns.length, "prediction by each set");
    return await scoreSets(await filmStatistics(data, signal), all.columns, ridge, { onSet, signal });
  });
  const nulls = await study.inTurn(TESTED, async (name, i) => {
    const columns = all.columns[study.sets.findIndex((set) => set.name === name)];
    const own = withColumns(data, columns);
    const draw = { nDraws: nShifts, seed: inferenceSeed, minShiftTrs };
    const key = { version: VERSION, units, features: own.features, alphas, draw };
    const { values } = await store.product("film-shifts", key, async () => {
      const score = async (statistics: EncodingStatistics) =>
        foldMean((await nestedRidge(statistics, ridge)).r);
      const drawn = await rollNull(own, draw, score, {
        signal,
        onProgress: (done, total) => onProgress?.(done, total, `circular shifts of ${name}`),
      });
      return { values: matrix(Float32Array.from(drawn.values.data), drawn.values.shape) };
    });
    onProgress?.(i + 1, TESTED.length, "sets tested by circular shifts");
    return matrix(Float64Array.from(values.data), values.shape);
  });
  const { nUnits } = study.units;
  return study.dataset.subjects.map((_, s) => ({
    r: ofSubject(r, s, nUnits),
    r2: ofSubject(r2, s, nUnits),
    nulls: nulls.map((one) => ofSubject(one, s, nUnits)),
  }));
}

/** Prediction by network over the subjects of a study. */
export async function filmPrediction(study: FilmStudy): Promise<FilmPrediction> {
  const { choices, units, sets } = study;
  const { labels } = units;
  const { nBootstraps, nSignFlips, inferenceSeed, level } = choices;
  const options = { nBootstraps, nSignFlips, seed: inferenceSeed };
  const subjects = await study.subjects();
  const scores = await groupScores(study);
  const networks = voxelsByNetwork(labels);
  const branches: BranchScores[] = sets.flatMap((set, i): BranchScores[] => {
    if (set.depth !== null) return [];
    const tested = TESTED.indexOf(set.name);
    return [
      {
        model: set.control === "none" ? set.model : `${set.model} (${controlOf(set.name)})`,
        branch: set.branch,
        subjects: scores.map((one) => {
          const r = row(one.r, i);
          const draws = tested < 0 ? null : one.nulls[tested];
          return {
            r,
            r2: row(one.r2, i),
            q: draws === null ? "none" : benjaminiHochberg(permutationP(r, draws)),
            nullByNetwork: draws === null ? "none" : networkNull(draws, networks),
            atomLabels: "none",
          };
        }),
      },
    ];
  });
  const table = predictionByNetwork(
    branches,
    { labels, explainable: subjects.map(({ unitExplainable }) => unitExplainable), level },
    options,
  );
  const pairs = [
    ["small CLIP", "vision", "small CLIP (random weights 1)", "vision"],
    ["small CLIP", "text", "small CLIP (random weights 1)", "text"],
    ["small CLIP", "text", "small CLIP (shuffled captions)", "text"],
    ["small METER", "fusion", "small METER (random weights 1)", "fusion"],
    ["small CLIP", "vision", "small ViT", "vision"],
    ["small CLIP", "text", "small text model", "text"],
    ["small CLIP", "vision", "small CLIP", "text"],
    ["small METER", "fusion", "small CLIP", "both"],
    ["small METER", "fusion", "small METER", "unimodal"],
  ].map(([model, branch, otherModel, otherBranch]) => ({
    of: { model, branch },
    against: { model: otherModel, branch: otherBranch },
  }));
  const r = zeros(scores[0].r.shape);
  for (const one of scores) {
    one.r.data.forEach((value, at) => {
      r.data[at] += value / scores.length;
    });
  }
  const nulls = Object.fromEntries(
    TESTED.map((name, i) => [name, groupNull(scores.map((one) => networkNull(one.nulls[i], networks)))]),
  );
  return { table, contrasts: predictionContrasts(branches, pairs, labels, options), nulls, r };
}

/** Draw by draw the Fisher mean over subjects. */
function groupNull(subjects: readonly Matrix[]): Matrix<Float64Array> {
  const { shape } = subjects[0];
  const means = Float64Array.from(subjects[0].data, (_, at) =>
    fisherMean(subjects.map(({ data }) => data[at])),
  );
  return matrix(means, shape);
}

function controlOf(name: string): string {
  return name.split(", ").at(-1)!;
}

function networkNull(draws: Matrix, networks: readonly (readonly number[])[]): Matrix<Float64Array> {
  const [nDraws] = draws.shape;
  const out = zeros([nDraws, networks.length]);
  for (let d = 0; d < nDraws; d++) {
    const own = row(draws, d);
    networks.forEach((voxels, g) => {
      out.data[d * networks.length + g] = networkCorrelation(own, voxels);
    });
  }
  return out;
}
