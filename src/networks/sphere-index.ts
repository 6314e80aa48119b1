import type { Matrix } from "../tensor";

/**
 * For every direction the few points of a sphere that can be nearest to it: the sphere is projected onto a cube whose
 * faces are divided into `nSide` × `nSide` cells, and each cell knows its candidates.
 */
export interface SphereIndex {
  /** Points on the unit sphere, [3 · nPoints]. */
  readonly points: Float64Array;
  readonly nSide: number;
  /** Where each cell's candidates start; one more than there are cells. */
  readonly starts: Int32Array;
  readonly candidates: Int32Array;
}

/** With two to eight cells a point, nearly all cells have few candidates, and the index is still made in a moment. */
const CELLS_PER_POINT = 2;

/**
 * Indexes points of a sphere about the origin, [nPoints × 3]; their distances from it are set to 1. Exact: a cell's candidates
 * are all points that lie no further from its centre than the nearest does plus the cell's diameter.
 * Throws for a point at the origin or without a number.
 */
export function indexSphere(sphere: Matrix): SphereIndex {
  const points = unitPoints(sphere);
  const nPoints = sphere.shape[0];
  let depth = 0;
  while (6 * 4 ** depth < CELLS_PER_POINT * nPoints) depth++;
  const nSide = 2 ** depth;
  const lists = new Array<Int32Array>(6 * nSide * nSide);
  const all = Int32Array.from({ length: nPoints }, (_, i) => i);
  for (let face = 0; face < 6; face++) divide(face, 0, 0, nSide, all);
  const starts = new Int32Array(lists.length + 1);
  lists.forEach((list, cell) => {
    starts[cell + 1] = starts[cell] + list.length;
  });
  const candidates = new Int32Array(starts[lists.length]);
  lists.forEach((list, cell) => candidates.set(list, starts[cell]));
  return { points, nSide, starts, candidates };

  /** A square of `width` cells: its points are among those of the square that it is a quarter of. */
  function divide(face: number, row: number, column: number, width: number, among: Int32Array): void {
    const kept = candidatesOf(points, among, squareOf(face, row, column, width, nSide));
    if (width === 1) {
      lists[(face * nSide + row) * nSide + column] = kept;
      return;
    }
    const half = width / 2;
    for (const down of [0, half]) {
      for (const across of [0, half]) divide(face, row + down, column + across, half, kept);
    }
  }
}

/**
 * The nearest point of the index to each of some directions turned by a rotation: nearest(R d_i), the lowest number where two are
 * equally near; points closer to each other than 1e-7 of the radius are not told apart. `directions` [3 · n] of any length above 0; `rotation` row by row; written to `out` [n].
 */
export function nearestOfRotated(
  index: SphereIndex,
  directions: Float64Array,
  rotation: ArrayLike<number>,
  out: Uint16Array | Int32Array,
): void {
  const { points, nSide, starts, candidates } = index;
  const [a, b, c, d, e, f, g, h, i] = Array.from(rotation);
  const half = nSide / 2;
  const last = nSide - 1;
  for (let n = 0; n < out.length; n++) {
    const px = directions[3 * n];
    const py = directions[3 * n + 1];
    const pz = directions[3 * n + 2];
    const x = a * px + b * py + c * pz;
    const y = d * px + e * py + f * pz;
    const z = g * px + h * py + i * pz;
    // The face is that of the longest component; `faceOf` says the same in words.
    const ax = Math.abs(x);
    const ay = Math.abs(y);
    const az = Math.abs(z);
    let face: number;
    let u: number;
    let v: number;
    if (ax >= ay && ax >= az) {
      face = x > 0 ? 0 : 1;
      u = y / ax;
      v = z / ax;
    } else if (ay >= az) {
      face = y > 0 ? 2 : 3;
      u = x / ay;
      v = z / ay;
    } else {
      face = z > 0 ? 4 : 5;
      u = x / az;
      v = y / az;
    }
    const row = Math.min(last, ((u + 1) * half) | 0);
    const column = Math.min(last, ((v + 1) * half) | 0);
    const cell = (face * nSide + row) * nSide + column;
    const end = starts[cell + 1];
    let nearest = candidates[starts[cell]];
    let closest = -2;
    for (let k = starts[cell]; k < end; k++) {
      const j = 3 * candidates[k];
      const cosine = x * points[j] + y * points[j + 1] + z * points[j + 2];
      if (cosine > closest) {
        closest = cosine;
        nearest = candidates[k];
      }
    }
    out[n] = nearest;
  }
}

/** Points brought to distance 1 from the origin, [3 · nPoints]. */
export function unitPoints({ data, shape: [nPoints, nColumns] }: Matrix): Float64Array {
  if (nPoints === 0 || nColumns !== 3) {
    throw new Error(
      `indexSphere: invalid points: [${nPoints} × ${nColumns}]; expected at least one row of x, y and z. Pass the vertices of a spherical surface.`,
    );
  }
  const out = new Float64Array(3 * nPoints);
  for (let i = 0; i < nPoints; i++) {
    const length = Math.hypot(data[3 * i], data[3 * i + 1], data[3 * i + 2]);
    if (!(length > 0 && Number.isFinite(length))) {
      throw new Error(
        `indexSphere: invalid point ${i}: ${Array.from(data.subarray(3 * i, 3 * i + 3)).join(", ")}; expected a place on a sphere about 0, 0, 0. Pass a spherical surface.`,
      );
    }
    for (let axis = 0; axis < 3; axis++) out[3 * i + axis] = data[3 * i + axis] / length;
  }
  return out;
}

interface Square {
  centre: readonly [number, number, number];
  /** From the centre to the furthest corner, along the chord. */
  radius: number;
}

function squareOf(face: number, row: number, column: number, width: number, nSide: number): Square {
  const place = (k: number) => (2 * k) / nSide - 1;
  const at = (r: number, c: number) => onSphere(face, place(r), place(c));
  const centre = at(row + width / 2, column + width / 2);
  const corners = [0, width].flatMap((down) => [0, width].map((across) => at(row + down, column + across)));
  const radius = Math.max(
    ...corners.map((corner) => Math.hypot(...corner.map((x, axis) => x - centre[axis]))),
  );
  // Rounding must not lose a candidate.
  return { centre, radius: radius + 1e-12 };
}

/** The direction of a place on a face of the cube, u and v from −1 to 1. */
function onSphere(face: number, u: number, v: number): [number, number, number] {
  const sign = face % 2 === 0 ? 1 : -1;
  const length = Math.hypot(1, u, v);
  const [s, p, q] = [sign / length, u / length, v / length];
  if (face < 2) return [s, p, q];
  return face < 4 ? [p, s, q] : [p, q, s];
}

function candidatesOf(points: Float64Array, among: Int32Array, { centre, radius }: Square): Int32Array {
  const [x, y, z] = centre;
  const distances = new Float64Array(among.length);
  let nearest = Number.POSITIVE_INFINITY;
  for (let k = 0; k < among.length; k++) {
    const j = 3 * among[k];
    const distance = Math.sqrt((points[j] - x) ** 2 + (points[j + 1] - y) ** 2 + (points[j + 2] - z) ** 2);
    distances[k] = distance;
    if (distance < nearest) nearest = distance;
  }
  const furthest = nearest + 2 * radius;
  return among.filter((_, k) => distances[k] <= furthest);
}
