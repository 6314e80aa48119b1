import { openStore, type Progress } from "../../store";
import { type DemoChoices, type FilmDataset, planDemo } from "../datasets/demo";
import { CACHE_FOLDER } from "../kept-products";
import {
  type PlanStep,
  type ProbingStore,
  probeStore,
  ROUGH_ESTIMATES,
  type StudyPlan,
  whileKept,
} from "../study-plan";
import { type SubjectSelection, selectSubjects } from "../subject-selection";
import { casesOf, filmArchitecture } from "./film-architecture";
import type { FilmChoices } from "./film-choices";
import { filmConnectivity } from "./film-connectivity";
import { filmHeads } from "./film-heads";
import { filmLabels } from "./film-labels";
import { filmMaps } from "./film-maps";
import { filmPrediction, TESTED } from "./film-prediction";
import { filmRemoval } from "./film-removal";
import { CONNECTIVITY_SETS, HEAD_SETS, MAP_SETS } from "./film-results";
import { type FilmStudy, openFilmStudy } from "./open-film-study";

/**
 * What the study of a film would compute: nothing is computed or written, kept products are looked up under the keys that the study would use. A
 * product's key is made of what it is computed from, so that behind one that is missing none can be known to be kept, and none is taken to be.
 */
export async function planFilmStudy(options: {
  demo: DemoChoices;
  choices: FilmChoices;
  subjects?: SubjectSelection;
  modelFolder?: string;
  /** Where the brains are or would be (default: that of the demo). */
  demoFolder?: string;
  cacheFolder?: string;
  onProgress?: Progress;
  signal?: AbortSignal;
}): Promise<StudyPlan> {
  const { choices, subjects = "all" } = options;
  const brains = await planDemo(options.demo, options.demoFolder);
  const dataset: FilmDataset = {
    ...brains.dataset,
    subjects: selectSubjects(brains.dataset.subjects, subjects),
  };
  const store = probeStore(openStore(options.cacheFolder ?? CACHE_FOLDER));
  const study = await openFilmStudy({ ...options, dataset, store });
  const nSubjects = dataset.subjects.length;
  const isThere = brains.missingBytes === 0;
  await askForAll(study);
  return {
    title: `demo: ${nSubjects} simulated subject${nSubjects === 1 ? "" : "s"}, ${study.units.nUnits} ${choices.units}, ${study.sets.length} sets of features`,
    steps: [
      {
        step: "brains simulated",
        n: 1,
        nKept: isThere ? 1 : 0,
        secEach: brains.aboutSec,
        mbEach: brains.missingBytes / 1e6,
      },
      ...stepsOf(study, store),
    ],
    basis: `Two processes (--processes) take little more than half the time. ${ROUGH_ESTIMATES} Of two processes it is the first that it tells of.`,
  };
}

/** Asks for every product in the order of the study, until in each branch one is missing. */
async function askForAll(study: FilmStudy): Promise<void> {
  for (const [i, { name }] of study.sets.entries()) {
    await whileKept(() => study.atoms(name));
    study.means.onProgress?.(i + 1, study.sets.length, "looking for what is kept");
  }
  await whileKept(() => filmPrediction(study));
  for (const set of MAP_SETS) {
    const maps = await whileKept(() => filmMaps(study, set));
    if (maps) await whileKept(() => filmLabels(study, maps));
    await whileKept(() => filmRemoval(study, set));
  }
  for (const set of CONNECTIVITY_SETS) await whileKept(() => filmConnectivity(study, set));
  for (const set of HEAD_SETS) await whileKept(() => filmHeads(study, set));
  await whileKept(() => filmArchitecture(study));
}

/** A kind of product and what one takes, guessed, at the demo's own choices (`filmChoices`, twelve subjects, 360 parcels, 960 TRs). */
interface ProductCost {
  step: string;
  /** Its name in the store. */
  product: string;
  n: number;
  sec: number;
  mb: number;
  /** What its time grows with, 1 at the demo's choices. */
  grows: number;
}

/** The products of a study, in their order. */
function costsOf({ sets, choices, units, dataset }: FilmStudy): ProductCost[] {
  const nSubjects = dataset.subjects.length;
  const nReadings = new Set(
    sets.flatMap(({ sources }) => sources.map(({ file, captions, twin }) => `${file} ${captions} ${twin}`)),
  ).size;
  const { nShifts, nPhaseDraws, nUniqueShifts, alphas } = choices;
  const size = (nSubjects / 12) * (units.nUnits / 360) * (alphas.nAlphas / 7);
  const each = (step: string, product: string, n: number, cost: [sec: number, mb: number], grows = 1) => ({
    ...{ step, product, n, grows },
    sec: cost[0],
    mb: cost[1],
  });
  return [
    each("film read by a model", "activations", nReadings, [20, 6]),
    each("dictionaries", "film-dictionary", sets.length, [4, 0.6]),
    each(
      "subjects read, r of every voxel",
      "film-subject",
      nSubjects,
      [20, 9],
      units.ofVoxel.length / 91_282,
    ),
    each("prediction", "film-scores", 1, [10, 30], size),
    each("circular shifts", "film-shifts", TESTED.length, [55, 5], size * (nShifts / 300)),
    each("members of atoms", "film-members", 2 * MAP_SETS.length, [10, 0.1]),
    each("maps and their phases", "film-map-measures", MAP_SETS.length, [30, 1], size * (nPhaseDraws / 200)),
    each("opposite maps", "film-opposite-maps", MAP_SETS.length, [60, 1], size * (nPhaseDraws / 200)),
    each("networks of atoms", "film-labels", 2 * MAP_SETS.length, [15, 0.1]),
    each("atoms taken away", "film-removal", MAP_SETS.length * nSubjects, [2, 0.1], units.nUnits / 360),
    each("connectivity", "film-connectivity", CONNECTIVITY_SETS.length, [10, 0.1], nPhaseDraws / 200),
    each("heads one by one", "film-heads", HEAD_SETS.length, [20, 1], size),
    each("variance partitions", "film-partition", casesOf().length, [15, 1], size * (nUniqueShifts / 40)),
  ];
}

function stepsOf(study: FilmStudy, store: ProbingStore): PlanStep[] {
  return costsOf(study).map(({ step, product, n, sec, mb, grows }) => ({
    ...{ step, n, secEach: sec * grows, mbEach: mb },
    nKept: Math.min(n, store.nKept(product)),
  }));
}
