import { type Matrix, random, zeros } from "../../tensor";

/** fMRIPrep's names; translations in mm, rotations in radians. */
const PARAMETERS = ["trans_x", "trans_y", "trans_z", "rot_x", "rot_y", "rot_z"];
/** Of translations in mm and rotations in radians: SD of the wander's step from second to second, and of what is fast. */
const SIZE = { mm: { step: 0.02, fast: 0.04 }, rad: { step: 0.0004, fast: 0.0008 } };
/** How slowly a head goes back to where it lay, how often it moves abruptly, and by how many usual steps. */
const RETURN_SEC = 120;
const SECONDS_PER_JERK = 120;
const JERK_STEPS = 12;

/**
 * Head motion of one run, [nTrs × 6]: one slow wander with a few abrupt moves, in which all six parameters take part, and something fast
 * in each (breathing and the error of the estimate), uncorrelated from TR to TR.
 */
export function headMotion(nTrs: number, trSec: number, seed: number): Matrix<Float64Array> {
  const numbers = random(seed);
  const motion = zeros([nTrs, PARAMETERS.length]);
  const sizes = PARAMETERS.map((_name, p) => (p < 3 ? SIZE.mm : SIZE.rad));
  const directions = PARAMETERS.map(() => numbers.normal());
  const kept = Math.exp(-trSec / RETURN_SEC);
  let wander = 0;
  for (let t = 0; t < nTrs; t++) {
    const jerk = numbers.uniform() < trSec / SECONDS_PER_JERK ? JERK_STEPS : 1;
    wander = kept * wander + jerk * Math.sqrt(trSec) * numbers.normal();
    sizes.forEach(({ step, fast }, p) => {
      motion.data[t * sizes.length + p] = directions[p] * step * wander + fast * numbers.normal();
    });
  }
  return motion;
}

/** The motion as a table of fMRIPrep's kind: the parameters, their derivatives, and the squares of both ("motion24"). */
export function confoundsTable(motion: Matrix<Float64Array>): string {
  const [nTrs, nParameters] = motion.shape;
  const names = PARAMETERS.flatMap((name) =>
    ["", "_derivative1", "_power2", "_derivative1_power2"].map((suffix) => `${name}${suffix}`),
  );
  const lines = Array.from({ length: nTrs }, (_, t) =>
    PARAMETERS.flatMap((_name, p) => {
      const value = motion.data[t * nParameters + p];
      const change = t === 0 ? null : value - motion.data[(t - 1) * nParameters + p];
      return [value, change, value ** 2, change === null ? null : change ** 2].map((cell) =>
        cell === null ? "n/a" : cell.toPrecision(9),
      );
    }).join("\t"),
  );
  return `${[names.join("\t"), ...lines].join("\n")}\n`;
}
