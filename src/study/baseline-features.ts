import { cosineDrift, zscoreRows } from "../alignment";
import { concatColumns, type Matrix, matrix, selectColumns, zeros } from "../tensor";
import type { StoryDataset } from "./datasets/alice";

/** The columns that the stimulus gives; the others are drift. */
export const STIMULUS_REGRESSORS = [0, 1, 2, 3];

/**
 * What any words at these times would predict: word rate, sound power, log word frequency, sentence breaks (z-scored; the
 * data set gives them under an HRF already) and slow drift: cosines of period `highPassSec` and longer over the whole run,
 * of unit mean square. The filter inside blocks, at the same cut-off, leaves little of the drift regressors, and what it
 * leaves costs the baseline some prediction: `study.baselines()` shows it with and without. Returns [nTrs × nRegressors], not filtered yet.
 */
export function baselineFeatures(dataset: StoryDataset, highPassSec: number): Matrix<Float64Array> {
  const { nTrs, predictors, run } = dataset;
  const { wordRate, soundPower, logWordFrequency, sentenceBreak } = predictors;
  const stimulus = [wordRate, soundPower, logWordFrequency, sentenceBreak].map((course) =>
    matrix(Float64Array.from(course), [nTrs, 1]),
  );
  const rows = Array.from({ length: nTrs }, (_, t) => t);
  const { scored } = zscoreRows(concatColumns(stimulus), { estimatedOn: rows, appliedTo: rows });
  const drift = cosineDrift({ nTrs, trSec: run.trSec, cutoffSec: highPassSec });
  const withoutConstant = selectColumns(
    drift,
    Array.from({ length: drift.shape[1] - 1 }, (_, k) => k + 1),
  );
  const scaled = zeros(withoutConstant.shape);
  withoutConstant.data.forEach((value, i) => {
    scaled.data[i] = value * Math.sqrt(nTrs);
  });
  return concatColumns([scored, scaled]);
}
