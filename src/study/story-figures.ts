import {
  atomCourseFigure,
  type Figure,
  headMap,
  nullDistribution,
  predictionByRoi,
  uniqueContribution,
} from "../figures";
import { column, fromRows, type Matrix } from "../tensor";
import type { HeadRow } from "./head-scores";
import type { Study } from "./open-study";

/** The figures of the finding *prediction*, by file name. */
export async function storyFigures(study: Study): Promise<Record<string, Figure>> {
  const { table, unique, subjects, random, evidence } = await study.prediction();
  const { atoms } = await study.features();
  const { codes, deadAtoms } = await study.dictionary();
  // Atoms that nobody carries have no course: the columns are the others, in the dictionary's order.
  const live = Array.from({ length: codes.shape[0] }, (_, k) => k).filter((k) => !deadAtoms.includes(k));
  const { trSec, startSec } = study.dataset.run;
  const best = table.filter(({ features }) => features === "atoms").reduce((a, b) => (b.r > a.r ? b : a));
  const nullOfBest = column(evidence.features.atoms!.shiftNull, evidence.roiNames.indexOf(best.roi));
  return {
    prediction: predictionByRoi({ rows: table, subjects, random }, { features: ["atoms", "neurons"] }),
    "unique-contribution": uniqueContribution(unique),
    "shift-null": nullDistribution(nullOfBest, best.r, {
      title: `Circular shifts, atoms in ${best.roi}`,
      valueTitle: "group r (held-out)",
    }),
    heads: headMap(meanOverRois(await study.heads()), {
      title: "Prediction by each head alone",
      valueTitle: "r, mean of ROIs",
    }),
    atoms: atomCourseFigure(atoms, {
      trSec,
      startSec,
      atoms: live.slice(0, 6).map((_, column) => column),
      names: live.map((atom) => `atom ${atom}`),
      yTitle: "course (z, under the HRF)",
    }),
  };
}

/** The mean over regions of each head's r, [nLayers × nHeads]. */
export function meanOverRois(heads: readonly HeadRow[]): Matrix<Float64Array> {
  const towers = new Set(heads.map(({ tower }) => tower));
  if (towers.size > 1) {
    throw new Error(
      `meanOverRois: invalid heads: of ${towers.size} towers (${[...towers].join(", ")}); expected one, whose layers and heads make a map. Filter the rows by tower.`,
    );
  }
  const [nLayers, nHeads] = [
    Math.max(...heads.map(({ layer }) => layer)),
    Math.max(...heads.map(({ head }) => head)),
  ];
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return fromRows(
    Array.from({ length: nLayers }, (_, l) =>
      Array.from({ length: nHeads }, (_, h) =>
        mean(heads.filter(({ layer, head }) => layer === l + 1 && head === h + 1).map(({ r }) => r)),
      ),
    ),
  );
}
