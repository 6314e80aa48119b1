import type { Store } from "../../store";

/** What a store was asked for by this process: products of a name that were there, that it had to compute, and how long that took. */
export interface ProductCount {
  name: string;
  nKept: number;
  nComputed: number;
  sec: number;
}

/** A store that counts what it is asked for. */
export interface WatchedStore extends Store {
  /** By name, in the order of their first appearance. */
  counts(): ProductCount[];
}

export function watchStore(store: Store): WatchedStore {
  const counts = new Map<string, ProductCount>();
  return {
    ...store,
    counts: () => [...counts.values()].map((one) => ({ ...one, sec: Math.round(one.sec * 10) / 10 })),
    async product(name, parts, compute, codec, options) {
      let startedMs: number | null = null;
      const watched = () => {
        startedMs = Date.now();
        return compute();
      };
      const value = await store.product(name, parts, watched, codec, options);
      const count = counts.get(name) ?? { name, nKept: 0, nComputed: 0, sec: 0 };
      counts.set(name, count);
      if (startedMs === null) count.nKept++;
      else {
        count.nComputed++;
        count.sec += (Date.now() - startedMs) / 1000;
      }
      return value;
    },
  };
}

/** "57 products: 40 were there, 17 computed by this process". */
export function describeCounts(counts: readonly ProductCount[]): string {
  const [nKept, nComputed] = (["nKept", "nComputed"] as const).map((of) =>
    counts.reduce((sum, one) => sum + one[of], 0),
  );
  return `${nKept + nComputed} products: ${nKept} were there, ${nComputed} computed by this process`;
}
