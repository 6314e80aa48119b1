import { benjaminiHochberg } from "../inference";
import { type BrainSpace, hemisphereOf, type Spins } from "../networks";
import { type Matrix, zeros } from "../tensor";
import { type GroupEffect, type GroupOptions, groupEffect } from "./group-effect";
import { ranks } from "./partial-correlation";

/** What the finding *hierarchy* does not show. */
export const HIERARCHY_LIMIT =
  "That deeper layers fit higher cortex does not show one processing hierarchy: depth goes with size of context and with signal-to-noise, a voxel's best layer wins by little, and random weights can have a gradient of layers too.";

/** The depth that fits each voxel best, and by how much. */
export interface PreferredLayers {
  /** Depth as people count it; NaN where no layer predicts. */
  depth: Float64Array;
  /** Held-out r there, after smoothing over layers. */
  r: Float64Array;
}

/**
 * The preferred layer of each voxel: the depth with the largest held-out r after smoothing over layers by 1/4, 1/2, 1/4 (at the ends 2/3, 1/3), so that
 * a single layer's luck does not decide. `r` [nLayers × nVoxels] of models of one layer each, `depths` ascending. A voxel whose
 * smoothed r stays below `leastR` everywhere, or is NaN somewhere, prefers none.
 */
export function preferredLayers(
  r: Matrix,
  { depths, leastR }: { depths: readonly number[]; leastR: number },
): PreferredLayers {
  const [nLayers, nVoxels] = r.shape;
  if (depths.length !== nLayers) {
    throw new Error(
      `preferredLayers: mismatched depths: ${depths.length}; expected ${nLayers}, one a row of r. Name the depth of every layer that was fitted.`,
    );
  }
  const out = { depth: new Float64Array(nVoxels).fill(Number.NaN), r: new Float64Array(nVoxels) };
  for (let v = 0; v < nVoxels; v++) {
    let [best, largest] = [-1, leastR];
    for (let l = 0; l < nLayers; l++) {
      const smoothed = smoothedAt(r, l, v);
      if (Number.isNaN(smoothed)) {
        best = -1;
        break;
      }
      if (smoothed >= largest) [best, largest] = [l, smoothed];
    }
    out.depth[v] = best < 0 ? Number.NaN : depths[best];
    out.r[v] = best < 0 ? Number.NaN : largest;
  }
  return out;
}

function smoothedAt({ data, shape: [nLayers, nVoxels] }: Matrix, layer: number, voxel: number): number {
  let [sum, weight] = [0, 0];
  for (const [step, share] of [
    [-1, 1],
    [0, 2],
    [1, 1],
  ]) {
    const at = layer + step;
    if (at < 0 || at >= nLayers) continue;
    sum += share * data[at * nVoxels + voxel];
    weight += share;
  }
  return sum / weight;
}

/** A model or stream whose preferred layers are held against the cortex. */
export interface HierarchyCase {
  /** "CLIP, vision", "METER, text stream", "random CLIP, vision" … */
  name: string;
  /** Preferred depth of each position, one array a subject; NaN where there is none. */
  subjects: readonly ArrayLike<number>[];
}

/** How one case's preferred layers follow the cortical hierarchy (`hierarchyTable`): `effect` is Spearman's r, `p` a spin test's. */
export interface HierarchyRow extends GroupEffect {
  name: string;
  q: number;
  /** Positions of cortex with a preferred layer, mean over subjects. */
  n_voxels: number;
}

/**
 * Whether the preferred layer rises along a cortical hierarchy (principal gradient, or the order of networks): a row for each case, `effect` = Spearman's r
 * over positions of the cortex (r of ranks over the whole cortex), Fisher mean over subjects.
 *
 * `p`: spin test, one-sided; the hierarchy is turned on the sphere and the preferred layers stay, alike in all subjects; positions that turn onto the
 * medial wall, or have no value of the hierarchy, do not count in that draw. `q` over cases. `hierarchy` [nPositions], NaN where it says nothing.
 * Throws when spheres and space differ, and where no part of the space is cortex.
 */
