import { atomMembers, atomProfiles, type TowerProfile, unitColumns } from "../../atoms";
import type { EncodingData } from "../../encoding";
import {
  type AtomMaps,
  atomMaps,
  brainRedundancy,
  halfData,
  type MeasureRow,
  type MirrorRow,
  type ModelRedundancyRow,
  mapMoments,
  measureTable,
  memberJaccard,
  mirrorIndex,
  mirrorMeasures,
  modelRedundancyTable,
  type NetworkPolarity,
  networkPolarity,
  networkPolarityTable,
  type OppositePairRow,
  oppositePairMeasures,
  oppositePairTable,
  type PolarityRow,
  type SubjectMeasures,
  zMaps,
} from "../../findings";
import type { Progress } from "../../store";
import { correlateColumns, type Matrix, matrix, selectRows, zeros } from "../../tensor";
import { encodingData, filmRidge } from "./film-encoding";
import type { FilmAtoms } from "./film-features";
import { jointUnits, ofSubject } from "./joint-units";
import type { FilmStudy } from "./open-film-study";

const VERSION = "film maps 3";

/** What is the model's side of redundancy and polarity: members, layer profiles, courses. */
export interface ModelSide {
  atoms: FilmAtoms;
  /** Members of the live atoms. */
  members: Uint32Array[];
  profiles: TowerProfile[];
  jaccard: Matrix<Float64Array>;
  /** r(x_k, x_m) of the features. */
  courseCorrelation: Matrix<Float64Array>;
  mirror: Matrix<Float64Array>;
}

/** Members, profiles and similarities of the atoms of a set; kept in the store. */
export async function modelSide(study: FilmStudy, name: string): Promise<ModelSide> {
  const { choices, means } = study;
  const atoms = await study.atoms(name);
  const { dictionary, courses, learnedOn, live, neurons } = atoms;
  const { memberQ, nMemberShuffles, minShiftSec, inferenceSeed } = choices;
  const parts = {
    version: VERSION,
    codes: dictionary.codes,
    memberQ,
    nMemberShuffles,
    minShiftSec,
    inferenceSeed,
  };
  const { members } = await means.store.product("film-members", parts, () => {
    const unit = selectRows(unitColumns(courses.courses, { rows: learnedOn }).courses, learnedOn);
    return atomMembers(unit, dictionary, {
      q: memberQ,
      minShiftTrs: Math.ceil(minShiftSec / study.design.trSec),
      nShuffles: nMemberShuffles,
      seed: inferenceSeed,
      ...means,
    });
  });
  const own = live.map((k) => members[k]);
  const codes = selectRows(dictionary.codes, live);
  const profiles = atomProfiles({ codes }, { neurons, members: own });
  const joined = stackRows(atoms.features);
  return {
    atoms,
    members: own,
    profiles,
    jaccard: memberJaccard(own),
    courseCorrelation: correlateColumns(joined, joined),
    mirror: mirrorIndex(profiles.map(({ layers }) => layers.signed)),
  };
}

/** Runs of one width below each other. */
function stackRows(runs: readonly Matrix<Float64Array>[]): Matrix<Float64Array> {
  const [p] = [runs[0].shape[1]];
  const nRows = runs.reduce((sum, { shape }) => sum + shape[0], 0);
  const out = zeros([nRows, p]);
  let first = 0;
  for (const { data, shape } of runs) {
    out.data.set(data, first * p);
    first += shape[0];
  }
  return out;
}

interface SubjectMapMeasures {
  redundancy: SubjectMeasures;
  polarity: NetworkPolarity;
  opposite: SubjectMeasures;
  mirror: SubjectMeasures;
  /** Maps in SDs of their null, [nAtoms × nUnits]. */
  z: Matrix<Float64Array>;
}

/** The findings that rest on maps of atoms: redundancy and polarity, of one set of features. */
export interface FilmMaps {
  set: string;
  model: ModelSide;
  /** Brain side: maps and their link with members. */
  redundancy: MeasureRow[];
  modelRedundancy: ModelRedundancyRow[];
  /** Atom by network. */
  polarity: PolarityRow[];
  /** Opposite maps, and their layers. */
  opposite: MeasureRow[];
  pairs: OppositePairRow[];
  mirror: MeasureRow[];
  /** Of each subject, maps in SDs of their null: [nAtoms × nUnits]. */
  z: Matrix<Float64Array>[];
  /** Mean over subjects of P [nAtoms × nNetworks]. */
  networkPattern: Matrix<Float64Array>;
}

export type { MirrorRow };

