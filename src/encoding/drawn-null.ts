import { runRanges } from "../alignment";
import { type Progress, throwIfAborted } from "../store";
import { type Matrix, matrix, type Random, random, zeros } from "../tensor";
import { accumulateProducts, accumulateRuns } from "./accumulate-runs";
import type { EncodingData } from "./bold-pass";
import type { EncodingStatistics } from "./encoding-statistics";
import type { Precision } from "./ridge-factor";

/** Products of so many numbers, over segments and draws, are held at a time. */
const HELD_VALUES = 2 ** 27;

/** The distribution of a statistic when BOLD has nothing to do with the features. */
export interface DrawnNull {
  /** [nDraws × nValues] */
  values: Matrix<Float64Array>;
  nDraws: number;
  seed: number;
}

/** How the draws of a null are computed: `precision` is that of products with BOLD (float32 by default), progress counts draws. */
export interface DrawOptions {
  precision?: Precision;
  onProgress?: Progress;
  signal?: AbortSignal;
}

/** The statistic of one draw, from the statistics of its data: whatever depends on BOLD is done anew. */
export type DrawnStatistic = (
  statistics: EncodingStatistics,
  draw: number,
) => Float64Array | Promise<Float64Array>;

/** How a draw breaks the tie: the features of one segment [nTrs × nRegressors] turned by an orthogonal matrix that keeps XᵀX and Σ x. */
export interface Turning {
  caller: string;
  label: string;
  turn(X: Matrix<Float64Array>, numbers: Random): Matrix<Float64Array>;
}

/** The whole distribution of a statistic over `eachDraw`, in memory: nDraws × nValues × 8 bytes. */
export async function drawnNull(
  turning: Turning,
  data: EncodingData,
  { nDraws, seed }: { nDraws: number; seed: number },
  statistic: DrawnStatistic,
  options: DrawOptions,
): Promise<DrawnNull> {
  const rows: Float64Array[] = [];
  await eachDraw(turning, data, { nDraws, seed }, statistic, (row) => void rows.push(row), options);
  const values = zeros([nDraws, rows[0].length]);
  rows.forEach((row, i) => values.data.set(row, i * rows[0].length));
  return { values, nDraws, seed };
}

/**
 * Nulls in which BOLD is turned by an orthogonal C in every segment: (C Y)ᵀX = Yᵀ(CᵀX), so the draws are made on X, and one more pass
 * over Y serves as many of them as memory holds. XᵀX, Σ y and Σ y² do not change. `visit` gets the statistic of one draw after the other.
 */
export async function eachDraw(
  { caller, label, turn }: Turning,
  data: EncodingData,
  { nDraws, seed }: { nDraws: number; seed: number },
  statistic: DrawnStatistic,
  visit: (values: Float64Array) => void,
  { precision = "float32", onProgress, signal }: DrawOptions,
): Promise<void> {
  if (!Number.isInteger(nDraws) || nDraws < 1) {
    throw new Error(`${caller}: invalid nDraws: ${nDraws}; expected a positive integer. 1,000 are usual.`);
  }
  const observed = await accumulateRuns(data, { precision, signal });
  const [nTargets, p] = observed.parts[0].yx.shape;
  const perDraw = nTargets * p * data.segments.length;
  const nAtOnce = Math.max(1, Math.min(nDraws, Math.floor(HELD_VALUES / perDraw)));
  const numbers = random(seed);
  for (let first = 0; first < nDraws; first += nAtOnce) {
    const size = Math.min(nAtOnce, nDraws - first);
    const features = turnedFeatures(data, size, (X) => turn(X, numbers));
    const products = await accumulateProducts({ ...data, features }, { precision, signal });
    for (let draw = 0; draw < size; draw++) {
      throwIfAborted(signal, caller);
      const parts = observed.parts.map((part, s) => ({ ...part, yx: drawOf(products[s], draw, p) }));
      const key = `${observed.key} ${label} ${seed} ${first + draw}`;
      visit(await statistic({ ...observed, parts, key }, first + draw));
      onProgress?.(first + draw + 1, nDraws, label);
    }
  }
}

/** The turned X of every draw side by side, run by run; TRs in no segment stay 0. */
function turnedFeatures(
  { features, segments }: EncodingData,
  nDraws: number,
  turn: (X: Matrix<Float64Array>) => Matrix<Float64Array>,
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
      const turned = turn(X);
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
