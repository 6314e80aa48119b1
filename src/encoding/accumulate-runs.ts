import { contentKey } from "../store";
import { linearAlgebra, type Matrix, matrix } from "../tensor";
import { type AccumulateOptions, type EncodingData, passOver, segmentsByRun } from "./bold-pass";
import { checkFeatures, checkRuns } from "./check-features";
import type { EncodingStatistics } from "./encoding-statistics";
import type { Precision } from "./ridge-factor";
import type { RegressionStatistics } from "./statistics";

/**
 * Accumulates the statistics of every segment in one pass over Y, which is read in pieces: memory is bounded by
 * them and by the statistics, nTargets × nRegressors × 8 bytes a segment.
 *
 * XᵀX and Σ y² are float64. XᵀY is computed in `precision`: *float32* adds float32 products of at most 192 TRs up in
 * float64 (coefficients agree with float64 to about 4e-6), *float64* takes twice as long. NaN in Y makes the sums of
 * its target NaN. Throws at runs that do not fit together, at NaN, constant or repeated features, and AbortError
 * when the signal asks.
 */
export async function accumulateRuns(
  data: EncodingData,
  options: AccumulateOptions = {},
): Promise<EncodingStatistics> {
  const { features, segments } = data;
  const { precision = "float32" } = options;
  checkFeatures("accumulateRuns", data);
  const parts = await passOver(data, precision, options);
  segmentsByRun(data).forEach((here, run) => {
    for (const { segment, start, end } of here) addRegressors(parts[segment], features[run], start, end);
  });
  return { segments, parts, precision, key: statisticsKey(data, precision) };
}

/** YᵀX of every segment, [nTargets × nRegressors], for features that are not looked at: the same pass over Y. */
export async function accumulateProducts(
  data: EncodingData,
  options: AccumulateOptions = {},
): Promise<Matrix<Float64Array>[]> {
  checkRuns("accumulateProducts", data);
  return (await passOver(data, options.precision ?? "float32", options)).map(({ yx }) => yx);
}

/** The key of the statistics of these data: equal where features, runs, segments and precision are. */
export function statisticsKey({ features, bold, segments }: EncodingData, precision: Precision): string {
  return contentKey({
    features: [...features],
    bold: bold.map(({ identity, nTrs, nTargets }) => ({ identity, nTrs, nTargets })),
    segments: segments.map((segment) => ({ ...segment })),
    precision,
  });
}

function addRegressors(part: RegressionStatistics, X: Matrix, start: number, end: number): void {
  const p = X.shape[1];
  const rows = matrix(Float64Array.from(X.data.subarray(start * p, end * p)), [end - start, p]);
  const products = linearAlgebra().multiply(rows, rows, { transposeA: true });
  part.nTrs += end - start;
  for (let at = 0; at < products.data.length; at++) part.xx.data[at] += products.data[at];
  for (let at = 0; at < rows.data.length; at++) part.xSum[at % p] += rows.data[at];
}
