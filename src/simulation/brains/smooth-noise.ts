import { column, type Matrix } from "../../tensor";
import { colour, NOISE } from "./noise";
import { normalNumbers } from "./normal-numbers";

/** Slow drift: cosines of one, two and three half waves in a run, all of which a high-pass at 128 s takes out of 4 minutes or more. */
const N_DRIFTS = 3;

/**
 * What neighbours share in one run, at the nodes of the smooth basis: 1/f noise, head motion and drift, each node with weights of its own.
 * Returns [nNodes × nTrs], row by row.
 */
export function smoothNoise(
  nNodes: number,
  motion: Matrix<Float64Array>,
  options: { trSec: number; seed: number },
): Float32Array {
  const nTrs = motion.shape[0];
  const fill = normalNumbers(options.seed);
  const nuisances = [...motionCourses(motion), ...driftCourses(nTrs)];
  const weights = new Float32Array(nuisances.length);
  const part = new Float32Array(nTrs);
  const out = new Float32Array(nNodes * nTrs);
  const partSd = Math.sqrt(NOISE.smoothShare / NOISE.smoothSec.length);
  for (let node = 0; node < nNodes; node++) {
    const course = out.subarray(node * nTrs, (node + 1) * nTrs);
    for (const sec of NOISE.smoothSec) {
      fill(part);
      colour(part, sec, options.trSec);
      for (let t = 0; t < nTrs; t++) course[t] += partSd * part[t];
    }
    fill(weights);
    nuisances.forEach((nuisance, k) => {
      for (let t = 0; t < nTrs; t++) course[t] += weights[k] * nuisance[t];
    });
  }
  return out;
}

/** The parameters with the run's mean taken out, scaled so that together they have the SD of motion's part. */
function motionCourses(motion: Matrix<Float64Array>): Float64Array[] {
  return Array.from({ length: motion.shape[1] }, (_, p) => {
    const course = column(motion, p);
    const mean = course.reduce((sum, value) => sum + value, 0) / course.length;
    const sd = Math.sqrt(course.reduce((sum, value) => sum + (value - mean) ** 2, 0) / course.length);
    const scale = NOISE.motionSd / (sd * Math.sqrt(motion.shape[1]));
    return Float64Array.from(course, (value) => (value - mean) * scale);
  });
}

function driftCourses(nTrs: number): Float64Array[] {
  const scale = NOISE.driftSd * Math.sqrt(2 / N_DRIFTS);
  return Array.from({ length: N_DRIFTS }, (_, k) =>
    Float64Array.from(
      { length: nTrs },
      (_value, t) => scale * Math.cos((Math.PI * (k + 1) * (2 * t + 1)) / (2 * nTrs)),
    ),
  );
}
