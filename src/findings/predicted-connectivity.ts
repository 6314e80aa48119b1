import {
  accumulateRuns,
  blocksOf,
  boldMatrix,
  type EncodingStatistics,
  phaseNull,
  type RidgeChoices,
  ridgeWeights,
  rowsOf,
  type Segment,
  selectBlocks,
  testSegments,
} from "../encoding";
import { connectivity, connectivityAgreement } from "../networks";
import type { Progress } from "../store";
import { linearAlgebra, type Matrix, matrix, selectColumns, selectRows } from "../tensor";
import type { SubjectMeasures } from "./subject-measures";

/** Functional connectivity of one subject's BOLD beside that of its predictions. */
export interface PredictedConnectivity {
  /** r between networks, [nNetworks × nNetworks], Fisher mean over blocks. */
  bold: Matrix<Float64Array>;
  predicted: Matrix<Float64Array>;
  /** How alike the two are (`connectivityAgreement`), and the same of fits to phase-randomised BOLD. */
  r: number;
  nullValues: Float64Array;
}

/**
 * Whether networks that a model predicts belong together as measured ones do: r between the courses of networks in BOLD, r between what ridge on the
 * other blocks predicts of them, and how alike the two are.
 *
 * Networks whose noise goes together get weights that go together, so that predictions are connected as BOLD is in a brain that never met the
 * stimulus. The null therefore has all of that: BOLD with its phases drawn anew, the same for all networks (`phaseNull`), fitted anew; it is
 * still compared with the connectivity of BOLD as it was. What is above it comes from what the model and the brain share.
 *
 * X [nTrs × nRegressors], Y [nTrs × nSubjects · nNetworks], subject after subject; segments with at least three blocks. Draws are the same for all
 * subjects. A network with a NaN is left out of r. Throws for fewer than three networks, and as `ridgeWeights` and `phaseNull`.
 */
export async function predictedConnectivity(
  { X, Y, segments }: { X: Matrix; Y: Matrix; segments: readonly Segment[] },
  nNetworks: number,
  choices: RidgeChoices & { nDraws: number; seed: number },
  options: { onProgress?: Progress; signal?: AbortSignal } = {},
): Promise<PredictedConnectivity[]> {
  const { nDraws, seed, ...ridge } = choices;
  const { onProgress, signal } = options;
  const data = { features: [X], bold: [boldMatrix("networks", Y)], segments };
  const blocks = blocksOf(segments);
  const tested = blocks.map((block) => rowsOf(testSegments(segments, block)));
  const features = tested.map((rows) => selectRows(X, rows));
  const bySubject = (courses: readonly Matrix[]) =>
    Array.from({ length: Y.shape[1] / nNetworks }, (_, s) => {
      const own = Array.from({ length: nNetworks }, (_, g) => s * nNetworks + g);
      return connectivity(courses.map((block) => selectColumns(block, own)));
    });
  const bold = bySubject(tested.map((rows) => selectRows(Y, rows)));
  const foretell = async (statistics: EncodingStatistics) => {
    const courses: Matrix[] = [];
    for (const [i, heldOut] of blocks.entries()) {
      const others = selectBlocks(
        statistics,
        blocks.filter((block) => block !== heldOut),
      );
      const { coefficients } = await ridgeWeights(others, ridge, { signal });
      // Intercepts move whole courses and change no correlation.
      const weights = matrix(Float64Array.from(coefficients.data), coefficients.shape);
      courses.push(linearAlgebra().multiply(features[i], weights));
    }
    return bySubject(courses);
  };
  const agreements = (foretold: readonly Matrix[]) =>
    Float64Array.from(foretold, (one, s) => connectivityAgreement(bold[s], one).r);

  const precision = "float64";
  const predicted = await foretell(await accumulateRuns(data, { precision, signal }));
  const observed = agreements(predicted);
  const draw = async (statistics: EncodingStatistics) => agreements(await foretell(statistics));
  const { values } = await phaseNull(data, { nDraws, seed }, draw, { precision, onProgress, signal });
  return bold.map((own, s) => ({
    bold: own,
    predicted: predicted[s],
    r: observed[s],
    nullValues: selectColumns(values, [s]).data,
  }));
}

/**
 * The agreement of one subject, for a table over subjects. It is not specific to a model whose few features make all predictions alike: hold it
 * against random weights.
 */
export function connectivityMeasures({ r, nullValues }: PredictedConnectivity): SubjectMeasures {
  return {
    measures: [
      {
        name: "agreement of functional connectivity",
        tail: "greater",
        scale: "correlation",
        null: "fits on phase-randomised BOLD",
      },
    ],
    observed: Float64Array.of(r),
    nullValues: matrix(nullValues, [nullValues.length, 1]),
  };
}
