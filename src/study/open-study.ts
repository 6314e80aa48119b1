import { join } from "node:path";
import {
  type Activations,
  extractWordActivations,
  type Model,
  openModel,
  openTokenizer,
  type ReadingName,
  randomTwin,
} from "../activations";
import type { Dictionary } from "../atoms";
import {
  type PredictionEvidence,
  type PredictionRow,
  predictionTable,
  type RandomRow,
  randomScores,
  type SubjectRow,
  subjectScores,
  type UniqueRow,
  uniqueContributionTable,
} from "../findings";
import { wordWindows } from "../stimuli";
import { openStore, type Progress, type Store, terminalProgress } from "../store";
import type { Matrix } from "../tensor";
import { baselineFeatures } from "./baseline-features";
import type { Choices } from "./choices";
import { type BaselineRow, baselineScores, type ReadingRow, readingScores } from "./control-scores";
import { openAlice, type StoryDataset } from "./datasets/alice";
import { compareDictionaries, type DictionaryRow } from "./dictionary-comparison";
import { type EncodingDesign, encodingDesign, type GroupTargets, groupTargets } from "./encode-group";
import { type HeadRow, headScores } from "./head-scores";
import { CACHE_FOLDER, keptDictionary, type Means, RIDGE_VERSION } from "./kept-products";
import { dataFolders, locateMiniLm } from "./locate-data";
import { once } from "./once";
import { predictionEvidence, type StoryFeatures } from "./prediction-evidence";
import { atomFeatures, haemodynamicCourses, type NeuronCourses, neuronCourses } from "./story-features";
import { type StoryFindings, storyFindings } from "./story-findings";
import { type SubjectSelection, selectSubjects } from "./subject-selection";

export const DATASETS = ["alice"] as const;
export const MODELS = ["minilm"] as const;

/** What a study is of, and where it finds data and keeps products (`openStudy`, `runStudy`). */
export interface StudyOptions {
  dataset: (typeof DATASETS)[number];
  model: (typeof MODELS)[number];
  choices: Choices;
  /** Some of the subjects (default: all). */
  subjects?: SubjectSelection;
  /** Where data and models are looked for (`dataFolders()` by default). */
  folders?: readonly string[];
  /** Where products are kept (`cacheFolder("store")` by default). */
  cacheFolder?: string;
  /** The store itself, where it is watched. */
  store?: Store;
  onProgress?: Progress;
  signal?: AbortSignal;
}

/** The finding *prediction* of a study. */
export interface Prediction {
  table: PredictionRow[];
  /** What the features add to the baseline. */
  unique: UniqueRow[];
  subjects: SubjectRow[];
  /** Every random-weight twin by itself. */
  random: RandomRow[];
  evidence: PredictionEvidence;
}

/** A data set, a model and a set of choices. Every product is computed when first asked for and kept on disk. */
export interface Study extends StoryFindings {
  name: string;
  dataset: StoryDataset;
  model: Model;
  choices: Choices;
  design: EncodingDesign;
  targets: GroupTargets;
  /** What every neuron did at every word [nWords × nNeurons], in the reading of the choices and as `qkMean`. */
  activations(): Promise<Activations<ReadingName>>;
  /** The same on the TR grid; `reading` is that of the choices where it is not given. */
  neuronCourses(reading?: ReadingName): Promise<NeuronCourses>;
  /** The dictionary learned on all TRs with words. */
  dictionary(reading?: ReadingName): Promise<Dictionary>;
  /** Both sets of features, under the HRF, not filtered. */
  features(reading?: ReadingName): Promise<StoryFeatures>;
  baseline(): Matrix<Float64Array>;
  prediction(): Promise<Prediction>;
  heads(): Promise<HeadRow[]>;
  dictionaries(): Promise<DictionaryRow[]>;
  readings(): Promise<ReadingRow[]>;
  /** The baseline alone, with its drift regressors and without. */
  baselines(): Promise<BaselineRow[]>;
}

