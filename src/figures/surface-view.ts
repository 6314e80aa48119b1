import type { CorticalSurfaces, Hemisphere } from "../networks";

/** One drawing of a hemisphere: where it stands in the figure and how it is turned. */
export interface SurfaceView {
  readonly hemisphere: Hemisphere;
  readonly name: string;
  /** From 0, left to right and top to bottom. */
  readonly column: number;
  readonly row: number;
  /** From the mesh's x, y, z to the page: rightwards, upwards, towards the reader. */
  readonly onPage: (x: number, y: number, z: number) => readonly [right: number, up: number, near: number];
}

type Turn = SurfaceView["onPage"];

// Surfaces have x to the right of the body, y to the front and z upwards.
const fromLeft: Turn = (x, y, z) => [-y, z, -x];
const fromRight: Turn = (x, y, z) => [y, z, x];
const fromAbove: Turn = (x, y, z) => [x, y, z];

/**
 * The views of a figure: both hemispheres, the left one on the left; from outside above and from between the hemispheres below. Flat
 * maps have one view each.
 */
export function surfaceViews({ shape }: Pick<CorticalSurfaces, "shape">): SurfaceView[] {
  const view = (hemisphere: Hemisphere, side: string, row: number, onPage: Turn): SurfaceView => ({
    hemisphere,
    name: side === "" ? hemisphere : `${hemisphere}, ${side}`,
    column: hemisphere === "left" ? 0 : 1,
    row,
    onPage,
  });
  if (shape === "flat") return [view("left", "", 0, fromAbove), view("right", "", 0, fromAbove)];
  return [
    view("left", "lateral", 0, fromLeft),
    view("right", "lateral", 0, fromRight),
    view("left", "medial", 1, fromRight),
    view("right", "medial", 1, fromLeft),
  ];
}

/** Space between views, as a share of their size; between rows it holds a name. */
const GAP = { across: 0.04, down: 0.12 };

/** Vertices of all views on one page, in millimetres: X rightwards, Y away from the reader, Z upwards; the middle at 0. */
export interface PlacedViews {
  /** [3 · nVertices] a view. */
  readonly places: readonly Float64Array[];
  readonly widthMm: number;
  readonly heightMm: number;
}

/** Sets the views side by side and below each other, each in a cell as large as the largest needs. */
export function placeViews(surfaces: CorticalSurfaces, views: readonly SurfaceView[]): PlacedViews {
  const turned = views.map(({ hemisphere, onPage }) => {
    const { vertices, triangles } = surfaces[hemisphere];
    const out = new Float64Array(vertices.data.length);
    for (let v = 0; v < vertices.shape[0]; v++) {
      const [right, up, near] = onPage(
        ...(vertices.data.subarray(3 * v, 3 * v + 3) as unknown as [number, number, number]),
      );
      out.set([right, -near, up], 3 * v);
    }
    return { places: out, box: boxOf(out, triangles) };
  });
  const [cellWidth, , cellHeight] = [0, 1, 2].map((axis) =>
    Math.max(...turned.map(({ box }) => box.high[axis] - box.low[axis])),
  );
  const nColumns = 1 + Math.max(...views.map(({ column }) => column));
  const nRows = 1 + Math.max(...views.map(({ row }) => row));
  const [stepX, stepZ] = [cellWidth * (1 + GAP.across), cellHeight * (1 + GAP.down)];
  turned.forEach(({ places, box }, i) => {
    const { column, row } = views[i];
    const middle = [0, 1, 2].map((axis) => (box.high[axis] + box.low[axis]) / 2);
    const to = [(column - (nColumns - 1) / 2) * stepX, 0, ((nRows - 1) / 2 - row) * stepZ];
    for (let k = 0; k < places.length; k++) places[k] += to[k % 3] - middle[k % 3];
  });
  return { places: turned.map(({ places }) => places), widthMm: nColumns * stepX, heightMm: nRows * stepZ };
}

/** The extent of the vertices that a triangle has: a flat map leaves the others where they fall. */
function boxOf(places: Float64Array, triangles: Int32Array): { low: number[]; high: number[] } {
  const low = [0, 1, 2].map(() => Number.POSITIVE_INFINITY);
  const high = [0, 1, 2].map(() => Number.NEGATIVE_INFINITY);
  for (const vertex of triangles) {
    for (let axis = 0; axis < 3; axis++) {
      const value = places[3 * vertex + axis];
      if (value < low[axis]) low[axis] = value;
      if (value > high[axis]) high[axis] = value;
    }
  }
  return { low, high };
}

/**
 * The triangles of a closed mesh whose outside faces the reader: the others are hidden behind them, and would make up half of a figure. A
 * flat map, which is open, is seen whole.
 */
export function facingTriangles(places: Float64Array, triangles: Int32Array): Int32Array {
  const areas = new Float64Array(triangles.length / 3);
  let volume = 0;
  for (let t = 0; t < areas.length; t++) {
    const [a, b, c] = [3 * triangles[3 * t], 3 * triangles[3 * t + 1], 3 * triangles[3 * t + 2]];
    const [ux, uy, uz] = [
      places[b] - places[a],
      places[b + 1] - places[a + 1],
      places[b + 2] - places[a + 2],
    ];
    const [vx, vy, vz] = [
      places[c] - places[a],
      places[c + 1] - places[a + 1],
      places[c + 2] - places[a + 2],
    ];
    const [nx, ny, nz] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    // Y points away from the reader.
    areas[t] = -ny;
    volume += places[a] * nx + places[a + 1] * ny + places[a + 2] * nz;
  }
  // Some programs count the corners of a triangle the other way round.
  const outside = volume < 0 ? -1 : 1;
  return triangles.filter((_, k) => areas[Math.floor(k / 3)] * outside > 0);
}
