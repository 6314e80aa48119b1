import { linearAlgebra, type Matrix, zeros } from "../tensor";
import type { EncodingStatistics } from "./encoding-statistics";
import type { TargetScores } from "./ridge-errors";
import type { Weights } from "./ridge-weights";
import { correlationOf, hasVariance } from "./scores";
import { addRegressorSums, centreRegressors, centreTargets, meansOf } from "./statistics";

/** What is computed for so many targets stays in the processor's second cache. */
const SCORED_AT_ONCE = 1024;

/**
 * r and R² of given weights on all segments of given statistics: of another subject, of a validation clip. The
 * weights may come from anywhere, since nothing is fitted. NaN where a target or its prediction does not vary.
 * Throws when regressors or targets differ in number.
 */
export function scoreWeights(statistics: EncodingStatistics, weights: Weights): TargetScores {
  const { parts, precision } = statistics;
  const [nTargets, p] = parts[0].yx.shape;
  const { coefficients, intercepts } = weights;
  if (coefficients.shape[0] !== p || coefficients.shape[1] !== nTargets) {
    throw new Error(
      `scoreWeights: mismatched weights: [${coefficients.shape[0]} × ${coefficients.shape[1]}]; expected [${p} × ${nTargets}], the regressors and voxels of the statistics. Bring subjects to one space.`,
    );
  }
  const x = addRegressorSums(parts);
  const xMeans = meansOf(x);
  const gram = centreRegressors(x, xMeans);
  const scores = { r: new Float64Array(nTargets), r2: new Float64Array(nTargets) };
  for (let start = 0; start < nTargets; start += SCORED_AT_ONCE) {
    const targets = { start, end: Math.min(nTargets, start + SCORED_AT_ONCE) };
    const size = targets.end - start;
    const y = centreTargets(parts, targets, x, { x: xMeans });
    const b = zeros([size, p]);
    for (let i = 0; i < p; i++) {
      for (let v = 0; v < size; v++) b.data[v * p + i] = coefficients.data[i * nTargets + start + v];
    }
    const products = linearAlgebra().multiply(b, gram);
    for (let v = 0; v < size; v++) {
      let [yp, pp, meanPrediction, squares] = [0, 0, intercepts[start + v], 0];
      for (let i = 0; i < p; i++) {
        const weight = b.data[v * p + i];
        yp += weight * y.yx.data[v * p + i];
        pp += weight * products.data[v * p + i];
        meanPrediction += weight * xMeans[i];
        squares += weight * weight * x.xx.data[i * p + i];
      }
      const yy = hasVariance(y.yy[v], y.squares[v], precision) ? y.yy[v] : Number.NaN;
      const error = yy - 2 * yp + pp + x.nTrs * (y.yCentre[v] - meanPrediction) ** 2;
      scores.r2[start + v] = 1 - error / yy;
      scores.r[start + v] = correlationOf({ yp, yy, pp: hasVariance(pp, squares) ? pp : Number.NaN });
    }
  }
  return scores;
}

/**
 * Predicts every subject with the mean of the other subjects' weights: [nSubjects × nTargets]. Voxels must
 * correspond between subjects. A target without weights in a subject is left out of that mean; NaN where none has any.
 * Throws with fewer than two subjects.
 */
export function transferScores(subjects: readonly { statistics: EncodingStatistics; weights: Weights }[]): {
  r: Matrix<Float64Array>;
  r2: Matrix<Float64Array>;
} {
  if (subjects.length < 2) {
    throw new Error(
      `transferScores: invalid subjects: ${subjects.length}; expected at least 2. Fit every subject (ridgeWeights) first.`,
    );
  }
  const nTargets = subjects[0].weights.intercepts.length;
  const out = { r: zeros([subjects.length, nTargets]), r2: zeros([subjects.length, nTargets]) };
  subjects.forEach(({ statistics }, s) => {
    const others = subjects.filter((_, i) => i !== s).map(({ weights }) => weights);
    const { r, r2 } = scoreWeights(statistics, meanWeights(others));
    out.r.data.set(r, s * nTargets);
    out.r2.data.set(r2, s * nTargets);
  });
  return out;
}

function meanWeights(all: readonly Weights[]): Weights {
  const { shape } = all[0].coefficients;
  const sum = { coefficients: zeros(shape), intercepts: new Float64Array(shape[1]) };
  const counts = new Float64Array(shape[1]);
  for (const { coefficients, intercepts } of all) {
    if (coefficients.shape[0] !== shape[0] || coefficients.shape[1] !== shape[1]) {
      throw new Error(
        `transferScores: mismatched weights: [${coefficients.shape[0]} × ${coefficients.shape[1]}]; expected [${shape[0]} × ${shape[1]}] as in the first subject. Bring subjects to one space.`,
      );
    }
    for (let v = 0; v < shape[1]; v++) {
      if (Number.isNaN(intercepts[v])) continue;
      counts[v]++;
      sum.intercepts[v] += intercepts[v];
      for (let at = v; at < coefficients.data.length; at += shape[1]) {
        sum.coefficients.data[at] += coefficients.data[at];
      }
    }
  }
  for (let v = 0; v < shape[1]; v++) {
    sum.intercepts[v] /= counts[v];
    for (let at = v; at < sum.coefficients.data.length; at += shape[1])
      sum.coefficients.data[at] /= counts[v];
  }
  return sum;
}
