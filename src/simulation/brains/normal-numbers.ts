import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { normalQuantile } from "../../networks";
import { contentKey } from "../../store";

const N_QUANTILES = 2 ** 16;
let quantiles: Float32Array | undefined;

/**
 * A seeded stream of standard normal numbers, some ten times as fast as `random(seed).normal()`: a thousand million of them are needed.
 * Each is one of 65,536 equally likely quantiles, so that none is beyond ±4.33; mean 0, variance 1 to 2e-5.
 */
export function normalNumbers(seed: number): (out: Float32Array) => void {
  quantiles ??= Float32Array.from({ length: N_QUANTILES }, (_, i) => normalQuantile((i + 0.5) / N_QUANTILES));
  const table = quantiles;
  const generator = xoroshiro128plus(seed);
  return (out) => {
    for (let i = 0; i < out.length; i += 2) {
      const bits = generator.next();
      out[i] = table[bits & 0xffff];
      if (i + 1 < out.length) out[i + 1] = table[bits >>> 16];
    }
  };
}

/** A seed of its own for every use of one seed: a 32-bit integer that depends on all of `parts`. */
export function seedFor(parts: Readonly<Record<string, string | number>>): number {
  return Number.parseInt(contentKey(parts).slice(0, 8), 16) | 0;
}
