import { type Matrix, row } from "../tensor";

export type Sign = "positive" | "negative";

/** The positions at which a map is above a threshold, or below its negative. */
export interface MapPart {
  /** Which map, from 0. */
  readonly map: number;
  readonly sign: Sign;
  /** Ascending. */
  readonly members: Int32Array;
  /** Positions without a value: NaN. Both parts of a map share them. */
  readonly missing: Int32Array;
}

/**
 * The thresholded parts of maps [nMaps × nPositions]: positive where z > threshold, negative where z < −threshold, two parts a map in
 * that order. NaN belongs to neither and is listed as missing. Throws when the threshold is negative or no number, and for a map
 * without any value.
 */
export function thresholdMaps(maps: Matrix, threshold: number): MapPart[] {
  if (!(threshold >= 0 && Number.isFinite(threshold))) {
    throw new Error(
      `thresholdMaps: invalid threshold: ${threshold}; expected a number that is not negative, in the unit of the maps. 2.3 is usual for z.`,
    );
  }
  const [nMaps, nPositions] = maps.shape;
  return Array.from({ length: nMaps }, (_, map): MapPart[] => {
    const values = row(maps, map);
    const positionsWhere = (test: (value: number) => boolean) => {
      const found: number[] = [];
      for (let i = 0; i < nPositions; i++) if (test(values[i])) found.push(i);
      return Int32Array.from(found);
    };
    const missing = positionsWhere(Number.isNaN);
    if (missing.length === nPositions) {
      throw new Error(
        `thresholdMaps: missing values of map ${map}: none of ${nPositions} is a number; expected at least one. Leave the map out, or check its scores.`,
      );
    }
    return [
      { map, sign: "positive", members: positionsWhere((value) => value > threshold), missing },
      { map, sign: "negative", members: positionsWhere((value) => value < -threshold), missing },
    ];
  }).flat();
}
