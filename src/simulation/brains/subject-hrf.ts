/** How one subject's haemodynamic response differs from the canonical one, which has a delay of 6 s and a dispersion of 1 s. */
export interface HrfShape {
  readonly delaySec: number;
  readonly dispersionSec: number;
}

// As in SPM's canonical response (spm_hrf.m), in seconds.
const CANONICAL_DELAY_SEC = 6;
const UNDERSHOOT_DELAY_SEC = 16;
const RESPONSE_TO_UNDERSHOOT = 6;
const LENGTH_SEC = 32;
/** Step and length of the grid on which the densities are made to have the integral 1. */
const FINE_SEC = 0.02;
const FINE_LENGTH_SEC = 80;

/**
 * A double-gamma response on the TR grid, h(t) ∝ g(t; delay, dispersion) − g(t; delay + 10 s, 1 s) / 6 up to 32 s, divided by its sum;
 * g is the gamma density of that mean, with the dispersion as its scale. `{ delaySec: 6, dispersionSec: 1 }` gives `canonicalHrf`.
 * Source: spm_hrf.m of SPM12 with its parameters 1, 2 and 3 changed.
 */
export function subjectHrf({ delaySec, dispersionSec }: HrfShape, trSec: number): Float64Array {
  const undershootSec = delaySec + UNDERSHOOT_DELAY_SEC - CANONICAL_DELAY_SEC;
  const response = gammaDensity(delaySec, dispersionSec);
  const undershoot = gammaDensity(undershootSec, 1);
  const nPoints = Math.floor(LENGTH_SEC / trSec) + 1;
  const values = Float64Array.from(
    { length: nPoints },
    (_, i) => response(i * trSec) - undershoot(i * trSec) / RESPONSE_TO_UNDERSHOOT,
  );
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
}

/** The gamma density of a mean and a scale, its factor found by summing. */
function gammaDensity(meanSec: number, scaleSec: number): (t: number) => number {
  const shape = meanSec / scaleSec;
  // About the peak, so that no power overflows.
  const peak = (shape - 1) * scaleSec;
  const unscaled = (t: number) =>
    t <= 0 ? 0 : Math.exp((shape - 1) * Math.log(t / peak) - (t - peak) / scaleSec);
  let integral = 0;
  for (let t = FINE_SEC; t < FINE_LENGTH_SEC; t += FINE_SEC) integral += unscaled(t) * FINE_SEC;
  return (t) => unscaled(t) / integral;
}