export function hierarchyTable(
  cases: readonly HierarchyCase[],
  cortex: { hierarchy: ArrayLike<number>; space: BrainSpace; spins: Spins },
  options: GroupOptions,
): HierarchyRow[] {
  const turned = turnedHierarchies(cortex);
  const rows = cases.map(({ name, subjects }) => {
    const correlations = subjects.map((depths) => {
      const own = finiteRanks(depths);
      return turned.map((values) => finitePearson(own, values));
    });
    const nDraws = turned.length - 1;
    const draws = zeros([nDraws, subjects.length]);
    correlations.forEach((each, s) => {
      for (let d = 0; d < nDraws; d++) draws.data[d * subjects.length + s] = each[d + 1].r;
    });
    const kind = { tail: "greater", scale: "correlation" } as const;
    return {
      name,
      ...groupEffect(
        correlations.map((each) => each[0].r),
        draws,
        kind,
        options,
      ),
      n_voxels: correlations.reduce((sum, each) => sum + each[0].n, 0) / subjects.length,
    };
  });
  const q = benjaminiHochberg(rows.map(({ p }) => p));
  return rows.map((one, i) => ({ ...one, q: q[i] }));
}

/** The hierarchy as it is, on the cortex, and as each rotation turns it: NaN elsewhere and where there is no value. */
function turnedHierarchies({
  hierarchy,
  space,
  spins,
}: {
  hierarchy: ArrayLike<number>;
  space: BrainSpace;
  spins: Spins;
}): Float64Array[] {
  const sheets = space.parts.flatMap((part) => {
    const side = hemisphereOf(part.structure);
    return part.surface === null || side === null
      ? []
      : [{ ...part, surface: part.surface, spun: spins[side] }];
  });
  if (sheets.length === 0) {
    throw new Error(
      "hierarchyTable: missing cortex: no part of the space is a cortical surface; expected one. Use grayordinates, and networks without a spin test in volumes.",
    );
  }
  const ranked = finiteRanks(hierarchy);
  const byVertex = sheets.map(({ structure, offset, surface, spun }) => {
    if (surface.nVertices !== spun.nVertices) {
      throw new Error(
        `hierarchyTable: mismatched mesh of ${structure}: spheres of ${spun.nVertices} vertices; expected ${surface.nVertices}. Spin the spheres of the data's own mesh.`,
      );
    }
    const values = new Float64Array(surface.nVertices).fill(Number.NaN);
    surface.vertices.forEach((vertex, i) => (values[vertex] = ranked[offset + i]));
    return values;
  });
  const turn = (vertexOf: (sheet: number, vertex: number) => number) => {
    const out = new Float64Array(space.nPositions).fill(Number.NaN);
    sheets.forEach(({ offset, surface }, sheet) =>
      surface.vertices.forEach((vertex, i) => (out[offset + i] = byVertex[sheet][vertexOf(sheet, vertex)])),
    );
    return out;
  };
  const draws = Array.from({ length: spins.nRotations }, (_, r) =>
    turn((sheet, vertex) => sheets[sheet].spun.vertices[r * sheets[sheet].spun.nVertices + vertex]),
  );
  return [turn((_, vertex) => vertex), ...draws];
}

/** Ranks among the values that are there; NaN stays NaN. */
function finiteRanks(values: ArrayLike<number>): Float64Array {
  const present = Array.from({ length: values.length }, (_, i) => i).filter((i) =>
    Number.isFinite(values[i]),
  );
  const out = new Float64Array(values.length).fill(Number.NaN);
  const own = ranks(present.map((i) => values[i]));
  present.forEach((i, at) => (out[i] = own[at]));
  return out;
}

/** Pearson's r over the positions that both have, in one pass over each: it runs for every rotation. */
function finitePearson(a: Float64Array, b: Float64Array): { r: number; n: number } {
  let [n, sumA, sumB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    if (Number.isNaN(a[i] + b[i])) continue;
    n++;
    sumA += a[i];
    sumB += b[i];
  }
  let [aa, bb, ab] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    if (Number.isNaN(a[i] + b[i])) continue;
    const [x, y] = [a[i] - sumA / n, b[i] - sumB / n];
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  // Two positions always correlate perfectly, which Fisher's z does not take; nor does it take more than 1, as rounding may give.
  const r = Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb)));
  return { r: n < 3 || aa === 0 || bb === 0 ? Number.NaN : r, n };
}
