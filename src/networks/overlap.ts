import type { MapPart } from "./map-parts";

/**
 * Dice's coefficient of two sets: 2 |A ∩ B| / (|A| + |B|), from 0 (apart) to 1 (the same); NaN when both are empty.
 * Source: Dice (1945), doi:10.2307/1932409.
 */
export function dice(nBoth: number, nA: number, nB: number): number {
  return (2 * nBoth) / (nA + nB);
}

/**
 * Dice's coefficient as a share of the largest that sets of such sizes can have: |A ∩ B| / min(|A|, |B|), the overlap coefficient;
 * 1 when the smaller lies within the larger. NaN when one is empty.
 */
export function normalisedOverlap(nBoth: number, nA: number, nB: number): number {
  return nBoth / Math.min(nA, nB);
}

/** How many positions map parts and networks have, and share: [nParts × nNetworks], except `ofPart` [nParts]. */
export interface OverlapCounts {
  readonly nNetworks: number;
  readonly both: Int32Array;
  readonly ofPart: Int32Array;
  /** They differ between maps, as positions where a map has no value do not count. */
  readonly ofNetwork: Int32Array;
}

export function emptyCounts(nParts: number, nNetworks: number): OverlapCounts {
  return {
    nNetworks,
    both: new Int32Array(nParts * nNetworks),
    ofPart: new Int32Array(nParts),
    ofNetwork: new Int32Array(nParts * nNetworks),
  };
}

/**
 * Adds what each part shares with each network to `counts`. `places` [nPositions]: the network of each position from 0, nNetworks
 * for a position in none, nNetworks + 1 for one that does not count at all.
 */
export function countOverlaps(parts: readonly MapPart[], places: Uint16Array, counts: OverlapCounts): void {
  const { nNetworks, both, ofPart, ofNetwork } = counts;
  const leftOut = nNetworks + 1;
  const all = histogram(places, null, leftOut);
  parts.forEach(({ members, missing }, part) => {
    const own = histogram(places, members, leftOut);
    const gaps = histogram(places, missing, leftOut);
    ofPart[part] += members.length - own[leftOut];
    for (let network = 0; network < nNetworks; network++) {
      const at = part * nNetworks + network;
      both[at] += own[network];
      ofNetwork[at] += all[network] - gaps[network];
    }
  });
}

/** How often each place occurs, at some positions or at all. */
function histogram(places: Uint16Array, positions: Int32Array | null, largest: number): Int32Array {
  // Two counts in turn: an increment need not wait for the one before it when both fall on the same place.
  const even = new Int32Array(largest + 1);
  const odd = new Int32Array(largest + 1);
  const n = positions === null ? places.length : positions.length;
  for (let i = 1; i < n; i += 2) {
    even[places[positions === null ? i - 1 : positions[i - 1]]]++;
    odd[places[positions === null ? i : positions[i]]]++;
  }
  if (n % 2 === 1) even[places[positions === null ? n - 1 : positions[n - 1]]]++;
  for (let place = 0; place <= largest; place++) even[place] += odd[place];
  return even;
}
