import type { Matrix } from "../../tensor";
import { matrix } from "../../tensor";
import type { FilmDataset } from "../datasets/demo";
import type { FilmChoices } from "./film-choices";
import type { FilmDesign } from "./film-design";
import { encodingData, type FilmDesignMatrix, filmRidge, filmStatistics, scoreSets } from "./film-encoding";
import type { FilmMeans } from "./film-features";
import type { FilmUnits } from "./film-units";
import { explainableOf, parcelCourses, subjectBold } from "./subject-bold";

const VERSION = "film subject 2";

/** What a subject's BOLD was read for, once. */
export interface FilmSubject {
  id: string;
  /** Courses of the units over the scored TRs of each run, [nTrs × nUnits]. */
  units: Matrix<Float32Array>[];
  /** Explainable variance of each voxel and of each unit's course (a mean over voxels has less noise), corrected for the number of repeats. */
  explainable: Float64Array;
  unitExplainable: Float64Array;
  /** Held-out r of the mapped sets, voxel by voxel: [nMapped × nVoxels]. */
  r: Matrix<Float32Array>;
}

/** Reads a subject, averages units, and scores the mapped sets in every voxel; kept in the store. */
export async function filmSubject(
  where: { dataset: FilmDataset; index: number; design: FilmDesign; units: FilmUnits },
  mapped: FilmDesignMatrix,
  choices: FilmChoices,
  means: FilmMeans,
): Promise<FilmSubject> {
  const { dataset, index, design, units } = where;
  const subject = dataset.subjects[index];
  const { alphas, highPassSec, riseSec } = choices;
  const parts = {
    version: VERSION,
    brains: dataset.key,
    subject: subject.id,
    units: Int32Array.from(units.ofVoxel),
    features: mapped.features,
    columns: mapped.columns,
    choices: { alphas, highPassSec, riseSec },
  };
  const { store, signal, onProgress } = means;
  return await store.product(
    "film-subject",
    parts,
    async () => {
      const { scored, repeats, explainable } = await subjectBold(subject, design, choices, { signal });
      const { nUnits } = units;
      const parcels = { nParcels: nUnits, ofVoxel: units.ofVoxel };
      const statistics = await filmStatistics(encodingData(mapped.features, scored), signal);
      const { r } = await scoreSets(statistics, mapped.columns, filmRidge(choices), {
        signal,
        onSet: (done) => onProgress?.(done, mapped.columns.length, `${subject.id}: maps`),
      });
      return {
        id: subject.id,
        units: scored.map((bold) => parcelCourses(bold, parcels)),
        explainable,
        unitExplainable: explainableOf(repeats.map((bold) => parcelCourses(bold, parcels))),
        r: matrix(Float32Array.from(r.data), r.shape),
      };
    },
    undefined,
    { signal },
  );
}
