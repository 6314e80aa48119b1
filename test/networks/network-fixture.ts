import fs from "node:fs";
import path from "node:path";
import type { Surface } from "../../src/fmri";
import { type Atlas, CORTEX, hemisphereSpace, makeAtlas, selectFromSpace } from "../../src/networks";
import { fromRows, type Matrix } from "../../src/tensor";

type Sides<T> = { left: T; right: T };

/** What make_networks.py wrote. */
export const fixture: {
  threshold: number;
  spheres: Sides<number[][]>;
  wall: Sides<number[]>;
  labels: Sides<number[]>;
  maps: Sides<(number | null)[][]>;
  rotations: number[][];
  spins: Sides<number[][]>;
  rows: {
    map: number;
    sign: string;
    network: number;
    n_part: number;
    n_network: number;
    n_both: number;
    dice: number | null;
    overlap: number | null;
    p: number | null;
    q: number | null;
  }[];
  quantiles: [p: number, z: number][];
  fits: { target: number[]; source: number[]; white: number; smooth: number; squaredError: number }[];
  smoothing: { voxels: number[][]; voxelSizeMm: number[]; sdMm: number; noise: number[]; smoothed: number[] };
  connectivity: {
    bold: number[][][];
    predicted: number[][][];
    boldR: number[][];
    predictedR: number[][];
    r: number;
  };
} = JSON.parse(fs.readFileSync(path.join(__dirname, "..", "fixtures", "networks", "networks.json"), "utf8"));

export function surfaceOf(points: number[][], structure = ""): Surface {
  return { vertices: fromRows(points), triangles: new Int32Array(0), structure };
}

export const fixtureSpheres = {
  left: surfaceOf(fixture.spheres.left),
  right: surfaceOf(fixture.spheres.right),
};

/** Both hemispheres without their medial walls. */
export function fixtureAtlas(): Atlas {
  const [nLeft, nRight] = [fixture.spheres.left.length, fixture.spheres.right.length];
  const whole = hemisphereSpace(nLeft, nRight);
  const wall = new Set([...fixture.wall.left, ...fixture.wall.right.map((vertex) => nLeft + vertex)]);
  const kept = Int32Array.from({ length: nLeft + nRight }, (_, i) => i).filter((i) => !wall.has(i));
  const labels = [...fixture.labels.left, ...fixture.labels.right];
  const table = Array.from({ length: 5 }, (_, key) => ({
    key,
    name: `network ${key}`,
    rgba: [key / 5, 0, 1, 1] as const,
  }));
  const origin = { name: "five networks", licence: "none", citation: "none", background: [] };
  return makeAtlas(
    Int32Array.from(kept, (i) => labels[i]),
    table,
    selectFromSpace(whole, kept),
    origin,
  );
}

/** The maps at the atlas' positions. */
export function fixtureMaps(): Matrix<Float64Array> {
  const { parts } = fixtureAtlas().space;
  return fromRows(
    fixture.maps.left.map((_, map) =>
      parts.flatMap(({ structure, surface }) => {
        const values = fixture.maps[structure === CORTEX.left ? "left" : "right"][map];
        return Array.from(surface?.vertices ?? [], (vertex) => values[vertex] ?? Number.NaN);
      }),
    ),
  );
}
