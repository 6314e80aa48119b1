import { linearAlgebra, type Matrix, matrix, row, zeros } from "../tensor";
import { type ChosenFold, eachChosenFold } from "./chosen-folds";
import type { EncodingStatistics } from "./encoding-statistics";
import type { NestedRidge } from "./nested-ridge";
import type { RidgeFactor } from "./ridge-factor";
import { hasVariance } from "./scores";
import type { TargetOptions } from "./target-blocks";
import { aboutTraining, type TestFactor } from "./test-set";

/**
 * How much held-out R² falls when one regressor is left out and the rest refitted at the same alphas, for every
 * regressor: mean over the outer folds, [nRegressors × nTargets]. Positive where the regressor explains something
 * that the others do not.
 *
 * With H = (XᵀX + α)⁻¹ of the training set, leaving out regressor j moves the coefficients by −(b_j/H_jj) h_j, and
 * the squared error on the test set (products d, Gram matrix G) by
 *   2 t h_jᵀ(d − G b) + t² h_jᵀ G h_j,   t = b_j/H_jj,
 * so that nothing is fitted again. NaN where the full model has no R².
 */
export async function dropOneR2(
  statistics: EncodingStatistics,
  nested: NestedRidge,
  options: TargetOptions = {},
): Promise<Matrix<Float64Array>> {
  const [nTargets, p] = statistics.parts[0].yx.shape;
  const losses = zeros([p, nTargets]);
  const tables = new Map<number, DropTables>();
  await eachChosenFold("dropOneR2", statistics, nested, options, (chosen) => {
    const { fold, model, heldOut } = chosen;
    if (!tables.has(fold)) tables.set(fold, dropTables(model.factor, model.test(heldOut)));
    addLosses(chosen, tables.get(fold)!, nested.testBlocks.length, losses);
  });
  return losses;
}

/** H_jj and h_jᵀ G h_j for every alpha: [nAlphas × nRegressors]. */
interface DropTables {
  diagonal: Matrix<Float64Array>;
  lengths: Matrix<Float64Array>;
}

function dropTables({ vectors, values, alphas }: RidgeFactor, { turned }: TestFactor): DropTables {
  const p = values.length;
  const tables = { diagonal: zeros([alphas.length, p]), lengths: zeros([alphas.length, p]) };
  alphas.forEach((alpha, a) => {
    const shrunk = matrix(
      vectors.data.map((value, at) => value / (values[at % p] + alpha)),
      [p, p],
    ); // U (w + α)⁻¹
    const columns = linearAlgebra().multiply(shrunk, turned); // row j: h_jᵀ times the root of G
    for (let j = 0; j < p; j++) {
      let [diagonal, length] = [0, 0];
      for (let i = 0; i < p; i++) diagonal += shrunk.data[j * p + i] * vectors.data[j * p + i];
      for (const value of row(columns, j)) length += value * value;
      tables.diagonal.data[a * p + j] = diagonal;
      tables.lengths.data[a * p + j] = length;
    }
  });
  return tables;
}

function addLosses(
  { model, heldOut, fit, alphas, test }: ChosenFold,
  { diagonal, lengths }: DropTables,
  nFolds: number,
  losses: Matrix<Float64Array>,
): void {
  const { multiply } = linearAlgebra();
  const { vectors, values, precision, alphas: grid } = model.factor;
  const { turned, root } = model.test(heldOut);
  const p = values.length;
  const rotated = fit.coefficients(alphas);
  const b = multiply(rotated, vectors, { transposeB: true }); // [targets × p]
  const left = multiply(rotated, turned); // the prediction's coordinates, then what it leaves
  const own = aboutTraining(test, fit.rotated.yCentre, root);
  for (let at = 0; at < left.data.length; at++) left.data[at] = own.data[at] - left.data[at];
  const residual = multiply(left, turned, { transposeB: true }); // d − G b, rotated
  for (let v = 0; v < alphas.length; v++) {
    for (let i = 0; i < p; i++) residual.data[v * p + i] /= values[i] + alphas[v];
  }
  const slopes = multiply(residual, vectors, { transposeB: true }); // h_jᵀ (d − G b)
  const nTargets = losses.shape[1];
  for (let v = 0; v < alphas.length; v++) {
    const isResolved = hasVariance(test.centred[v], test.squares[v], precision);
    const scale = isResolved ? 1 / (test.centred[v] * nFolds) : Number.NaN;
    const a = grid.indexOf(alphas[v]);
    for (let j = 0; j < p; j++) {
      const t = b.data[v * p + j] / diagonal.data[a * p + j];
      const rise = t * (2 * slopes.data[v * p + j] + t * lengths.data[a * p + j]);
      losses.data[j * nTargets + fit.targets.start + v] += a < 0 ? Number.NaN : rise * scale;
    }
  }
}
