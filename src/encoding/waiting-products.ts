import type { Matrix, Real } from "../tensor";
import { type ProductMemory, productMemory } from "./product-memory";
import type { Precision } from "./ridge-factor";

/** At most so many products wait, and so many of their numbers where there is more than one. */
const [MOST_WAITING, WAITING_VALUES] = [4, 2 ** 25];
/** So many sums stay in the processor's first cache while the products go by. */
const CACHED_SUMS = 2 ** 12;

/** A product that will be added to sums. */
export interface WaitingProduct {
  /** Where it is computed. */
  place: Matrix;
  sums: Float64Array;
  memory: ProductMemory;
}

/**
 * Products that are to be added to sums in float64. Some wait for each other, because the sums of a whole brain fit no cache, and
 * fetching them takes longer than adding. Their memory is used over and over.
 */
export function waitingProducts() {
  const free: ProductMemory[] = [];
  let waiting: WaitingProduct[] = [];

  const addUp = () => {
    const length = waiting[0]?.sums.length ?? 0;
    for (let first = 0; first < length; first += CACHED_SUMS) {
      const end = Math.min(length, first + CACHED_SUMS);
      for (const { sums, place } of waiting) addValues(sums, place.data, first, end);
    }
    free.push(...waiting.map(({ memory }) => memory));
    waiting = [];
  };
  return {
    /** Room for a product of some sums' shape. */
    next(sums: Float64Array, precision: Precision, shape: readonly [number, number]): WaitingProduct {
      const memory = free.pop() ?? productMemory();
      return { place: memory(precision, shape), sums, memory };
    },
    /** Lets a product wait once it is computed, for `addUp` or others of the same sums. */
    wait(product: WaitingProduct) {
      waiting.push(product);
    },
    /** Adds up what waits, unless the sums are the same and more may wait. */
    makeRoom({ sums }: WaitingProduct) {
      const isSame = waiting.every((one) => isSameMemory(one.sums, sums));
      const isRoom = waiting.length < MOST_WAITING && (waiting.length + 1) * sums.length <= WAITING_VALUES;
      if (!(isSame && isRoom)) addUp();
    },
    addUp,
  };
}

function addValues(sums: Float64Array, values: Real, first: number, end: number): void {
  for (let at = first; at < end; at++) sums[at] += values[at];
}

function isSameMemory(a: Float64Array, b: Float64Array): boolean {
  return a.buffer === b.buffer && a.byteOffset === b.byteOffset && a.length === b.length;
}
