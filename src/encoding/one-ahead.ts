/**
 * Does `each` for one item after the other, and begins the next before it waits for the one before: what one computes in the
 * background goes on while another works on this thread. What comes of them is in their order.
 */
export async function oneAhead<T, R>(items: readonly T[], each: (item: T) => Promise<R>): Promise<R[]> {
  const out: R[] = [];
  let before: Promise<R> | undefined;
  for (const item of items) {
    const begun = each(item);
    // Where the one before fails, this one is not waited for any more, and may fail unheard.
    begun.catch(() => {});
    if (before) out.push(await before);
    before = begun;
  }
  if (before) out.push(await before);
  return out;
}
