/** Triangles of a mesh that are drawn together, with vertices of their own. */
export interface MeshPiece {
  /** Which group of `cutMesh`. */
  readonly group: number;
  /** The mesh's vertex of each of the piece's. */
  readonly vertices: Int32Array;
  /** Three of the piece's own vertices each. */
  readonly triangles: Int32Array;
}

/**
 * Cuts a mesh into pieces by the group of each vertex. A triangle goes with its group where all corners agree, with the group of two where
 * two do, else with its first corner's; one that touches group `empty` goes there, since it has no value everywhere.
 */
export function cutMesh(triangles: Int32Array, groups: ArrayLike<number>, empty: number): MeshPiece[] {
  const ofGroup = new Map<number, number[]>();
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [groups[triangles[t]], groups[triangles[t + 1]], groups[triangles[t + 2]]];
    const group = a === empty || b === empty || c === empty ? empty : b === c ? b : a;
    const list = ofGroup.get(group);
    if (list === undefined) ofGroup.set(group, [t]);
    else list.push(t);
  }
  const own = new Int32Array(groups.length);
  return [...ofGroup.entries()]
    .sort(([a], [b]) => a - b)
    .map(([group, starts]) => {
      own.fill(-1);
      const vertices: number[] = [];
      const corners = new Int32Array(3 * starts.length);
      starts.forEach((start, t) => {
        for (let corner = 0; corner < 3; corner++) {
          const vertex = triangles[start + corner];
          if (own[vertex] < 0) own[vertex] = vertices.push(vertex) - 1;
          corners[3 * t + corner] = own[vertex];
        }
      });
      return { group, vertices: Int32Array.from(vertices), triangles: corners };
    });
}
