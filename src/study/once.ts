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
