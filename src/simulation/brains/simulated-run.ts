import type { SeriesBlock } from "../../fmri";
import { type Matrix, matrix } from "../../tensor";
import type { BrainLayout } from "./layout";
import { colour, NOISE } from "./noise";
import { normalNumbers } from "./normal-numbers";
import { smoothNoise } from "./smooth-noise";
import type { SignalWeights } from "./subject";

/** Numbers as a scanner gives them: 1 SD of noise is 1 % of the mean. 16 bits then reach ±16 SDs in steps of 1/2,048. */
export const BOLD = { mean: 10_000, perSd: 100, slope: 100 / 2048 } as const;
const BLOCK_ROWS = 256;

/**
 * The BOLD of one run, block after block: y = mean + 100 (Σ weights · responses + smooth noise + own noise), one grayordinate a row. The
 * same seed gives the same numbers. A block is good until the next is asked for.
 */
export function* simulatedRun(
  layout: Pick<BrainLayout, "basis">,
  signal: Pick<SignalWeights, "starts" | "attributes" | "weights">,
  run: {
    /** [nAttributes × nTrs], under the subject's HRF. */
    responses: Matrix<Float32Array>;
    /** [nTrs × 6]. */
    motion: Matrix<Float64Array>;
    trSec: number;
    seed: number;
  },
): Generator<SeriesBlock> {
  const { basis } = layout;
  const { responses, motion, trSec, seed } = run;
  const nTrs = motion.shape[0];
  const nPositions = basis.starts.length - 1;
  const smooth = smoothNoise(basis.nNodes, motion, { trSec, seed });
  // Another stream than that of the smooth noise.
  const fill = normalNumbers(~seed);
  const ownSd = Math.sqrt(1 - NOISE.smoothShare);
  const block = new Float32Array(BLOCK_ROWS * nTrs);
  for (let first = 0; first < nPositions; first += BLOCK_ROWS) {
    const end = Math.min(nPositions, first + BLOCK_ROWS);
    const values = block.subarray(0, (end - first) * nTrs);
    for (let i = first; i < end; i++) {
      const series = values.subarray((i - first) * nTrs, (i - first + 1) * nTrs);
      fill(series);
      colour(series, NOISE.ownSec, trSec);
      for (let t = 0; t < nTrs; t++) series[t] *= ownSd;
      for (let k = basis.starts[i]; k < basis.starts[i + 1]; k++) {
        add(series, smooth, basis.nodes[k] * nTrs, basis.weights[k]);
      }
      for (let d = signal.starts[i]; d < signal.starts[i + 1]; d++) {
        add(series, responses.data, signal.attributes[d] * nTrs, signal.weights[d]);
      }
      for (let t = 0; t < nTrs; t++) series[t] = BOLD.mean + BOLD.perSd * series[t];
    }
    yield { first, series: matrix(values, [end - first, nTrs]) };
  }
}

/** series[t] += weight · courses[from + t]. */
function add(series: Float32Array, courses: Float32Array, from: number, weight: number): void {
  for (let t = 0; t < series.length; t++) series[t] += weight * courses[from + t];
}
