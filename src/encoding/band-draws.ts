import { type Matrix, random, zeros } from "../tensor";

/** Weightings of feature spaces, each row on the simplex: [nDraws × nSpaces]. */
export type BandDraws = Matrix<Float64Array>;

/**
 * Draws weightings of spaces: half of them sparse, half even, from Dirichlet distributions of the given
 * concentrations in turn (0.1 and 1 are himalaya's), after one with all spaces equal.
 */
export function drawBands(options: {
  nSpaces: number;
  nDraws: number;
  concentrations: readonly number[];
  seed: number;
}): BandDraws {
  const { nSpaces, nDraws, concentrations, seed } = options;
  const numbers = random(seed);
  const draws = zeros([nDraws, nSpaces]);
  draws.data.fill(1 / nSpaces, 0, nSpaces);
  for (let d = 1; d < nDraws; d++) {
    const shape = concentrations[(d - 1) % concentrations.length];
    // ln of gamma variates, because those of a small shape can be too small to be told from 0.
    const logs = Float64Array.from({ length: nSpaces }, () => logGammaVariate(shape, numbers));
    const largest = Math.max(...logs);
    const sum = logs.reduce((total, log) => total + Math.exp(log - largest), 0);
    logs.forEach((log, k) => {
      draws.data[d * nSpaces + k] = Math.exp(log - largest) / sum;
    });
  }
  return draws;
}

/** ln of a gamma variate: Marsaglia & Tsang (2000), doi:10.1145/358407.358414; below shape 1 by their U^(1/shape). */
function logGammaVariate(shape: number, numbers: ReturnType<typeof random>): number {
  if (shape < 1) return logGammaVariate(shape + 1, numbers) + Math.log(1 - numbers.uniform()) / shape;
  const d = shape - 1 / 3;
  for (;;) {
    const normal = numbers.normal();
    const v = (1 + normal / Math.sqrt(9 * d)) ** 3;
    if (!(v > 0)) continue;
    const u = 1 - numbers.uniform();
    if (Math.log(u) < normal ** 2 / 2 + d * (1 - v + Math.log(v))) return Math.log(d * v);
  }
}

/** Throws unless every draw is on the simplex. */
export function checkDraws({ data, shape }: BandDraws, nSpaces: number): void {
  for (let d = 0; d < shape[0]; d++) {
    const gamma = data.subarray(d * shape[1], (d + 1) * shape[1]);
    const sum = gamma.reduce((total, value) => total + value, 0);
    if (shape[1] === nSpaces && gamma.every((value) => value >= 0) && Math.abs(sum - 1) < 1e-6) continue;
    throw new Error(
      `bandedRidge: invalid draw ${d}: ${Array.from(gamma).join(", ")}; expected ${nSpaces} weights from 0 to 1 whose sum is 1. Make them with drawBands.`,
    );
  }
  if (shape[0] === 0) {
    throw new Error(
      "bandedRidge: missing draws: none given; expected at least one. Make them with drawBands.",
    );
  }
}
