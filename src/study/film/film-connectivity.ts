import { type EncodingStatistics, ridgeWeights, selectBlocks } from "../../encoding";
import { connectivityMeasures, type MeasureRow, measureTable, voxelsByNetwork } from "../../findings";
import { type ConnectivityAgreement, connectivityAgreement } from "../../networks";
import { linearAlgebra, type Matrix, matrix, zeros } from "../../tensor";
import { encodingData, filmRidge, filmStatistics } from "./film-encoding";
import type { FilmStudy } from "./open-film-study";

const VERSION = "film connectivity 1";

/** Functional connectivity of BOLD beside that of a set's predictions. */
export interface FilmConnectivity {
  set: string;
  /** r between networks, mean over subjects: [nNetworks × nNetworks], in the order of `networks`. */
  bold: Matrix<Float64Array>;
  predicted: Matrix<Float64Array>;
  networks: string[];
  table: MeasureRow[];
}

/**
 * Whether the networks that a set of atoms predicts belong together as the measured ones do. Predictions are of runs that were left out;
 * networks are means over units. Held against random weights by calling it for their set, too.
 */
export async function filmConnectivity(study: FilmStudy, name: string): Promise<FilmConnectivity> {
  const { choices, means, units, design } = study;
  const { features } = await study.atoms(name);
  const { alphas, minShiftSec, nShifts, inferenceSeed: seed, nBootstraps, nSignFlips } = choices;
  const minShiftTrs = Math.ceil(minShiftSec / design.trSec);
  const groups = voxelsByNetwork(units.labels);
  const kept = units.labels.names.map((_, g) => g).filter((g) => groups[g].length > 0);
  const agreements: ConnectivityAgreement[] = [];
  for (const subject of await study.subjects()) {
    const parts = { version: VERSION, features, units: subject.units, alphas, minShiftTrs, nShifts, seed };
    agreements.push(
      await means.store.product("film-connectivity", parts, async () => {
        const statistics = await filmStatistics(encodingData(features, subject.units), means.signal);
        const runs: { bold: Matrix; predicted: Matrix }[] = [];
        for (const [run, X] of features.entries()) {
          const predicted = await predictRun(statistics, { run, X }, study);
          const meansOf = (courses: Matrix) =>
            groupMeans(
              courses,
              kept.map((g) => groups[g]),
            );
          runs.push({ bold: meansOf(subject.units[run]), predicted: meansOf(predicted) });
        }
        return connectivityAgreement(runs, { minShiftTrs, nDraws: nShifts, seed });
      }),
    );
  }
  const meanOf = (of: "bold" | "predicted") => {
    const out = zeros(agreements[0][of].shape);
    for (const one of agreements) {
      one[of].data.forEach((value, at) => (out.data[at] += value / agreements.length));
    }
    return out;
  };
  return {
    set: name,
    bold: meanOf("bold"),
    predicted: meanOf("predicted"),
    networks: kept.map((g) => units.labels.names[g]),
    table: measureTable(agreements.map(connectivityMeasures), { nBootstraps, nSignFlips, seed }),
  };
}

/** What the other runs predict for one run, [nScoredTrs × nUnits]. */
async function predictRun(
  statistics: EncodingStatistics,
  { run, X }: { run: number; X: Matrix<Float64Array> },
  { choices, means }: FilmStudy,
): Promise<Matrix<Float64Array>> {
  const others = [...new Set(statistics.segments.map(({ block }) => block))].filter((block) => block !== run);
  const { coefficients } = await ridgeWeights(selectBlocks(statistics, others), filmRidge(choices), {
    signal: means.signal,
  });
  // Intercepts move whole courses and change no correlation.
  return linearAlgebra().multiply(X, matrix(Float64Array.from(coefficients.data), coefficients.shape));
}

function groupMeans({ data, shape: [nTrs, nUnits] }: Matrix, groups: readonly (readonly number[])[]): Matrix {
  const out = zeros([nTrs, groups.length]);
  groups.forEach((own, g) => {
    for (let t = 0; t < nTrs; t++) {
      for (const v of own) out.data[t * groups.length + g] += data[t * nUnits + v] / own.length;
    }
  });
  return out;
}
