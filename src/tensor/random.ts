import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";

/** A seeded stream of random numbers. The same seed gives the same stream on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform integer in 0 … n − 1. */
  integer(n: number): number;
  /** Shuffles in place (Fisher–Yates) and returns the same array. */
  shuffle<T extends { length: number; [index: number]: unknown }>(values: T): T;
}

/** Opens a stream of random numbers (Mersenne Twister) for a 32-bit integer seed. */
export function random(seed: number): Random {
  if (!Number.isInteger(seed)) {
    throw new Error(
      `random: invalid seed: ${seed}; expected an integer. Pass the seed that the analysis records.`,
    );
  }
  const generator = mersenne(seed);
  let spare: number | null = null;
  const uniform = () => uniformFloat64(generator);
  const integer = (n: number) => uniformInt(generator, 0, n - 1);
  return {
    uniform,
    integer,
    normal() {
      // Box–Muller gives two normals at a time: the second is kept for the next call.
      if (spare !== null) {
        const value = spare;
        spare = null;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    shuffle(values) {
      for (let i = values.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        const kept = values[i];
        values[i] = values[j];
        values[j] = kept;
      }
      return values;
    },
  };
}
