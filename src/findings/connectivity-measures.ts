import type { ConnectivityAgreement } from "../networks";
import { matrix } from "../tensor";
import type { SubjectMeasures } from "./subject-measures";

/**
 * The agreement of BOLD's and the predictions' functional connectivity (`connectivityAgreement`) of one subject, for a table over
 * subjects: draws are paired where all were made with one seed. It is not specific to a model whose few features make all
 * predictions alike: hold it against random weights.
 */
export function connectivityMeasures({ r, nullValues }: ConnectivityAgreement): SubjectMeasures {
  return {
    measures: [
      {
        name: "agreement of functional connectivity",
        tail: "greater",
        scale: "correlation",
        null: "predicted networks shifted against each other",
      },
    ],
    observed: Float64Array.of(r),
    nullValues: matrix(nullValues, [nullValues.length, 1]),
  };
}
