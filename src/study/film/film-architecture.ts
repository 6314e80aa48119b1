import { type FeatureSpace, partitionVariance, selectFeatures } from "../../encoding";
import {
  type ArchitectureCase,
  type ArchitectureContrastRow,
  type ArchitectureRow,
  architectureContrasts,
  architectureTable,
  type ModalityRow,
  type ModalitySummary,
  modalitySummary,
  modalityTable,
  uniqueVarianceNull,
  type WinnerMap,
  winnerMap,
} from "../../findings";
import { type Matrix, matrix, row, zeros } from "../../tensor";
import { filmRidge, filmStatistics, joinSets } from "./film-encoding";
import { modelSide } from "./film-maps";
import { jointUnits, ofSubject } from "./joint-units";
import type { FilmStudy } from "./open-film-study";

const VERSION = "film architecture 2";
/** Fewer subjects have too few sign flips for a winner map. */
const FEW = 5;

/** Two sets of features, vision first, whose shares of the variance are told apart. */
interface CaseSets {
  model: string;
  stage: string;
  control: string;
  vision: string;
  text: string;
  /** Whether the unique parts are tested against shifts. */
  tested: boolean;
}

export function casesOf(): CaseSets[] {
  const clip = { model: "small CLIP", stage: "branches" };
  const meter = { model: "small METER" };
  const twin = (set: string) => `${set}, random weights 1`;
  const shuffled = (set: string) => `${set}, shuffled captions`;
  const streams = { vision: "small METER, vision stream", text: "small METER, text stream" };
  return [
    { ...clip, control: "none", vision: "small CLIP, vision", text: "small CLIP, text", tested: true },
    {
      ...clip,
      control: "random weights",
      vision: twin("small CLIP, vision"),
      text: twin("small CLIP, text"),
      tested: false,
    },
    {
      ...clip,
      control: "shuffled captions",
      vision: "small CLIP, vision",
      text: shuffled("small CLIP, text"),
      tested: false,
    },
    {
      ...meter,
      stage: "unimodal layers",
      control: "none",
      vision: "small METER, vision layers",
      text: "small METER, text layers",
      tested: false,
    },
    { ...meter, stage: "fusion streams", control: "none", ...streams, tested: true },
    {
      ...meter,
      stage: "fusion streams",
      control: "random weights",
      vision: twin(streams.vision),
      text: twin(streams.text),
      tested: false,
    },
    {
      ...meter,
      stage: "fusion streams",
      control: "shuffled captions",
      vision: shuffled(streams.vision),
      text: shuffled(streams.text),
      tested: false,
    },
    {
      ...meter,
      stage: "cross-attention",
      control: "none",
      vision: "small METER, vision asks text",
      text: "small METER, text asks vision",
      tested: false,
    },
  ];
}

/** The finding *architecture* of a film. */
export interface FilmArchitecture {
  table: ArchitectureRow[];
  contrasts: ArchitectureContrastRow[];
  /** Modality of every atom of a joint dictionary, and what the dictionaries look like as a whole. */
  modality: { set: string; rows: ModalityRow[] }[];
  modalitySummaries: ModalitySummary[];
  /** Unique vision against unique text, unit by unit: CLIP's branches and METER's streams. */
  winners: { set: string; map: WinnerMap }[];
}

/** Variance partitioning of CLIP's branches and METER's stages, with their controls. */
export async function filmArchitecture(study: FilmStudy): Promise<FilmArchitecture> {
  const { choices, means, units } = study;
  const { nBootstraps, nSignFlips, inferenceSeed, level } = choices;
  const options = { nBootstraps, nSignFlips, seed: inferenceSeed };
  const cases: ArchitectureCase[] = [];
  const named = casesOf();
  for (const [i, one] of named.entries()) {
    cases.push({ ...one, subjects: await partitions(study, one) });
    means.onProgress?.(i + 1, named.length, "variance partitions");
  }
  const at = (stage: string, control: string) =>
    named.findIndex((one) => one.stage === stage && one.control === control);
  const pairs = [
    { of: at("branches", "none"), against: at("branches", "random weights") },
    { of: at("branches", "none"), against: at("branches", "shuffled captions") },
    { of: at("fusion streams", "none"), against: at("fusion streams", "random weights") },
    { of: at("fusion streams", "none"), against: at("fusion streams", "shuffled captions") },
    { of: at("fusion streams", "none"), against: at("unimodal layers", "none") },
    { of: at("branches", "none"), against: at("fusion streams", "none") },
  ];
  const modality = await modalities(study);
  const winners = [
    { set: "small CLIP, branches", at: at("branches", "none") },
    { set: "small METER, fusion streams", at: at("fusion streams", "none") },
  ].map(({ set, at: i }) => ({
    set,
    map: winnerMap(uniqueDifferences(cases[i], units.nUnits), {
      null:
        study.dataset.subjects.length < FEW
          ? uniqueDifferenceNull(cases[i])
          : { nSignFlips, seed: inferenceSeed },
      level,
    }),
  }));
  return {
    table: architectureTable(cases, units.labels, options),
    contrasts: architectureContrasts(cases, pairs, units.labels, options),
    ...modality,
    winners,
  };
}

