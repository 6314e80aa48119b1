/** Computes at the first call and hands out the same promise after; a failure is forgotten, so that it can be tried again. */
export function once<T>(compute: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined;
  return () => {
    kept ??= compute().catch((error) => {
      kept = undefined;
      throw error;
    });
    return kept;
  };
}

/** The same for each key; keys are told apart by how they are written. */
export function onceEach<K, T>(compute: (key: K) => Promise<T>): (key: K) => Promise<T> {
  const all = new Map<string, () => Promise<T>>();
  return (key) => {
    const name = JSON.stringify(key);
    const one = all.get(name) ?? once(() => compute(key));
    all.set(name, one);
    return one();
  };
}
