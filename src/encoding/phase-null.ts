import { runRanges } from "../alignment";
import { phaseRandomiser } from "../inference";
import { type Progress, throwIfAborted } from "../store";
import { linearAlgebra, type Matrix, matrix, random, zeros } from "../tensor";
import { accumulateProducts, accumulateRuns } from "./accumulate-runs";
import type { EncodingData } from "./bold-pass";
import type { EncodingStatistics } from "./encoding-statistics";
import type { Precision } from "./ridge-factor";

/** Products of so many numbers, over segments and draws, are held at a time. */
const HELD_VALUES = 2 ** 27;

export interface PhaseNull {
  /** [nDraws × nValues] */
  values: Matrix<Float64Array>;
  nDraws: number;
  seed: number;
}

/**
 * The null distribution of a statistic under phase-randomised BOLD: in every draw the phases of each segment's
 * BOLD are drawn anew, the same for all voxels, so that its spectrum and the covariance between voxels stay, and XᵀX
 * is what it was. `statistic` gets the statistics of the drawn data and must do all that depends on BOLD (choice
 * of alpha, fit, score); it returns the same number of values each time.
 *
 * A phase randomisation is an orthogonal matrix C, and (C Y)ᵀX = Yᵀ(CᵀX): the draws are made on X, and one more pass
 * over Y serves as many of them as memory holds. Σ y and Σ y² do not change. Where segments are short (edges of
 * a few TRs), little is randomised within them: use whole runs or long windows. Throws as `accumulateRuns`, and
 * AbortError when the signal asks.
 */
export async function phaseNull(
  data: EncodingData,
  choices: { nDraws: number; seed: number },
  statistic: (statistics: EncodingStatistics, draw: number) => Float64Array | Promise<Float64Array>,
  options: { precision?: Precision; onProgress?: Progress; signal?: AbortSignal } = {},
): Promise<PhaseNull> {
  const { nDraws, seed } = choices;
  if (!Number.isInteger(nDraws) || nDraws < 1) {
    throw new Error(`phaseNull: invalid nDraws: ${nDraws}; expected a positive integer. 1,000 are usual.`);
  }
  const { precision = "float32", onProgress, signal } = options;
  const observed = await accumulateRuns(data, { precision, signal });
  const [nTargets, p] = observed.parts[0].yx.shape;
  const perDraw = nTargets * p * data.segments.length;
  const nAtOnce = Math.max(1, Math.min(nDraws, Math.floor(HELD_VALUES / perDraw)));
  const numbers = random(seed);
  const rows: Float64Array[] = [];
  for (let first = 0; first < nDraws; first += nAtOnce) {
    const size = Math.min(nAtOnce, nDraws - first);
    const features = drawnFeatures(data, size, numbers);
    const products = await accumulateProducts({ ...data, features }, { precision, signal });
    for (let draw = 0; draw < size; draw++) {
      throwIfAborted(signal, "phaseNull");
      const parts = observed.parts.map((part, s) => ({ ...part, yx: drawOf(products[s], draw, p) }));
      rows.push(
        await statistic(
          { ...observed, parts, key: `${observed.key} phases ${seed} ${first + draw}` },
          first + draw,
        ),
      );
      onProgress?.(rows.length, nDraws, "phase randomisations");
    }
  }
  const values = zeros([nDraws, rows[0].length]);
  rows.forEach((row, i) => values.data.set(row, i * rows[0].length));
  return { values, nDraws, seed };
}

/** CᵀX of every draw side by side, run by run; TRs in no segment stay 0. */
function drawnFeatures(
  { features, segments }: EncodingData,
  nDraws: number,
  numbers: ReturnType<typeof random>,
): Matrix[] {
  const runs = runRanges(features.map(({ shape }) => shape[0]));
  const p = features[0].shape[1];
  const out = features.map(({ shape }) => zeros([shape[0], nDraws * p]));
  for (let draw = 0; draw < nDraws; draw++) {
    for (const { start, end } of segments) {
      const run = runs.findIndex((each) => start < each.end);
      const first = start - runs[run].start;
      const X = matrix(Float64Array.from(features[run].data.subarray(first * p, (first + end - start) * p)), [
        end - start,
        p,
      ]);
      const turned = linearAlgebra().multiply(phaseRandomiser(end - start, numbers), X, { transposeA: true });
      for (let t = 0; t < end - start; t++) {
        const at = ((first + t) * nDraws + draw) * p;
        out[run].data.set(turned.data.subarray(t * p, (t + 1) * p), at);
      }
    }
  }
  return out;
}

/** The columns of one draw: [nTargets × p]. */
function drawOf(products: Matrix<Float64Array>, draw: number, p: number): Matrix<Float64Array> {
  const [nTargets, width] = products.shape;
  const out = zeros([nTargets, p]);
  for (let v = 0; v < nTargets; v++) {
    const at = v * width + draw * p;
    out.data.set(products.data.subarray(at, at + p), v * p);
  }
  return out;
}
