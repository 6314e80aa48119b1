// The parameters of SPM's canonical haemodynamic response (spm_hrf.m, SPM12: p = [6 16 1 1 6 0 32]), in seconds.
const RESPONSE_DELAY_SEC = 6;
const UNDERSHOOT_DELAY_SEC = 16;
const RESPONSE_TO_UNDERSHOOT = 6;
const LENGTH_SEC = 32;

/**
 * SPM's canonical haemodynamic response on the TR grid:
 *   h(t) ∝ g(t; 6) − g(t; 16) / 6  at t = 0, TR, 2 TR, … ≤ 32 s, divided by its sum,
 * g(t; k) = t^(k−1) e^(−t) / Γ(k), the gamma density of shape k and scale 1 s.
 *
 * Returns floor(32 / trSec) + 1 values. Throws when trSec is not a positive number of at most 32 s.
 * Source: spm_hrf.m of SPM12 with its default parameters.
 */
export function canonicalHrf({ trSec }: { trSec: number }): Float64Array {
  if (!(trSec > 0 && trSec <= LENGTH_SEC)) {
    throw new Error(
      `canonicalHrf: invalid trSec: ${trSec}; expected seconds above 0 and up to ${LENGTH_SEC}. Pass the repetition time of the scan.`,
    );
  }
  const nPoints = Math.floor(LENGTH_SEC / trSec) + 1;
  const response = Float64Array.from({ length: nPoints }, (_, i) => {
    const t = i * trSec;
    return (
      gammaDensity(t, RESPONSE_DELAY_SEC) - gammaDensity(t, UNDERSHOOT_DELAY_SEC) / RESPONSE_TO_UNDERSHOOT
    );
  });
  const sum = response.reduce((total, value) => total + value, 0);
  return response.map((value) => value / sum);
}

/** The gamma density with scale 1 at t, for a whole shape: t^(shape−1) e^(−t) / (shape − 1)!. */
function gammaDensity(t: number, shape: number): number {
  let density = Math.exp(-t);
  for (let k = 1; k < shape; k++) density *= t / k;
  return density;
}
