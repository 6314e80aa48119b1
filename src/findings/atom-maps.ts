import {
  accumulateRuns,
  type EncodingData,
  type EncodingStatistics,
  patternMaps,
  phaseNull,
  type RidgeChoices,
  ridgeWeights,
} from "../encoding";
import type { Progress } from "../store";
import { type Matrix, matrix, row, selectColumns, zeros } from "../tensor";

/** Where atoms are found in one brain, and where they are found by chance. */
export interface AtomMaps {
  /** Pattern maps cov(x_k, ŷ), [nAtoms × nVoxels]. */
  maps: Matrix<Float64Array>;
  /** The same of fits to phase-randomised BOLD, a draw each. */
  nullMaps: Matrix<Float64Array>[];
  /** Which of the data's voxels the columns are: those with a fit. */
  voxels: Int32Array;
  seed: number;
}

/**
 * Pattern maps of atoms with their null: the whole fit, choice of alpha included, on BOLD as it is and on BOLD whose phases are
 * randomised (`phaseNull`), which leaves XᵀX, the spectrum of BOLD and what voxels have in common. Whatever correlated
 * courses alone do to maps happens in the null too.
 *
 * The same `seed` turns all subjects' BOLD by the same phases where they have the same segments: draws are then paired, and what
 * subjects share because they saw one stimulus stays shared. Weights would mislead: of two correlated regressors they turn against
 * each other on mere noise. Memory: nDraws × nAtoms × nVoxels × 8 bytes, so take parcels, or some of the voxels. Throws as
 * `ridgeWeights` and `phaseNull`.
 */
export async function atomMaps(
  data: EncodingData,
  choices: RidgeChoices & { nDraws: number; seed: number },
  options: { precision?: "float32" | "float64"; onProgress?: Progress; signal?: AbortSignal } = {},
): Promise<AtomMaps> {
  const { nDraws, seed, ...ridge } = choices;
  const { precision = "float64", onProgress, signal } = options;
  const mapsOf = async (statistics: EncodingStatistics) =>
    patternMaps(statistics, await ridgeWeights(statistics, ridge, { signal }));
  const observed = await mapsOf(await accumulateRuns(data, { precision, signal }));
  const { values } = await phaseNull(
    data,
    { nDraws, seed },
    async (statistics) => (await mapsOf(statistics)).data,
    { precision, onProgress, signal },
  );
  const draws = Array.from({ length: nDraws }, (_, d) => matrix(row(values, d), observed.shape));
  const voxels = fittedVoxels(observed);
  const isWhole = voxels.length === observed.shape[1];
  const keep = (maps: Matrix<Float64Array>) => (isWhole ? maps : selectColumns(maps, voxels));
  return { maps: keep(observed), nullMaps: draws.map(keep), voxels, seed };
}

/** A voxel with a NaN has none in the draws either: their sums are NaN as well. */
function fittedVoxels(maps: Matrix): Int32Array {
  return Int32Array.from({ length: maps.shape[1] }, (_, v) => v).filter((v) => !Number.isNaN(maps.data[v]));
}

/** Mean and SD (ddof 1) of a map and its draws together, position by position. */
export interface MapMoments {
  mean: Matrix<Float64Array>;
  sd: Matrix<Float64Array>;
}

/**
 * Moments for `zMaps`. The observed map counts among the draws: without an effect it is one of them, and moments of the draws alone would be
 * farther from it than from any draw, so that it would seem to have more voxels above a threshold.
 */
export function mapMoments({ maps, nullMaps }: Pick<AtomMaps, "maps" | "nullMaps">): MapMoments {
  const [mean, sd] = [zeros(maps.shape), zeros(maps.shape)];
  const all = [maps, ...nullMaps];
  for (let at = 0; at < mean.data.length; at++) {
    let [sum, squares] = [0, 0];
    for (const { data } of all) sum += data[at];
    for (const { data } of all) squares += (data[at] - sum / all.length) ** 2;
    mean.data[at] = sum / all.length;
    sd.data[at] = Math.sqrt(squares / (all.length - 1));
  }
  return { mean, sd };
}

/** A map in SDs of its own null: (map − mean) / SD, so that atoms and voxels of different scale can be thresholded alike. */
export function zMaps(maps: Matrix<Float64Array>, { mean, sd }: MapMoments): Matrix<Float64Array> {
  return matrix(
    maps.data.map((value, at) => (value - mean.data[at]) / sd.data[at]),
    maps.shape,
  );
}
