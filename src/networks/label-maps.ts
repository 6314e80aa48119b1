import { benjaminiHochberg, permutationP } from "../inference";
import { type Progress, throwIfAborted, yieldToEventLoop } from "../store";
import { type Matrix, row, zeros } from "../tensor";
import { type Atlas, checkMapLength, labelPlaces } from "./atlas";
import { type Sign, thresholdMaps } from "./map-parts";
import { countOverlaps, dice, emptyCounts, normalisedOverlap, type OverlapCounts } from "./overlap";
import type { OverlapNull } from "./overlap-null";

/** One part of a map against one network. */
export interface NetworkOverlap {
  map: number;
  sign: Sign;
  network: string;
  n_part: number;
  n_network: number;
  n_both: number;
  dice: number;
  /** Dice as a share of the largest that these sizes allow. */
  overlap: number;
  /** One-sided: small when the Dice is larger than the null's. NaN where the part is empty. */
  p: number;
  q: number;
}

/** The network that a part of a map belongs to. */
export interface MapLabel {
  map: number;
  sign: Sign;
  /** "unassigned" when no network has q below the level. */
  network: string;
  n_part: number;
  /** Of that network; NaN for "unassigned". */
  dice: number;
  p: number;
  q: number;
}

/** Maps labelled by networks (`labelMaps`): rows in the order of maps, sign (positive first), and for overlaps the atlas' networks. */
export interface LabelledMaps {
  /** Every part against every network: 2 · nMaps · nNetworks rows. */
  overlaps: NetworkOverlap[];
  /** Two a map: its positive and its negative part. */
  labels: MapLabel[];
  /** Positions in structures of which no null speaks: they count nowhere. */
  nLeftOut: number;
  /** Positions without a value, one a map. */
  nMissing: number[];
  nDraws: number;
}

/**
 * Labels maps by the networks of an atlas: the parts above the threshold and below its negative, each against each network by Dice's
 * coefficient, one-sided p against a null that respects how smooth the maps are, q by Benjamini and Hochberg over all parts
 * and networks. A part takes the network with the largest Dice among those with q < level; else it is "unassigned".
 *
 * `maps` [nMaps × nPositions] in the space of the atlas, in the unit of `threshold` (z); NaN counts neither in the map nor in the
 * network. `nulls`: `spinNull` for the cortex, `surrogateNull` for structures of voxels, or both; their draws are paired, and a draw's
 * counts are added before its Dice is taken. p is at least 1/(1 + nDraws): for a single network among T tests to have q < level, more than
 * T/level draws are needed. Throws when lengths differ, and for an atlas none of whose structures has a null.
 */
export async function labelMaps(
  maps: Matrix,
  atlas: Atlas,
  options: {
    threshold: number;
    nulls: readonly OverlapNull[];
    level: number;
    onProgress?: Progress;
    signal?: AbortSignal;
  },
): Promise<LabelledMaps> {
  const { nulls, level, threshold } = options;
  checkMapLength(atlas, maps.shape[1], "labelMaps");
  if (!(level > 0 && level < 1)) {
    throw new Error(`labelMaps: invalid level: ${level}; expected between 0 and 1. 0.05 is usual.`);
  }
  const nDraws = commonDraws(nulls);
  const parts = thresholdMaps(maps, threshold);
  const nNetworks = atlas.table.length;
  const places = labelPlaces(atlas);
  let nLeftOut = 0;
  for (const part of atlas.space.parts) {
    const { structure, offset, nPositions } = part;
    const speaking = nulls.filter((one) => one.covers(part)).length;
    if (speaking > 1) {
      throw new Error(
        `labelMaps: ambiguous null of ${structure}: ${speaking} speak of it; expected one at most. Leave one out.`,
      );
    }
    if (speaking === 1) continue;
    nLeftOut += nPositions;
    places.fill(nNetworks + 1, offset, offset + nPositions);
  }
  if (nLeftOut === atlas.space.nPositions) {
    throw new Error(
      `labelMaps: missing null for atlas ${atlas.name}: none of the ${nulls.length} speaks of any of its structures; expected at least one. Use spinNull for surfaces and surrogateNull for voxels.`,
    );
  }

  const observed = emptyCounts(parts.length, nNetworks);
  countOverlaps(parts, places, observed);
  const prepared = nulls.map((one) => one.prepare({ maps, parts, atlas }));
  const nullDice = zeros([nDraws, parts.length * nNetworks]);
  for (let draw = 0; draw < nDraws; draw++) {
    const counts = emptyCounts(parts.length, nNetworks);
    for (const add of prepared) add(draw, counts);
    row(nullDice, draw).set(diceOf(counts));
    throwIfAborted(options.signal, "labelMaps");
    options.onProgress?.(draw + 1, nDraws, "null overlaps");
    await yieldToEventLoop();
  }

  const observedDice = diceOf(observed);
  // An empty part has a Dice of 0 with everything: there is nothing to test.
  const tested = observedDice.map((value, i) =>
    observed.ofPart[Math.floor(i / nNetworks)] === 0 ? Number.NaN : value,
  );
  const p = permutationP(tested, nullDice);
  const q = benjaminiHochberg(p);
  const overlaps = parts.flatMap(({ map, sign }, part) =>
    atlas.table.map(({ name }, network): NetworkOverlap => {
      const at = part * nNetworks + network;
      const [nBoth, nPart, nNetwork] = [observed.both[at], observed.ofPart[part], observed.ofNetwork[at]];
      return {
        map,
        sign,
        network: name,
        n_part: nPart,
        n_network: nNetwork,
        n_both: nBoth,
        dice: tested[at],
        overlap: normalisedOverlap(nBoth, nPart, nNetwork),
        p: p[at],
        q: q[at],
      };
    }),
  );
  const labels = parts.map((_, part) =>
    chooseLabel(overlaps.slice(part * nNetworks, (part + 1) * nNetworks), level),
  );
  const nMissing = parts.filter((_, part) => part % 2 === 0).map(({ missing }) => missing.length);
  return { overlaps, labels, nLeftOut, nMissing, nDraws };
}

function commonDraws(nulls: readonly OverlapNull[]): number {
  const counts = new Set(nulls.map(({ nDraws }) => nDraws));
  if (counts.size === 1) return [...counts][0];
  throw new Error(
    `labelMaps: mismatched draws of the nulls: ${[...counts].join(", ") || "none"}; expected the same number of each. Draw as many surrogates as rotations.`,
  );
}

function diceOf({ both, ofPart, ofNetwork, nNetworks }: OverlapCounts): Float64Array {
  return Float64Array.from(both, (nBoth, i) => dice(nBoth, ofPart[Math.floor(i / nNetworks)], ofNetwork[i]));
}

function chooseLabel(candidates: NetworkOverlap[], level: number): MapLabel {
  const significant = candidates.filter(({ q }) => q < level).sort((a, b) => b.dice - a.dice);
  const { map, sign, n_part } = candidates[0];
  const none = { network: "unassigned", dice: Number.NaN, p: Number.NaN, q: Number.NaN };
  const { network, dice: value, p, q } = significant.length > 0 ? { ...significant[0] } : none;
  return { map, sign, network, n_part, dice: value, p, q };
}
