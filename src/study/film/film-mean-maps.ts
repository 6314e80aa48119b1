import { fisherMean } from "../../inference";
import { type Matrix, zeros } from "../../tensor";
import { type FilmStudy, MAPPED_SETS } from "./open-film-study";

/** What the group's voxels have in common. */
export interface FilmMeanMaps {
  /** The sets that were scored in every voxel, one a row of `r`. */
  sets: string[];
  /** Held-out r, Fisher mean over subjects: [nSets × nVoxels]; NaN where no subject has a value. */
  r: Matrix<Float32Array>;
  /** The ceiling of r: √ of the mean explainable variance over subjects; NaN where that is below 0. */
  ceiling: Float64Array;
  nSubjects: number;
}

/** Maps of the group in every voxel, for figures and files. */
export async function filmMeanMaps(study: FilmStudy): Promise<FilmMeanMaps> {
  const subjects = await study.subjects();
  const { shape } = subjects[0].r;
  const r = { data: new Float32Array(shape[0] * shape[1]), shape };
  for (let at = 0; at < r.data.length; at++) r.data[at] = fisherMean(subjects.map((one) => one.r.data[at]));
  const explained = zeros([1, shape[1]]).data;
  for (const { explainable } of subjects) {
    explainable.forEach((value, v) => {
      explained[v] += value / subjects.length;
    });
  }
  return { sets: MAPPED_SETS, r, ceiling: explained.map(Math.sqrt), nSubjects: subjects.length };
}
