import { runRanges } from "../alignment";
import { type Progress, throwIfAborted } from "../store";
import { linearAlgebra, type Matrix, matrix, zeros } from "../tensor";
import { alphaChoice, alphasOf, checkAlphas, checkRounding, countGridEnds, type GridEnds } from "./alphas";
import type { EncodingData } from "./bold-pass";
import { readTargets } from "./bold-source";
import { checkRuns } from "./check-features";
import { blocksOf } from "./encoding-statistics";
import { inBatches } from "./in-batches";
import { centreColumns, centredKernel, foldErrors, resolution } from "./kernel-folds";
import { linearKernel } from "./linear-kernel";
import type { RidgeChoices } from "./nested-ridge";
import type { Precision } from "./ridge-factor";
import { type Segment, testSegments, trainingSegments } from "./segments";

/** Numbers of Y that are held in memory. */
const HELD_VALUES = 2 ** 27;
/** Systems that are solved at once, each on one thread and with nRows² numbers of its own. */
const SIDE_BY_SIDE = 4;

/** Ridge regression in its dual form (`dualWeights`): a coefficient for each training TR. `primalWeights` makes those of features of it. */
export interface DualWeights extends GridEnds {
  /** a [nRows × nTargets]: ŷ = k_c(x, X) a + intercept; NaN for a target without variance or with a NaN. */
  dual: Matrix;
  /** ȳ of the training set; 0 without an intercept. */
  yCentre: Float64Array;
  alpha: Float64Array;
  /** Mean over held-out blocks of −MSE. */
  cvScores: Float64Array;
  /** Where a row of `dual` comes from. */
  rows: { run: number; t: number }[];
  choices: RidgeChoices;
  solver: "dual";
  backend: string;
  nUndefinedTargets: number;
}

/**
 * Ridge regression through the linear kernel, for more features than TRs: the alpha of each target by leaving out
 * one block at a time, and the refit on all. Y is read twice over in blocks of targets, never held as a whole.
 *
 * For every fold and alpha the matrix K(test, training) (K(training) + α)⁻¹ is computed once, in float64, by
 * Cholesky's factorisation: for a grid of 10 alphas as much work as one eigendecomposition, for fewer less. The
 * predictions of all targets are then one product each, in `precision`. Throws as `accumulateRuns`, with fewer than
 * two blocks, and AbortError when the signal asks. Agrees with himalaya 0.4.11 KernelRidgeCV on a linear kernel.
 */
