import { averageByTr, canonicalHrf, convolveHrf, zscoreRows } from "../alignment";
import { atomCourses, type Dictionary, learnDictionary, unitColumns } from "../atoms";
import { trOfOnset } from "../stimuli";
import type { Progress } from "../store";
import { type Matrix, selectColumns, selectRows } from "../tensor";
import type { Choices } from "./choices";
import type { StoryDataset } from "./datasets/alice";

/** Neurons on the scanner's clock. */
export interface NeuronCourses {
  /** [nTrs × nNeurons]: the mean over the words of each TR, NaN where there are none. */
  averaged: Matrix<Float64Array>;
  /** The TRs that have words, ascending. */
  trsWithWords: Int32Array;
  /** Which neurons of the model the columns are: those that never change are dropped. */
  neurons: number[];
  nDropped: number;
}

/** Averages what neurons did at words [nWords × nNeurons] over the words that start in each TR. */
export function neuronCourses(activations: Matrix, dataset: StoryDataset): NeuronCourses {
  const { trSec, startSec } = dataset.run;
  const trOfWord = trOfOnset(dataset.words, { trSec, startSec, nTrs: dataset.nTrs });
  const { courses, trsWithWords } = averageByTr(activations, trOfWord, dataset.nTrs);
  const { constantColumns } = zscoreRows(courses, { estimatedOn: trsWithWords, appliedTo: trsWithWords });
  const constant = new Set(constantColumns);
  const neurons = Array.from({ length: courses.shape[1] }, (_, j) => j).filter((j) => !constant.has(j));
  const averaged = constant.size === 0 ? courses : selectColumns(courses, neurons);
  return { averaged, trsWithWords, neurons, nDropped: constant.size };
}

/**
 * Courses as BOLD would follow them: z-scored with the mean and SD of `estimatedOn`, 0 in silence, under the HRF.
 * `courses` [nTrs × nColumns]; the result is not filtered yet.
 */
export function haemodynamicCourses(
  courses: Matrix,
  dataset: StoryDataset,
  rows: { estimatedOn: ArrayLike<number>; trsWithWords: ArrayLike<number> },
): Matrix<Float64Array> {
  const { scored } = zscoreRows(courses, { estimatedOn: rows.estimatedOn, appliedTo: rows.trsWithWords });
  const run = { start: 0, end: dataset.nTrs };
  return convolveHrf(scored, [run], canonicalHrf({ trSec: dataset.run.trSec }));
}

/**
 * A dictionary of the neurons' courses over the TRs of `learnedOn`: all TRs with words (then it has seen the stimulus of
 * every test TR, though never its BOLD), or a fold's training TRs.
 */
export function learnAtoms(
  neurons: NeuronCourses,
  choices: Pick<Choices, "nAtoms" | "lambda">,
  options: { learnedOn: ArrayLike<number>; seed: number; onProgress?: Progress; signal?: AbortSignal },
): Promise<Dictionary> {
  const { learnedOn, ...rest } = options;
  const { courses } = unitColumns(neurons.averaged, { rows: learnedOn });
  return learnDictionary(selectRows(courses, learnedOn), { ...choices, ...rest });
}

/** The atoms' courses in every TR, from codes learned on the TRs of `learnedOn`, as BOLD would follow them. */
export function atomFeatures(
  neurons: NeuronCourses,
  codes: Matrix<Float64Array>,
  dataset: StoryDataset,
  learnedOn: ArrayLike<number>,
): Matrix<Float64Array> {
  const { trsWithWords } = neurons;
  const unit = unitColumns(neurons.averaged, { rows: learnedOn, counted: trsWithWords });
  const { courses } = atomCourses(unit.courses, codes);
  return haemodynamicCourses(courses, dataset, { estimatedOn: learnedOn, trsWithWords });
}
