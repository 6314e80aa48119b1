import {
  atomLayerFigure,
  atomSimilarityFigure,
  atomStabilityFigure,
  atomSweepFigure,
  type Figure,
  measureEffects,
  networkPolarityMap,
  oppositePairsFigure,
  removalCurvesFigure,
} from "../figures";
import { matrix } from "../tensor";
import type { Study } from "./open-study";

/** The figures of the findings that rest on atoms and their maps, by file name. */
export async function findingFigures(study: Study): Promise<Record<string, Figure>> {
  const { profiles, jaccard, courseCorrelation } = await study.atoms();
  const { regions, mirror } = await study.polarity();
  const { pairs } = await study.opposite();
  const beyond = await study.polarity("beyond baseline");
  return {
    sweep: atomSweepFigure(await study.atomSweep(), { predictionTitle: "r, mean of ROIs" }),
    stability: atomStabilityFigure(await study.stability(), { set: 0 }),
    layers: atomLayerFigure(profiles[0], { value: "members" }),
    redundancy: measureEffects((await study.redundancy()).brain),
    similarity: atomSimilarityFigure(
      { name: "Jaccard of members", values: jaccard },
      { name: "|r| of courses", values: matrix(courseCorrelation.data.map(Math.abs), jaccard.shape) },
    ),
    removal: removalCurvesFigure((await study.removal()).curves),
    polarity: networkPolarityMap(regions),
    "polarity-beyond-baseline": networkPolarityMap(beyond.regions),
    mirror: measureEffects(mirror),
    ...(pairs.length > 0 && { opposite: oppositePairsFigure(pairs) }),
  };
}
