import type { Matrix } from "../tensor";

/** The mean of each column over folds, [nFolds × nTargets] to [nTargets]; NaN where a fold has none. */
export function foldMean({ data, shape: [nFolds, nTargets] }: Matrix): Float64Array {
  const out = new Float64Array(nTargets);
  for (let at = 0; at < data.length; at++) out[at % nTargets] += data[at] / nFolds;
  return out;
}
