import type { Surface } from "../../fmri";

/** Which positions touch: those of position i are `others[starts[i]]` to `others[starts[i + 1] - 1]`. */
export interface Neighbours {
  readonly starts: Int32Array;
  readonly others: Int32Array;
}

/** Vertices that share an edge of a triangle, among those that have a position: `positionOf` a vertex, −1 for none. */
export function meshEdges({ triangles }: Pick<Surface, "triangles">, positionOf: Int32Array): number[] {
  const edges: number[] = [];
  for (let corner = 0; corner < triangles.length; corner++) {
    const next = corner % 3 === 2 ? corner - 2 : corner + 1;
    const [a, b] = [positionOf[triangles[corner]], positionOf[triangles[next]]];
    if (a >= 0 && b >= 0) edges.push(a, b);
  }
  return edges;
}

/** Voxels that share a face. `voxels` holds i, j, k of each, its first being position `offset`. */
export function voxelEdges(voxels: Int32Array, offset: number): number[] {
  const at = new Map<string, number>();
  for (let n = 0; n < voxels.length / 3; n++) at.set(voxels.subarray(3 * n, 3 * n + 3).join(), n);
  const edges: number[] = [];
  for (let n = 0; n < voxels.length / 3; n++) {
    const [i, j, k] = voxels.subarray(3 * n, 3 * n + 3);
    for (const place of [`${i + 1},${j},${k}`, `${i},${j + 1},${k}`, `${i},${j},${k + 1}`]) {
      const other = at.get(place);
      if (other !== undefined) edges.push(offset + n, offset + other);
    }
  }
  return edges;
}

/** Joins edges, given as pairs of positions in any order and any number of times. */
export function joinEdges(nPositions: number, edges: readonly number[]): Neighbours {
  const sets = Array.from({ length: nPositions }, () => new Set<number>());
  for (let e = 0; e < edges.length; e += 2) {
    sets[edges[e]].add(edges[e + 1]);
    sets[edges[e + 1]].add(edges[e]);
  }
  const starts = new Int32Array(nPositions + 1);
  sets.forEach((set, i) => {
    starts[i + 1] = starts[i] + set.size;
  });
  const others = new Int32Array(starts[nPositions]);
  sets.forEach((set, i) =>
    others.set(
      [...set].sort((a, b) => a - b),
      starts[i],
    ),
  );
  return { starts, others };
}
