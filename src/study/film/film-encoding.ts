import { runRanges } from "../../alignment";
import {
  accumulateRuns,
  boldMatrix,
  type EncodingData,
  type EncodingStatistics,
  logSpacedAlphas,
  nestedRidge,
  type RidgeChoices,
  runBlocks,
  segmentBlocks,
  selectFeatures,
} from "../../encoding";
import { concatColumns, type Matrix, selectColumns, zeros } from "../../tensor";
import type { FilmAtoms } from "./film-features";

/** Features of all sets side by side, so that one pass over BOLD serves every question. */
export interface FilmDesignMatrix {
  /** [nScoredTrs × nColumns] of each run. */
  features: Matrix<Float64Array>[];
  /** The columns of each set, in the order of the sets. */
  columns: number[][];
}

/** Sets side by side; columns of which an earlier set has a copy are left out, and that set's are named in their place. */
export function joinSets(sets: readonly Pick<FilmAtoms, "features">[]): FilmDesignMatrix {
  const joined = sets[0].features.map((_, r) => concatColumns(sets.map(({ features }) => features[r])));
  const firstOf = new Map<string, number>();
  const kept: number[] = [];
  const place = Array.from({ length: joined[0].shape[1] }, (_, j) => {
    const key = joined.map((m) => columnKey(m, j)).join(" ");
    const there = firstOf.get(key);
    if (there !== undefined) return there;
    firstOf.set(key, kept.length);
    kept.push(j);
    return kept.length - 1;
  });
  let first = 0;
  const columns = sets.map(({ features }) => {
    const own = Array.from({ length: features[0].shape[1] }, (_, k) => place[first + k]);
    first += own.length;
    return own;
  });
  return { features: joined.map((m) => selectColumns(m, kept)), columns };
}

function columnKey({ data, shape: [nRows, nColumns] }: Matrix, j: number): string {
  let text = "";
  for (let t = 0; t < nRows; t += 7) text += `${data[t * nColumns + j]},`;
  return text;
}

export interface FilmRidge {
  alphas: { from: number; to: number; nAlphas: number };
}

/** Ridge as it is everywhere in a film's study: leave one run out, alpha by the other runs. */
export function filmRidge({ alphas }: FilmRidge): RidgeChoices {
  return { alphas: logSpacedAlphas(alphas), intercept: "fitted", rule: "best" };
}

/** BOLD of scored TRs against the features of all sets, each run a fold. */
export function encodingData(features: readonly Matrix[], bold: readonly Matrix[]): EncodingData {
  const ranges = runRanges(features.map(({ shape }) => shape[0]));
  return {
    features,
    bold: bold.map((Y, r) => boldMatrix(`run ${r + 1}`, Y)),
    segments: segmentBlocks(runBlocks(ranges), { gapTrs: 0 }),
  };
}

/** The same data with some of the columns alone. */
export function withColumns(data: EncodingData, columns: readonly number[]): EncodingData {
  return { ...data, features: data.features.map((X) => selectColumns(X, columns)) };
}

/** Held-out scores of each set, mean over the runs left out: [nSets × nTargets]. */
export interface SetScores {
  r: Matrix<Float64Array>;
  r2: Matrix<Float64Array>;
}

/** Nested ridge of each set on its own columns of shared statistics. */
export async function scoreSets(
  statistics: EncodingStatistics,
  columns: readonly (readonly number[])[],
  ridge: RidgeChoices,
  options: { onSet?: (done: number) => void; signal?: AbortSignal } = {},
): Promise<SetScores> {
  const nTargets = statistics.parts[0].yy.length;
  const out = { r: zeros([columns.length, nTargets]), r2: zeros([columns.length, nTargets]) };
  for (const [i, own] of columns.entries()) {
    const { r, r2 } = await nestedRidge(selectFeatures(statistics, own), ridge, { signal: options.signal });
    addFoldMean(out.r, i, r);
    addFoldMean(out.r2, i, r2);
    options.onSet?.(i + 1);
  }
  return out;
}

function addFoldMean(out: Matrix<Float64Array>, i: number, folds: Matrix): void {
  const [nFolds, nTargets] = folds.shape;
  for (let at = 0; at < folds.data.length; at++)
    out.data[i * nTargets + (at % nTargets)] += folds.data[at] / nFolds;
}

/** One pass over BOLD for all columns. */
export function filmStatistics(data: EncodingData, signal?: AbortSignal): Promise<EncodingStatistics> {
  return accumulateRuns(data, { precision: "float32", signal });
}
