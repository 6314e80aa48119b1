/** Computes at the first call and hands out the same after. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The same for each key; keys are told apart by how they are written. */
export function kept<K, T>(make: (key: K) => T): (key: K) => T {
  const made = new Map<string, T>();
  return (key) => {
    const name = String(key);
    if (!made.has(name)) made.set(name, make(key));
    return made.get(name)!;
  };
}
