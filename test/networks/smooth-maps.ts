import type { Surface } from "../../src/fmri";
import { type Atlas, CORTEX, hemisphereSpace, makeAtlas, selectFromSpace } from "../../src/networks";
import { unitPoints } from "../../src/networks/sphere-index";
import { boxVoxels, noiseSmoother } from "../../src/networks/voxel-box";
import { fromRows, type Matrix, matrix, random, row, zeros } from "../../src/tensor";

const origin = { licence: "none", citation: "none", background: [] };

/** A ball of 2 mm voxels in a grid, cut into four networks by planes. */
export function ballAtlas(radius: number): { atlas: Atlas; affine: Matrix<Float64Array> } {
  const affine = fromRows([
    [2, 0, 0, 0],
    [0, 2, 0, 0],
    [0, 0, 2, 0],
    [0, 0, 0, 1],
  ]);
  const voxels: number[] = [];
  const labels: number[] = [];
  const side = 2 * radius + 1;
  for (let k = 0; k < side; k++) {
    for (let j = 0; j < side; j++) {
      for (let i = 0; i < side; i++) {
        const [x, y, z] = [i - radius, j - radius, k - radius];
        if (x * x + y * y + z * z > radius * radius) continue;
        voxels.push(i, j, k);
        labels.push((x > 0 ? 1 : 0) + (y > 0.3 * z ? 2 : 0));
      }
    }
  }
  const space = {
    nPositions: labels.length,
    parts: [
      {
        structure: "volume",
        offset: 0,
        nPositions: labels.length,
        surface: null,
        voxels: Int32Array.from(voxels),
      },
    ],
    volume: { shape: [side, side, side] as const, affine },
  };
  const table = [0, 1, 2, 3].map((key) => ({ key, name: `network ${key}`, rgba: [0, 0, 0, 1] as const }));
  return { atlas: makeAtlas(Int32Array.from(labels), table, space, { name: "ball", ...origin }), affine };
}

/** Gaussian noise smoothed within the voxels, of variance 1. */
export function smoothVolumeMaps(
  atlas: Atlas,
  { nMaps, sdMm, seed }: { nMaps: number; sdMm: number; seed: number },
): Matrix<Float64Array> {
  const draw = random(seed);
  const voxels = atlas.space.parts[0].voxels ?? new Int32Array(0);
  const box = boxVoxels(voxels, atlas.space.volume?.affine ?? zeros([4, 4]));
  const smoother = noiseSmoother(box, sdMm);
  const maps = zeros([nMaps, atlas.space.nPositions]);
  for (let map = 0; map < nMaps; map++) {
    row(maps, map).set(smoother(Float64Array.from(box.places, () => draw.normal())));
  }
  return maps;
}

/** Two mirror-image spheres of evenly spread vertices, with a medial wall and seven networks. */
export function sphereAtlas(nVertices: number): { atlas: Atlas; spheres: { left: Surface; right: Surface } } {
  const points = Array.from({ length: nVertices }, (_, i) => {
    const z = 1 - (2 * i + 1) / nVertices;
    const azimuth = Math.PI * (1 + Math.sqrt(5)) * i;
    const width = Math.sqrt(1 - z * z);
    return [width * Math.cos(azimuth), width * Math.sin(azimuth), z];
  });
  const surface = (rows: number[][]) => ({
    vertices: fromRows(rows),
    triangles: new Int32Array(0),
    structure: "",
  });
  const spheres = { left: surface(points), right: surface(points.map(([x, y, z]) => [-x, y, z])) };
  // The medial wall of the HCP's mesh is 9 % of it; so is this cap.
  const offWall = points.flatMap(([x], i) => (x > 0.82 ? [] : [i]));
  const kept = Int32Array.from([...offWall, ...offWall.map((i) => nVertices + i)]);
  const space = selectFromSpace(hemisphereSpace(nVertices, nVertices), kept);
  // Seven networks of several patches each, alike on both sides, as networks are.
  const draw = random(11);
  const seeds = Array.from({ length: 42 }, () => [draw.normal(), draw.normal(), draw.normal()]);
  const lengths = seeds.map((seed) => Math.hypot(...seed));
  const networkOf = points.map((point) => {
    const cosines = seeds.map(
      (seed, k) => (seed[0] * point[0] + seed[1] * point[1] + seed[2] * point[2]) / lengths[k],
    );
    return cosines.indexOf(Math.max(...cosines)) % 7;
  });
  const labels = Int32Array.from(kept, (i) => networkOf[i % nVertices]);
  const table = Array.from({ length: 7 }, (_, key) => ({
    key,
    name: `network ${key}`,
    rgba: [0, 0, 0, 1] as const,
  }));
  return { atlas: makeAtlas(labels, table, space, { name: "sphere", ...origin }), spheres };
}

/** Random maps of equal smoothness everywhere on the sphere: bumps at random places of random height, of variance 1. */
export function smoothSphereMaps(
  { atlas, spheres }: ReturnType<typeof sphereAtlas>,
  { nMaps, nBumps, sharpness, seed }: { nMaps: number; nBumps: number; sharpness: number; seed: number },
): Matrix<Float64Array> {
  const draw = random(seed);
  const maps = zeros([nMaps, atlas.space.nPositions]);
  const points = { left: unitPoints(spheres.left.vertices), right: unitPoints(spheres.right.vertices) };
  for (let map = 0; map < nMaps; map++) {
    const values = row(maps, map);
    for (const { structure, offset, surface } of atlas.space.parts) {
      const own = points[structure === CORTEX.left ? "left" : "right"];
      for (let bump = 0; bump < nBumps; bump++) {
        const [x, y, z, height] = [draw.normal(), draw.normal(), draw.normal(), draw.normal()];
        const length = Math.hypot(x, y, z);
        surface?.vertices.forEach((vertex, i) => {
          const cosine = (own[3 * vertex] * x + own[3 * vertex + 1] * y + own[3 * vertex + 2] * z) / length;
          values[offset + i] += height * Math.exp(sharpness * (cosine - 1));
        });
      }
    }
    const sd = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    for (let i = 0; i < values.length; i++) values[i] /= sd;
  }
  return maps;
}

/** The maps with the values of each shuffled: as a naive permutation of vertices would have them. */
export function shuffledMaps(maps: Matrix, seed: number): Matrix<Float64Array> {
  const draw = random(seed);
  const out = matrix(Float64Array.from(maps.data), maps.shape);
  for (let map = 0; map < maps.shape[0]; map++) draw.shuffle(row(out, map));
  return out;
}
