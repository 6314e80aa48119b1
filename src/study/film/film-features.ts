import { join } from "node:path";
import {
  extractActivations,
  type Model,
  type Neuron,
  openModel,
  randomTwin,
  type StepReading,
  type StepTensor,
  stimulusTensors,
} from "../../activations";
import type { Dictionary } from "../../atoms";
import type { Progress, Store } from "../../store";
import { concatColumns, type Matrix, selectColumns } from "../../tensor";
import { onceEach } from "../once";
import type { FeatureSet, NeuronSource } from "./feature-sets";
import { type FilmCourses, filmAtomCourses, filmCourses, filmDictionary, filmFeatures } from "./film-courses";
import type { FilmDesign } from "./film-design";
import { type FilmStimulus, shuffledCaptions } from "./film-stimulus";

export interface FilmMeans {
  store: Store;
  onProgress?: Progress;
  signal?: AbortSignal;
}

/** The atoms of a set of neurons and their courses. */
export interface FilmAtoms {
  set: FeatureSet;
  /** What the columns of the dictionary's codes are. */
  neurons: Neuron[];
  nDropped: number;
  dictionary: Dictionary;
  /** What the dictionary learned on, [nTrs × nNeurons] of all runs, and which TRs of them. */
  courses: FilmCourses;
  learnedOn: Int32Array;
  /** The atoms that somebody carries: the columns of the features. */
  live: number[];
  /** Courses of the live atoms in all TRs, before the HRF. */
  atomCourses: Matrix<Float64Array>;
  /** Features of every run over its scored TRs, [nScoredTrs × nLive]. */
  features: Matrix<Float64Array>[];
}

export interface FilmFeatureChoices {
  reading: StepReading;
  lambda: number;
  atomSeed: number;
  highPassSec: number;
  shuffleSeed: number;
}

/** Reads a film with models, and turns sets of neurons into atoms and features; what was read once is not read again. */
export function openFilmFeatures(
  where: { modelFolder: string; stimulus: FilmStimulus; design: FilmDesign },
  choices: FilmFeatureChoices,
  means: FilmMeans,
): (set: FeatureSet) => Promise<FilmAtoms> {
  const { modelFolder, stimulus, design } = where;
  const captionsOf = {
    shown: stimulus.captions,
    shuffled: shuffledCaptions(stimulus, choices.shuffleSeed),
  };

  const modelOf = onceEach(async ({ file, twin }: { file: string; twin: number | null }): Promise<Model> => {
    if (twin !== null) return await randomTwin(await modelOf({ file, twin: null }), twin, means);
    return await openModel(join(modelFolder, file), means);
  });

  const readBy = onceEach(async ({ file, captions, twin }: Omit<NeuronSource, "keep">) => {
    const model = await modelOf({ file, twin });
    const inputs = filmInputs(model, stimulus, captionsOf[captions]);
    const { reading } = choices;
    const found = await extractActivations({ model, inputs, readings: [reading], ...means });
    return { activations: found[reading], neurons: model.neurons };
  });

  return async (set) => {
    const parts = await Promise.all(
      set.sources.map(async (source) => {
        const { keep, ...what } = source;
        const { activations, neurons } = await readBy(what);
        const kept = neurons.filter(keep);
        return {
          neurons: kept,
          values: selectColumns(
            activations,
            kept.map(({ index }) => index),
          ),
        };
      }),
    );
    const neurons = parts.flatMap((part) => part.neurons);
    if (neurons.length === 0) {
      throw new Error(
        `filmFeatures: missing neurons of ${set.name}: none; expected some. Check the towers of the model (describeModel).`,
      );
    }
    const values = parts.map((part): Matrix => part.values).reduce((a, b) => concatColumns([a, b]));
    const courses = filmCourses(values, stimulus.trs, design);
    const { dictionary, learnedOn } = await filmDictionary(
      courses,
      design,
      { nAtoms: set.nAtoms, lambda: choices.lambda, seed: choices.atomSeed },
      { ...means, onProgress: (done, total) => means.onProgress?.(done, total, `atoms of ${set.name}`) },
    );
    const atoms = filmAtomCourses(courses, dictionary, design, learnedOn);
    return {
      set,
      neurons: courses.neurons.map((j) => neurons[j]),
      nDropped: courses.nDropped,
      dictionary,
      courses,
      learnedOn,
      live: atoms.live,
      atomCourses: atoms.courses,
      features: filmFeatures(atoms.courses, design, choices),
    };
  };
}

/** The film as the inputs that a model takes. */
function filmInputs(
  { path, graph }: Model,
  { frames }: FilmStimulus,
  captions: readonly string[],
): Record<string, StepTensor> {
  const takes = (input: string) => graph.inputs.some(({ name }) => name === input);
  return stimulusTensors(path, {
    ...(takes("pixel_values") && { frames }),
    ...(takes("input_ids") && { captions }),
  }).inputs;
}
