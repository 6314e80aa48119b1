import { concatColumns, type Matrix, matrix, selectColumns } from "../../tensor";
import type { FilmSubject } from "./film-subject";

/**
 * Units of all subjects side by side, run by run: [nScoredTrs × (nSubjects · nUnits)], subject after subject. A draw of a null turns the
 * features alike for all subjects, who share one film; so its models are factorised once for the group.
 */
export function jointUnits(subjects: readonly Pick<FilmSubject, "units">[]): Matrix<Float32Array>[] {
  return subjects[0].units.map((_, run) => {
    const { data, shape } = concatColumns(subjects.map(({ units }) => units[run]));
    return matrix(Float32Array.from(data), shape);
  });
}

/** The columns of one subject in what was computed of `jointUnits`. */
export function ofSubject(
  joint: Matrix<Float64Array>,
  subject: number,
  nUnits: number,
): Matrix<Float64Array> {
  return selectColumns(
    joint,
    Array.from({ length: nUnits }, (_, unit) => subject * nUnits + unit),
  );
}
