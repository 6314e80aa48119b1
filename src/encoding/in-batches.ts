/** Does `each` for some items at a time, side by side; what comes of them is in their order. */
export async function inBatches<T, R>(
  items: readonly T[],
  size: number,
  each: (item: T) => Promise<R>,
): Promise<R[]> {
  const out: R[] = [];
  for (let first = 0; first < items.length; first += size) {
    out.push(...(await Promise.all(items.slice(first, first + size).map(each))));
  }
  return out;
}
