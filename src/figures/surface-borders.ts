/**
 * The borders between groups of vertices as lines over the mesh: through the middles of the edges whose ends differ, joined into as few
 * lines as there are pieces. Each point is a pair of vertices, halfway between which it lies: [2 · nPoints] a line.
 */
export function borderLines(triangles: Int32Array, groups: ArrayLike<number>): Int32Array[] {
  const nVertices = groups.length;
  const key = (a: number, b: number) => (a < b ? a * nVertices + b : b * nVertices + a);
  const neighbours = new Map<number, number[]>();
  const join = (from: number, to: number) => {
    for (const [a, b] of [
      [from, to],
      [to, from],
    ]) {
      const list = neighbours.get(a);
      if (list === undefined) neighbours.set(a, [b]);
      else list.push(b);
    }
  };
  for (let t = 0; t < triangles.length; t += 3) {
    const corners = [triangles[t], triangles[t + 1], triangles[t + 2]];
    const crossed: number[] = [];
    for (let i = 0; i < 3; i++) {
      const [a, b] = [corners[i], corners[(i + 1) % 3]];
      if (groups[a] !== groups[b]) crossed.push(key(a, b));
    }
    // Two edges are crossed where two groups meet, three where three do.
    for (let i = 1; i < crossed.length; i++) join(crossed[i - 1], crossed[i]);
  }

  const lines: Int32Array[] = [];
  const follow = (start: number) => {
    const points: number[] = [];
    for (let at: number | undefined = start; at !== undefined; ) {
      points.push(Math.floor(at / nVertices), at % nVertices);
      const list: number[] = neighbours.get(at) ?? [];
      const next = list.pop();
      if (next !== undefined) {
        const back: number[] = neighbours.get(next) ?? [];
        back.splice(back.indexOf(at), 1);
      }
      at = next;
    }
    if (points.length > 2) lines.push(Int32Array.from(points));
  };
  // Lines with ends first: a closed one can be entered anywhere.
  for (const [start, list] of neighbours) if (list.length % 2 === 1) follow(start);
  for (const [start, list] of neighbours) while (list.length > 0) follow(start);
  return lines;
}
