import {
  ARCHITECTURE_LIMIT,
  HIERARCHY_LIMIT,
  POLARITY_LIMIT,
  PREDICTION_LIMIT,
  REDUNDANCY_LIMIT,
} from "../../findings";
import type { CorticalSurfaces } from "../../networks";
import type { ReportSection } from "../write-up/outline";
import type { Attribution, WriteUp } from "../write-up/report-page";
import { filmMethods } from "./film-methods";
import type { FilmStudy } from "./open-film-study";

const OUTLINE: ReportSection[] = [
  { title: "Choices", limit: null, tables: ["choices"], figures: [] },
  { title: "What was shown", limit: null, tables: [], figures: ["film", "moment"] },
  {
    title: "Prediction",
    limit: PREDICTION_LIMIT,
    tables: ["prediction", "prediction-contrasts", "heads"],
    figures: ["prediction", "heads"],
  },
  { title: "Hierarchy", limit: HIERARCHY_LIMIT, tables: ["hierarchy"], figures: ["hierarchy"] },
  {
    title: "Redundancy",
    limit: REDUNDANCY_LIMIT,
    tables: ["redundancy", "redundancy-model", "removal", "atom-networks", "connectivity"],
    figures: ["redundancy", "removal", "similarity", "connectivity"],
  },
  {
    title: "Polarity",
    limit: POLARITY_LIMIT,
    tables: ["polarity", "opposite-maps", "opposite-pairs", "mirror"],
    figures: ["polarity", "opposite", "mirror"],
  },
  {
    title: "Architecture",
    limit: ARCHITECTURE_LIMIT,
    tables: ["architecture", "architecture-contrasts", "modality", "modality-summary"],
    figures: ["architecture", "modality"],
  },
];

const SIMULATED =
  "Simulated data: these brains are made from attributes of a drawn film, with planted responses. Nothing here is evidence about brains; the models are small ones trained for this demonstration, never CLIP, METER, ViT or RoBERTa themselves.";

const PICTOGRAMS: Attribution = {
  what: "Pictograms of the film",
  licence: "MIT License",
  citation: "Fluent Emoji © Microsoft Corporation, MIT License, via Iconify",
};

/** What a film's study says of itself: the text around its tables and figures. `surfaces` are those on which the cortex is spun. */
export function filmWriteUp(
  study: FilmStudy,
  surfaces: Pick<CorticalSurfaces, "name" | "licence" | "citation">,
): WriteUp {
  const { dataset, choices, design, units, sets } = study;
  const { networks, yeo7, subjects } = dataset;
  const origin = ({
    name,
    licence,
    citation,
  }: Omit<Attribution, "what"> & { name: string }): Attribution => ({
    what: name,
    licence,
    citation,
  });
  return {
    title: `${dataset.name}: what small models' neurons share with ${subjects.length === 1 ? "one simulated brain" : `${subjects.length} simulated brains`}`,
    notice: SIMULATED,
    outline: OUTLINE,
    methods: filmMethods(choices, {
      isSimulated: true,
      nSubjects: subjects.length,
      nRuns: design.runs.length,
      nTrs: design.ranges.at(-1)!.end,
      trSec: design.trSec,
      nVoxels: units.ofVoxel.length,
      nUnits: units.nUnits,
      nSets: sets.length,
    }),
    attributions: [PICTOGRAMS, origin(networks), origin(yeo7), origin(surfaces)],
  };
}
