import { join } from "node:path";
import type { EncodingData } from "../../encoding";
import { openStore, type Progress, type Store, terminalProgress } from "../../store";
import type { FilmDataset } from "../datasets/demo";
import { CACHE_FOLDER } from "../kept-products";
import { once, onceEach } from "../once";
import { type FeatureSet, type FILM_MODELS, featureSets } from "./feature-sets";
import type { FilmChoices } from "./film-choices";
import { type FilmDesign, filmDesign } from "./film-design";
import { encodingData, type FilmDesignMatrix, joinSets } from "./film-encoding";
import { type FilmAtoms, type FilmMeans, openFilmFeatures } from "./film-features";
import { filmFrames } from "./film-frames";
import type { FilmFinding } from "./film-results";
import { type FilmStimulus, filmStimulus } from "./film-stimulus";
import { type FilmSubject, filmSubject } from "./film-subject";
import { type FilmUnits, filmUnits } from "./film-units";
import { helpedStore } from "./helped-store";
import type { SubjectBold } from "./subject-bold";

export type FilmModelName = keyof typeof FILM_MODELS;

/** Where the small models are. */
export const DEMO_MODELS = join(__dirname, "..", "..", "..", "data", "demo", "models");

/** Sets whose r is mapped in every voxel. */
export const MAPPED_SETS = [
  "small CLIP, vision",
  "small CLIP, text",
  "small METER, fusion",
  "small ViT, vision",
];

export interface FilmStudyOptions {
  dataset: FilmDataset;
  choices: FilmChoices;
  modelFolder?: string;
  cacheFolder?: string;
  /** The store itself, where it is watched. */
  store?: Store;
  /**
   * A second process reads the subjects and computes these findings, both from the end, from the moment on when a product is missing
   * (`helpedStore`). None where it is not given.
   */
  secondProcess?: readonly FilmFinding[];
  /** The last of several things first: beside another process, which begins with the first. Results are the same. */
  backwards?: boolean;
  onProgress?: Progress;
  signal?: AbortSignal;
}

/** A film, brains that saw it, and models that read it. Every product is computed when first asked for and kept on disk. */
export interface FilmStudy {
  dataset: FilmDataset;
  choices: FilmChoices;
  design: FilmDesign;
  stimulus: FilmStimulus;
  units: FilmUnits;
  sets: FeatureSet[];
  means: FilmMeans;
  /** Computes something of each item, one after the other, the last one first if the study goes backwards; in the order of the items. */
  inTurn<Item, Result>(
    items: readonly Item[],
    each: (item: Item, i: number) => Promise<Result>,
  ): Promise<Result[]>;
  /** The atoms of a set by its name. */
  atoms(name: string): Promise<FilmAtoms>;
  /** What each subject's BOLD says, in their order. */
  subjects(): Promise<FilmSubject[]>;
  /** All sets side by side. */
  designMatrix(): Promise<FilmDesignMatrix>;
  /** Units of one subject, or of all (`jointUnits`), against the columns of some sets, side by side. */
  unitData(subject: Pick<FilmSubject, "units">, features: FilmDesignMatrix["features"]): EncodingData;
}

export type { SubjectBold };

/** Opens a study. Nothing is computed yet but the design and the units. */
export async function openFilmStudy(options: FilmStudyOptions): Promise<FilmStudy> {
  const { dataset, choices, signal, backwards = false, secondProcess } = options;
  const { modelFolder: ofModels, cacheFolder } = options;
  const store =
    options.store ??
    (secondProcess
      ? helpedStore(
          dataset,
          { choices, modelFolder: ofModels, cacheFolder, findings: secondProcess },
          { signal },
        )
      : openStore(cacheFolder ?? CACHE_FOLDER));
  const means: FilmMeans = {
    store,
    onProgress: options.onProgress ?? terminalProgress(process.stdout),
    signal,
  };
  const design = filmDesign(dataset.film, choices);
  const stimulus = filmStimulus(dataset.film, design, filmFrames(dataset.film, design));
  const units = filmUnits(dataset, choices.units);
  const sets = featureSets(choices);
  const modelFolder = ofModels ?? DEMO_MODELS;
  const makeAtoms = openFilmFeatures({ modelFolder, stimulus, design }, choices, means);

  const atoms = onceEach(async (name: string): Promise<FilmAtoms> => {
    const set = sets.find((one) => one.name === name);
    if (set !== undefined) return makeAtoms(set);
    throw new Error(
      `openFilmStudy: unknown set of features: "${name}"; expected one of ${sets.map((one) => one.name).join("; ")}. Name one of study.sets.`,
    );
  });

  const inTurn: FilmStudy["inTurn"] = async (items, each) => {
    const inOrder = [...items.entries()];
    if (backwards) inOrder.reverse();
    const out = new Array(items.length);
    for (const [i, item] of inOrder) out[i] = await each(item, i);
    return out;
  };

  return {
    dataset,
    choices,
    design,
    stimulus,
    units,
    sets,
    means,
    inTurn,
    atoms,
    subjects: once(async () => {
      const mapped = joinSets(await inTurn(MAPPED_SETS, atoms));
      return await inTurn(dataset.subjects, (_, index) =>
        filmSubject({ dataset, index, design, units }, mapped, choices, means),
      );
    }),
    designMatrix: once(async () => joinSets(await inTurn(sets, ({ name }) => atoms(name)))),
    unitData: (subject, features) => encodingData(features, subject.units),
  };
}
