import type { Store } from "../../store";

/** A store that counts what it was asked for: products that were there, and products that had to be computed. */
export interface WatchedStore extends Store {
  readonly counts: { nKept: number; nComputed: number };
}

export function watchStore(store: Store): WatchedStore {
  const counts = { nKept: 0, nComputed: 0 };
  return {
    ...store,
    counts,
    async product(name, parts, compute, codec, options) {
      let isComputed = false;
      const watched = () => {
        isComputed = true;
        return compute();
      };
      const value = await store.product(name, parts, watched, codec, options);
      if (isComputed) counts.nComputed++;
      else counts.nKept++;
      return value;
    },
  };
}
