import { highPassKernel } from "../../alignment";
import { zeros } from "../../tensor";

/** Noise of a grayordinate with variance 1, and what is added to it. */
export const NOISE = {
  /** Noise of each grayordinate by itself: first-order autoregressive, correlation e^(−TR/τ) from a TR to the next. */
  ownSec: 1,
  /** Share of the variance that neighbours have in common. It is 1/f: the mean of autoregressive processes of these time constants. */
  smoothShare: 0.4,
  smoothSec: [2, 6, 18, 54],
  /** SD of head motion's and of drift's part, which are spatially smooth and come on top. */
  motionSd: 0.3,
  driftSd: 0.5,
} as const;

/** The noise's autocovariance, without motion and drift, at a distance in time. */
export function noiseAutocovariance(lagSec: number): number {
  const { ownSec, smoothShare, smoothSec } = NOISE;
  const smooth = smoothSec.reduce((sum, sec) => sum + Math.exp(-lagSec / sec), 0) / smoothSec.length;
  return (1 - smoothShare) * Math.exp(-lagSec / ownSec) + smoothShare * smooth;
}

/**
 * The variance (n − 1) that noise has on average in each window of a run, about its mean there and after a high-pass of the run: less than
 * 1, because slow noise moves the mean along and is filtered out. With Γ the autocovariance between TRs and F the filter,
 * E = (tr K − Σ_ij K_ij / n) / (n − 1), K being the window's rows and columns of F Γ Fᵀ.
 */
export function expectedNoiseVariances(
  nTrs: number,
  windows: readonly (readonly number[])[],
  options: { trSec: number; cutoffSec: number },
): number[] {
  const covariance = zeros([nTrs, nTrs]);
  for (let i = 0; i < nTrs; i++) {
    for (let j = 0; j < nTrs; j++) {
      covariance.data[i * nTrs + j] = noiseAutocovariance(Math.abs(i - j) * options.trSec);
    }
  }
  const { data } = highPassKernel(covariance, [{ start: 0, end: nTrs }], options);
  return windows.map((trs) => {
    let [trace, sum] = [0, 0];
    for (const i of trs) {
      trace += data[i * nTrs + i];
      for (const j of trs) sum += data[i * nTrs + j];
    }
    return (trace - sum / trs.length) / (trs.length - 1);
  });
}

/** Turns white noise into a stationary first-order autoregressive process of the same variance, in place. */
export function colour(noise: Float32Array, timeConstantSec: number, trSec: number): void {
  const phi = Math.exp(-trSec / timeConstantSec);
  const fresh = Math.sqrt(1 - phi * phi);
  for (let t = 1; t < noise.length; t++) noise[t] = phi * noise[t - 1] + fresh * noise[t];
}