/** Opens a study. Throws when data or model are not there, saying where it looked and how to get them. */
export async function openStudy(options: StudyOptions): Promise<Study> {
  const { choices, folders = dataFolders(), signal } = options;
  requireKnown("dataset", options.dataset, DATASETS);
  requireKnown("model", options.model, MODELS);
  const store = options.store ?? openStore(options.cacheFolder ?? CACHE_FOLDER);
  const means: Means = { store, onProgress: options.onProgress ?? terminalProgress(process.stdout), signal };
  const opened = openAlice({ radiusMm: choices.radiusMm, folders });
  const subjects = selectSubjects(opened.run.subjects, options.subjects ?? "all");
  const dataset = { ...opened, run: { ...opened.run, subjects } };
  const folder = locateMiniLm(folders);
  const model = await openModel(folder, { store });
  const design = encodingDesign(dataset.run, choices);
  const targets = groupTargets(dataset.run, design);
  const { roiNames } = dataset.run;
  const fitted = { targets, design, roiNames };

  const readings: ReadingName[] = [...new Set<ReadingName>([choices.reading, "qkMean"])];
  const extract = (source: Model, wanted: ReadingName[]) =>
    extractWordActivations({
      ...means,
      model: source,
      tokenizer: openTokenizer(join(folder, "tokenizer.json")),
      words: dataset.words,
      windows: wordWindows(dataset.words, { nWords: choices.windowWords }),
      readings: wanted,
    });
  const activations = once(() => extract(model, readings));
  const twinNeurons = async (seed: number) => {
    const twin = await randomTwin(model, seed, { store });
    return neuronCourses((await extract(twin, [choices.reading]))[choices.reading], dataset);
  };

  const featuresOf = async (neurons: NeuronCourses): Promise<StoryFeatures> => {
    const { trsWithWords } = neurons;
    const options = { ...means, learnedOn: trsWithWords, seed: choices.atomSeed };
    const { codes } = await keptDictionary(neurons, choices, options);
    return {
      atoms: atomFeatures(neurons, codes, dataset, trsWithWords),
      neurons: haemodynamicCourses(neurons.averaged, dataset, { estimatedOn: trsWithWords, trsWithWords }),
    };
  };

  const study: Study = {
    name: `${options.dataset}-${options.model}`,
    dataset,
    model,
    choices,
    design,
    targets,
    activations,
    neuronCourses: async (reading = choices.reading) =>
      neuronCourses((await activations())[reading], dataset),
    async dictionary(reading) {
      const neurons = await study.neuronCourses(reading);
      return keptDictionary(neurons, choices, {
        ...means,
        learnedOn: neurons.trsWithWords,
        seed: choices.atomSeed,
      });
    },
    features: async (reading) => featuresOf(await study.neuronCourses(reading)),
    baseline: () => baselineFeatures(dataset, choices.highPassSec),
    prediction: once(async () => {
      const twins: StoryFeatures[] = [];
      for (const seed of choices.twinSeeds) twins.push(await featuresOf(await twinNeurons(seed)));
      const features = await study.features();
      const evidence = await predictionEvidence(
        { features, twins, baseline: study.baseline(), targets, design, roiNames, choices },
        means,
      );
      const { nBootstraps, nSignFlips, inferenceSeed: seed } = choices;
      const ids = dataset.run.subjects.map(({ id }) => id);
      return {
        table: predictionTable(evidence, { nBootstraps, nSignFlips, seed }),
        unique: uniqueContributionTable(evidence, { nBootstraps, seed }),
        subjects: subjectScores(evidence.features, roiNames, ids),
        random: randomScores(evidence.features, roiNames, choices.twinSeeds),
        evidence,
      };
    }),
    async heads() {
      const { neurons: kept } = await study.neuronCourses();
      const { neurons } = await study.features();
      const parts = { version: RIDGE_VERSION, graph: model.graph.key, neurons, kept, Y: targets.Y, design };
      const compute = () => headScores({ model, neurons, kept, targets, design, roiNames }, means);
      return store.product("head-scores", parts, compute, undefined, { signal });
    },
    baselines: () => baselineScores(study.baseline(), fitted, means),
    dictionaries: async () =>
      compareDictionaries({ neurons: await study.neuronCourses(), dataset, targets, design, choices }, means),
    async readings() {
      const rows: ReadingRow[] = [];
      for (const reading of readings)
        rows.push(...(await readingScores(reading, await study.features(reading), fitted, means)));
      return rows;
    },
    ...storyFindings(
      {
        ...{ model, dataset, design, targets, choices },
        neurons: () => study.neuronCourses(),
        twinNeurons: () => twinNeurons(choices.twinSeeds[0]),
        baseline: () => study.baseline(),
      },
      means,
    ),
  };
  return study;
}

function requireKnown(noun: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw new Error(
    `openStudy: unknown ${noun}: "${value}"; expected one of ${known.join(", ")}. Choose one of them.`,
  );
}