/** Redundancy and polarity of a set of features over the subjects of a study. */
export async function filmMaps(study: FilmStudy, name: string): Promise<FilmMaps> {
  const { choices, means, units } = study;
  const { alphas, nPhaseDraws, inferenceSeed, oppositeBelow, mapThreshold, nBootstraps, nSignFlips, level } =
    choices;
  const model = await modelSide(study, name);
  const { features } = model.atoms;
  const subjects = await study.subjects();
  const { signal } = means;
  const ridge = filmRidge(choices);
  const draw = { ...ridge, nDraws: nPhaseDraws, seed: inferenceSeed };
  // The halves are apart: phases that both share would tie their nulls together.
  const otherDraw = { ...draw, seed: inferenceSeed + 1 };
  const key = {
    version: VERSION,
    features,
    members: model.members,
    codes: model.atoms.dictionary.codes,
    alphas,
    nPhaseDraws,
  };
  const rest = { inferenceSeed, oppositeBelow, mapThreshold };

  // Null maps of the group are large: they are made when something of them is not kept yet, and let go.
  const joint = encodingData(features, jointUnits(subjects));
  const mapsOf = async (data: EncodingData, choicesOfDraw: typeof draw, label: string) => {
    const onProgress: Progress = (done, total) => means.onProgress?.(done, total, `${name}: ${label}`);
    return subjectMaps(await atomMaps(data, choicesOfDraw, { signal, onProgress }), subjects.length);
  };
  const parts = {
    ...key,
    ...rest,
    units: subjects.map((one) => one.units),
    labels: Array.from(units.labels.ofVoxel),
  };
  const options = { nBootstraps, nSignFlips, seed: inferenceSeed };
  const whole = await means.store.product("film-map-measures", parts, async () =>
    (await mapsOf(joint, draw, "maps with their null")).map((maps) => ({
      redundancy: brainRedundancy(maps, model, { threshold: mapThreshold }),
      polarity: networkPolarity(maps, units.labels),
      mirror: mirrorMeasures(maps, model, { threshold: oppositeBelow, tolerance: 0.1 }),
      z: zMaps(maps.maps, mapMoments(maps)),
    })),
  );
  const opposites = await means.store.product("film-opposite-maps", { ...parts, options }, async () => {
    const { first, second } = halfData(joint);
    const [chosen, tested] = [
      await mapsOf(first, draw, "maps of the first half"),
      await mapsOf(second, otherDraw, "maps of the second half"),
    ];
    const halves = chosen.map((one, s) => ({ first: one, second: tested[s] }));
    const { courseCorrelation } = model;
    return {
      measures: halves.map((half) => oppositePairMeasures(half, { threshold: oppositeBelow })),
      pairs: oppositePairTable(halves, { threshold: oppositeBelow, courseCorrelation }, options),
    };
  });
  const { pairs } = opposites;
  const measures: SubjectMapMeasures[] = whole.map((one, s) => ({ ...one, opposite: opposites.measures[s] }));
  const pattern = zeros(measures[0].polarity.observed.shape);
  for (const { polarity } of measures) {
    polarity.observed.data.forEach((value, at) => {
      pattern.data[at] += value / measures.length;
    });
  }
  return {
    set: name,
    model,
    redundancy: measureTable(
      measures.map((one) => one.redundancy),
      options,
    ),
    modelRedundancy: modelRedundancyTable(model.members, model.atoms.neurons, {
      ...options,
      nDraws: nPhaseDraws,
    }),
    polarity: networkPolarityTable(
      measures.map((one) => one.polarity),
      { ...options, level },
    ),
    opposite: measureTable(
      measures.map((one) => one.opposite),
      options,
    ),
    pairs,
    mirror: measureTable(
      measures.map((one) => one.mirror),
      options,
    ),
    z: measures.map((one) => one.z),
    networkPattern: matrix(pattern.data, pattern.shape),
  };
}

/** The maps of each subject out of those of the group; a unit that has no fit in one of them is left out of all. */
function subjectMaps({ maps, nullMaps, voxels, seed }: AtomMaps, nSubjects: number): AtomMaps[] {
  const nUnits = maps.shape[1] / nSubjects;
  if (voxels.length !== maps.shape[1] || !Number.isInteger(nUnits)) {
    throw new Error(
      `filmMaps: missing fits: ${maps.shape[1]} units of ${nSubjects} subjects have one; expected all. Leave out the subject whose BOLD is constant or missing in a parcel.`,
    );
  }
  return Array.from({ length: nSubjects }, (_, s) => ({
    maps: ofSubject(maps, s, nUnits),
    nullMaps: nullMaps.map((one) => ofSubject(one, s, nUnits)),
    voxels: Int32Array.from({ length: nUnits }, (_, unit) => unit),
    seed,
  }));
}
