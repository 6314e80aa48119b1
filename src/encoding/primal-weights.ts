import { linearAlgebra, type Matrix, matrix, row } from "../tensor";
import type { DualWeights } from "./dual-weights";
import { meanRow } from "./ridge-dual";
import type { Weights } from "./ridge-weights";

/**
 * The coefficients b = Xᵀa [nFeatures × nTargets] and intercepts that dual weights stand for. `features` as given to
 * `dualWeights`.
 */
export async function primalWeights(
  features: readonly Matrix[],
  { dual, yCentre, rows, choices }: DualWeights,
): Promise<Weights> {
  const precision = dual.data instanceof Float32Array ? "float32" : "float64";
  const p = features[0].shape[1];
  const values =
    precision === "float32" ? new Float32Array(rows.length * p) : new Float64Array(rows.length * p);
  rows.forEach(({ run, t }, i) => values.set(row(features[run], t), i * p));
  const X = matrix(values, [rows.length, p]);
  const centre = choices.intercept === "fitted" ? meanRow(X) : new Float64Array(p);
  for (let at = 0; at < values.length; at++) values[at] -= centre[at % p];
  const coefficients = await linearAlgebra().background.multiply<Float32Array | Float64Array>(X, dual, {
    transposeA: true,
  });
  const intercepts = yCentre.slice();
  for (let at = 0; at < coefficients.data.length; at++) {
    const v = at % yCentre.length;
    intercepts[v] -= centre[Math.floor(at / yCentre.length)] * coefficients.data[at];
  }
  return { coefficients, intercepts };
}