export async function dualWeights(
  data: EncodingData,
  choices: RidgeChoices,
  options: { precision?: Precision; onProgress?: Progress; signal?: AbortSignal } = {},
): Promise<DualWeights> {
  const { alphas, intercept, rule } = choices;
  const { precision = "float32", signal } = options;
  checkAlphas("dualWeights", alphas);
  checkRuns("dualWeights", data);
  const blocks = blocksOf(data.segments);
  if (blocks.length < 2) {
    throw new Error(
      "dualWeights: invalid segments: they come from one block; expected at least 2, one to train, one to choose alpha. Add a run, or cut the run into blocks (contiguousBlocks).",
    );
  }
  const rowsOfSegments = kernelRows(data);
  const rows = data.segments.flatMap((segment) =>
    rowsOfSegments.get(segment)!.map(({ run, t }) => ({ run, t })),
  );
  const positions = (some: readonly Segment[]) =>
    Int32Array.from(some.flatMap((segment) => rowsOfSegments.get(segment)!.map(({ at }) => at)));
  const { kernel } = await linearKernel(data.features, rows, { intercept, precision, signal });
  checkRounding("dualWeights", {
    squares: rows.reduce((sum, _, i) => sum + kernel.data[i * rows.length + i], 0),
    smallestEigenvalue: 0,
    smallestAlpha: alphas[0],
  });

  const folds = blocks.map((heldOut) => ({
    training: positions(
      trainingSegments(
        data.segments,
        blocks.filter((block) => block !== heldOut),
      ),
    ),
    test: positions(testSegments(data.segments, heldOut)),
  }));
  const nTargets = data.bold[0].nTargets;
  const nHeld = Math.max(1, Math.floor(HELD_VALUES / rows.length));
  // Steps of about equal length: a resolution matrix, or a fold of some targets at one alpha.
  const nSteps =
    folds.length * alphas.length * (1 + Math.ceil(nTargets / nHeld)) + Math.ceil(nTargets / nHeld);
  let nDone = 0;
  const step = () => {
    throwIfAborted(signal, "dualWeights");
    options.onProgress?.(++nDone, nSteps, "dual ridge");
  };

  const resolutions: Matrix[][] = [];
  for (const fold of folds) {
    const ofFold = await inBatches(Array.from(alphas), SIDE_BY_SIDE, async (alpha) => {
      const resolving = await resolution(kernel, fold, alpha, { intercept, precision, signal });
      step();
      return resolving;
    });
    resolutions.push(ofFold);
  }

  const ArrayType = precision === "float32" ? Float32Array : Float64Array;
  const dual = matrix(new ArrayType(rows.length * nTargets), [rows.length, nTargets]);
  const out = {
    yCentre: new Float64Array(nTargets),
    alpha: new Float64Array(nTargets),
    cvScores: new Float64Array(nTargets),
  };
  const everything = positions(data.segments);
  for (let start = 0; start < nTargets; start += nHeld) {
    const targets = { start, end: Math.min(nTargets, start + nHeld) };
    const Y = await readTargets(data.bold, rows, targets, precision);
    const errors: Matrix<Float64Array>[] = [];
    for (const [f, fold] of folds.entries()) {
      errors.push(await foldErrors(Y, fold, resolutions[f], { intercept, precision, signal, step }));
    }
    const { chosen, scores } = alphaChoice(errors, alphas, rule);
    const alpha = alphasOf(chosen, alphas);
    out.alpha.set(alpha, start);
    out.cvScores.set(scores, start);
    const yCentre = centreColumns(Y, intercept, precision);
    out.yCentre.set(yCentre, start);
    const centred = centredKernel(kernel, everything, everything, intercept);
    await inBatches([...new Set(alpha)], SIDE_BY_SIDE, async (value) => {
      const some = Array.from(alpha.keys()).filter((v) => Object.is(alpha[v], value));
      await solveDual(centred, value, Y, some, { dual, start, signal });
    });
    step();
  }
  return {
    dual,
    ...out,
    rows,
    choices: { alphas, intercept, rule },
    solver: "dual",
    backend: linearAlgebra().name,
    nUndefinedTargets: out.alpha.filter(Number.isNaN).length,
    ...countGridEnds(alphas, out.alpha),
  };
}

/** The rows of the kernel that each segment has, with their places in the runs. */
function kernelRows({ features, segments }: EncodingData) {
  const runs = runRanges(features.map(({ shape }) => shape[0]));
  let at = 0;
  return new Map(
    segments.map((segment) => {
      const run = runs.findIndex(({ end }) => segment.start < end);
      const rows = Array.from({ length: segment.end - segment.start }, (_, i) => ({
        run,
        t: segment.start + i - runs[run].start,
        at: at++,
      }));
      return [segment, rows] as const;
    }),
  );
}

/** Writes (K + α)⁻¹ y of some targets into the columns start + v of `dual`; NaN where there is no alpha. */
async function solveDual(
  kernel: Matrix<Float64Array>,
  alpha: number,
  Y: Matrix,
  some: readonly number[],
  { dual, start, signal }: { dual: Matrix; start: number; signal?: AbortSignal },
): Promise<void> {
  const nRows = kernel.shape[0];
  const right = zeros([nRows, some.length]);
  right.data.fill(Number.NaN);
  let solution = right;
  if (!Number.isNaN(alpha)) {
    const penalised = matrix(kernel.data.slice(), kernel.shape);
    for (let i = 0; i < nRows; i++) {
      penalised.data[i * (nRows + 1)] += alpha;
      some.forEach((v, i2) => {
        right.data[i * some.length + i2] = Y.data[i * Y.shape[1] + v];
      });
    }
    solution = await linearAlgebra().background.solvePositiveDefinite(penalised, right, { signal });
  }
  for (let i = 0; i < nRows; i++) {
    some.forEach((v, i2) => {
      dual.data[i * dual.shape[1] + start + v] = solution.data[i * some.length + i2];
    });
  }
}
