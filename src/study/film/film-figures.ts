import {
  atomSimilarityFigure,
  contactSheet,
  type Figure,
  filmMoment,
  layerHierarchy,
  measureEffects,
  modalityStrip,
  networkConnectivity,
  networkPolarityMap,
  networkPrediction,
  oppositePairsFigure,
  removalCurvesFigure,
  variancePartsFigure,
} from "../../figures";
import type { NetworkPredictionRow } from "../../findings";
import { setFileName } from "./feature-sets";
import type { FilmResults } from "./film-results";
import type { FilmStudy } from "./open-film-study";

/** Networks with planted or expected responses to pictures and words; the rest stay in the tables. */
export const SHOWN_NETWORKS = [
  "Visual1",
  "Visual2",
  "Auditory",
  "Language",
  "Dorsal-attention",
  "Default",
  "Somatomotor",
];

/** Rows of some branches in the networks that figures show. */
export function shownRows(
  table: readonly NetworkPredictionRow[],
  branches: readonly [model: string, branch: string][],
) {
  return branches.flatMap(([model, branch]) =>
    SHOWN_NETWORKS.flatMap((network) =>
      table.filter((one) => one.model === model && one.branch === branch && one.network === network),
    ),
  );
}

/** The figures of a film's study by the names of their files. */
export function filmFigures(study: FilmStudy, results: FilmResults): Record<string, Figure> {
  const { prediction, hierarchy, maps, removal, architecture } = results;
  const figures: Record<string, Figure> = {
    film: contactSheet(study.dataset.film, { title: "The first run of the film", run: 0, scenesPerClip: 5 }),
    moment: filmMoment(study.dataset.film, { run: 0, seconds: 20 }),
    prediction: networkPrediction(
      shownRows(prediction.table, [
        ["small CLIP", "vision"],
        ["small CLIP", "text"],
        ["small METER", "fusion"],
      ]),
    ),
    "prediction-controls": networkPrediction(
      shownRows(prediction.table, [
        ["small CLIP", "vision"],
        ["small CLIP (random weights 1)", "vision"],
        ["small CLIP", "text"],
        ["small CLIP (random weights 1)", "text"],
        ["small CLIP (shuffled captions)", "text"],
      ]),
    ),
    hierarchy: layerHierarchy(hierarchy.table),
    architecture: variancePartsFigure(architecture.table, "Default"),
    "architecture-language": variancePartsFigure(architecture.table, "Language"),
    modality: modalityStrip(architecture.modality.map(({ set, rows }) => ({ name: set, rows }))),
  };
  maps.forEach((one, i) => {
    const name = setFileName(one.set);
    figures[`redundancy-${name}`] = measureEffects(one.redundancy);
    figures[`removal-${name}`] = removalCurvesFigure(removal[i].curves);
    figures[`polarity-${name}`] = networkPolarityMap(one.polarity);
    figures[`similarity-${name}`] = atomSimilarityFigure(
      { name: "Jaccard of members", values: one.model.jaccard },
      { name: "|r| of courses", values: absolute(one.model.courseCorrelation) },
    );
    figures[`mirror-${name}`] = measureEffects(one.mirror);
    if (one.pairs.length > 0) figures[`opposite-${name}`] = oppositePairsFigure(one.pairs);
  });
  for (const { set, bold, predicted, networks } of results.connectivity) {
    figures[`connectivity-${setFileName(set)}`] = networkConnectivity(bold, predicted, networks);
  }
  return figures;
}

function absolute(m: { data: Float64Array; shape: readonly [number, number] }) {
  return { ...m, data: m.data.map(Math.abs) };
}
