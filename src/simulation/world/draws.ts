import type { Random } from "../../tensor";

/** One of the values, each as likely. */
export function pick<T>(values: readonly T[], random: Random): T {
  return values[random.integer(values.length)];
}

/** One of the keys, in proportion to its weight (0 or more, not all 0). */
export function pickWeighted<K extends string>(weights: Readonly<Record<K, number>>, random: Random): K {
  const entries = Object.entries(weights) as [K, number][];
  let left = random.uniform() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [key, weight] of entries) {
    left -= weight;
    if (left < 0) return key;
  }
  return entries.filter(([, weight]) => weight > 0).at(-1)![0];
}

/** `n` different values in random order (all of them where there are fewer). */
export function pickSeveral<T>(values: readonly T[], n: number, random: Random): T[] {
  return random.shuffle([...values]).slice(0, n);
}
