import {
  connectivityMeasures,
  type MeasureRow,
  measureTable,
  predictedConnectivity,
  voxelsByNetwork,
} from "../../findings";
import { concatColumns, concatRows, type Matrix, zeros } from "../../tensor";
import { encodingData, filmRidge } from "./film-encoding";
import type { FilmStudy } from "./open-film-study";

const VERSION = "film connectivity 2";

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
 * Whether the networks that a set of atoms predicts belong together as the measured ones do (`predictedConnectivity`): courses of networks are means over
 * units. Held against random weights by calling it for their set, too.
 */
export async function filmConnectivity(study: FilmStudy, name: string): Promise<FilmConnectivity> {
  const { choices, means, units } = study;
  const { features } = await study.atoms(name);
  const { nPhaseDraws: nDraws, inferenceSeed: seed, nBootstraps, nSignFlips } = choices;
  const groups = voxelsByNetwork(units.labels);
  const kept = units.labels.names.map((_, g) => g).filter((g) => groups[g].length > 0);
  const courses = (await study.subjects()).map(({ units: runs }) =>
    runs.map((run) =>
      groupMeans(
        run,
        kept.map((g) => groups[g]),
      ),
    ),
  );
  const bold = features.map((_, run) => concatColumns(courses.map((runs) => runs[run])));
  const parts = { version: VERSION, features, bold, alphas: choices.alphas, nDraws, seed };
  const { signal, onProgress } = means;
  const { agreements } = await means.store.product("film-connectivity", parts, async () => {
    const { segments } = encodingData(features, bold);
    return {
      agreements: await predictedConnectivity(
        { X: concatRows(features), Y: concatRows(bold), segments },
        kept.length,
        { ...filmRidge(choices), nDraws, seed },
        { signal, onProgress: (done, total) => onProgress?.(done, total, `connectivity of ${name}`) },
      ),
    };
  });
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

function groupMeans({ data, shape: [nTrs, nUnits] }: Matrix, groups: readonly (readonly number[])[]): Matrix {
  const out = zeros([nTrs, groups.length]);
  groups.forEach((own, g) => {
    for (let t = 0; t < nTrs; t++) {
      for (const v of own) out.data[t * groups.length + g] += data[t * nUnits + v] / own.length;
    }
  });
  return out;
}