async function partitions(study: FilmStudy, one: CaseSets): Promise<ArchitectureCase["subjects"]> {
  const { choices, means } = study;
  const [vision, text] = [await study.atoms(one.vision), await study.atoms(one.text)];
  const joined = joinSets([vision, text]);
  const spaces: FeatureSpace[] = [
    { name: "vision", regressors: joined.columns[0] },
    { name: "text", regressors: joined.columns[1] },
  ];
  const { alphas, minShiftSec, nUniqueShifts, inferenceSeed } = choices;
  const ridge = filmRidge(choices);
  const units = jointUnits(await study.subjects());
  const data = study.unitData({ units }, joined.features);
  const parts = {
    version: VERSION,
    features: joined.features,
    columns: joined.columns,
    units,
    choices: { alphas, minShiftSec, nUniqueShifts, inferenceSeed },
    tested: one.tested,
  };
  const { signal, onProgress } = means;
  const { shared, nulls } = await means.store.product("film-partition", parts, async () => {
    const statistics = selectFeatures(await filmStatistics(data, signal), joined.columns.flat());
    const nVision = spaces[0].regressors.length;
    const own = [
      { name: "vision", regressors: spaces[0].regressors.map((_, k) => k) },
      { name: "text", regressors: spaces[1].regressors.map((_, k) => nVision + k) },
    ];
    const { shared } = await partitionVariance(statistics, own, ridge, { signal });
    if (!one.tested) return { shared, nulls: [] };
    const shifts = evenShifts(study, data.features, nUniqueShifts);
    const nullOf = (unique: FeatureSpace, others: FeatureSpace) =>
      uniqueVarianceNull(
        data,
        { unique, others },
        { ...ridge, shifts },
        {
          signal,
          onProgress: (done, total) =>
            onProgress?.(done, total, `${one.model}, ${one.stage}: shifts of ${unique.name}`),
        },
      );
    return { shared, nulls: [await nullOf(spaces[0], spaces[1]), await nullOf(spaces[1], spaces[0])] };
  });
  const { nUnits } = study.units;
  return study.dataset.subjects.map((_, s) => {
    const [vision, text] = nulls.map((drawn) => ofSubject(drawn, s, nUnits));
    return {
      parts: ofSubject(shared, s, nUnits),
      nullOfUnique: one.tested ? { vision, text } : ("none" as const),
    };
  });
}

/** So many shifts, evenly over all that the shortest run leaves room for. */
function evenShifts(study: FilmStudy, features: readonly Matrix[], n: number): number[] {
  const least = Math.ceil(study.choices.minShiftSec / study.design.trSec);
  const most = Math.min(...features.map(({ shape }) => shape[0])) - least;
  return Array.from({ length: n }, (_, i) => least + Math.round((i * (most - least)) / Math.max(1, n - 1)));
}

/** Unique vision minus unique text, [nSubjects × nUnits]. */
function uniqueDifferences({ subjects }: ArchitectureCase, nUnits: number): Matrix<Float64Array> {
  const out = zeros([subjects.length, nUnits]);
  subjects.forEach(({ parts }, s) => {
    const [vision, text] = [row(parts, 0), row(parts, 1)];
    for (let v = 0; v < nUnits; v++) out.data[s * nUnits + v] = vision[v] - text[v];
  });
  return matrix(out.data, out.shape);
}

/** The same under shifts of what either space has alone, mean over subjects: [nDraws × nUnits]. */
function uniqueDifferenceNull({ subjects }: ArchitectureCase): Matrix<Float64Array> {
  const drawn = subjects.flatMap(({ nullOfUnique }) => (nullOfUnique === "none" ? [] : [nullOfUnique]));
  const out = zeros(drawn[0].vision.shape);
  for (const { vision, text } of drawn) {
    for (let at = 0; at < out.data.length; at++) {
      out.data[at] += (vision.data[at] - text.data[at]) / drawn.length;
    }
  }
  return out;
}

async function modalities(
  study: FilmStudy,
): Promise<Pick<FilmArchitecture, "modality" | "modalitySummaries">> {
  const { inferenceSeed } = study.choices;
  const modality: FilmArchitecture["modality"] = [];
  for (const [set, vision, text] of [
    ["small CLIP, both", "vision", "text"],
    ["small CLIP, both, random weights 1", "vision", "text"],
    ["small METER, fusion", "fusion-vision", "fusion-text"],
    ["small METER, fusion, random weights 1", "fusion-vision", "fusion-text"],
  ] as const) {
    const { members, atoms } = await modelSide(study, set);
    const towers = { vision: [vision], text: [text] };
    modality.push({
      set,
      rows: modalityTable(members, atoms.neurons, towers, { nDraws: 1000, seed: inferenceSeed }),
    });
  }
  return { modality, modalitySummaries: modality.map(({ set, rows }) => modalitySummary(set, rows)) };
}
