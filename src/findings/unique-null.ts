import {
  accumulateRuns,
  type EncodingData,
  type FeatureSpace,
  nestedRidge,
  type RidgeChoices,
  selectFeatures,
} from "../encoding";
import { residualShifts } from "../inference";
import { type Progress, throwIfAborted } from "../store";
import { type Matrix, matrix, row, selectColumns, zeros } from "../tensor";

/**
 * What a feature space would add to the others by chance: R²(others and shifted space) − R²(others), held out, for every shift and
 * voxel, [nShifts × nVoxels]. The null of the unique part of `partitionVariance`.
 *
 * In every run the part of the space that the other spaces do not explain is shifted in a circle (`residualShifts`), the rest stays: voxels that
 * the others predict are still predicted, and the model is as large. A null without any prediction (phase-randomised BOLD) would not
 * do: the unique part is not about whether anything is predicted. Each shift is a pass over BOLD: use parcels. Throws as `accumulateRuns` and
 * `nestedRidge`, and AbortError when the signal asks.
 */
export async function uniqueVarianceNull(
  data: EncodingData,
  spaces: { unique: FeatureSpace; others: FeatureSpace },
  choices: RidgeChoices & { shifts: readonly number[] },
  options: { onProgress?: Progress; signal?: AbortSignal } = {},
): Promise<Matrix<Float64Array>> {
  const { shifts, ...ridge } = choices;
  const { onProgress, signal } = options;
  const [unique, others] = [spaces.unique.regressors, spaces.others.regressors];
  const movers = data.features.map((X) =>
    residualShifts(float64Columns(X, unique), float64Columns(X, others)),
  );
  const statistics = await accumulateRuns(data, { precision: "float64", signal });
  const base = meanR2(await nestedRidge(selectFeatures(statistics, others), ridge));
  const out = zeros([shifts.length, base.length]);
  for (const [i, shift] of shifts.entries()) {
    throwIfAborted(signal, "uniqueVarianceNull");
    const features = data.features.map((X, run) => withColumns(X, unique, movers[run](shift)));
    const shifted = await accumulateRuns({ ...data, features }, { precision: "float64", signal });
    const joint = meanR2(await nestedRidge(selectFeatures(shifted, [...unique, ...others]), ridge));
    row(out, i).set(joint.map((value, v) => value - base[v]));
    onProgress?.(i + 1, shifts.length, "shifts of a feature space");
  }
  return out;
}

function float64Columns(X: Matrix, columns: readonly number[]): Matrix<Float64Array> {
  const { data, shape } = selectColumns(X, columns);
  return matrix(Float64Array.from(data), shape);
}

function withColumns(X: Matrix, columns: readonly number[], values: Matrix): Matrix<Float64Array> {
  const out = matrix(Float64Array.from(X.data), X.shape);
  const nColumns = X.shape[1];
  for (let t = 0; t < X.shape[0]; t++) {
    columns.forEach((column, j) => {
      out.data[t * nColumns + column] = values.data[t * columns.length + j];
    });
  }
  return out;
}

function meanR2({ r2: { data, shape } }: { r2: Matrix }): Float64Array {
  const [nFolds, nTargets] = shape;
  const means = new Float64Array(nTargets);
  data.forEach((value, at) => (means[at % nTargets] += value / nFolds));
  return means;
}
