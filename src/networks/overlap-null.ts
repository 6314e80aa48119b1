import type { Matrix } from "../tensor";
import type { Atlas } from "./atlas";
import type { BrainPart } from "./brain-space";
import type { MapPart } from "./map-parts";
import type { OverlapCounts } from "./overlap";

/**
 * A null hypothesis for the overlap of maps with networks in some structures: draw after draw it says how much maps as smooth
 * as these would share with the networks if they had nothing to do with them.
 */
export interface OverlapNull {
  readonly nDraws: number;
  /** Whether it speaks of a structure. */
  covers(part: BrainPart): boolean;
  /** Makes ready for maps and an atlas of the same space; the function that comes back adds the counts of one draw. */
  prepare(given: {
    maps: Matrix;
    parts: readonly MapPart[];
    atlas: Atlas;
  }): (draw: number, counts: OverlapCounts) => void;
}
