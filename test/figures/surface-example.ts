import { type Figure, surfaceMap, volumeMap } from "../../src/figures";
import {
  type Atlas,
  type CorticalSurfaces,
  hemisphereSpace,
  makeAtlas,
  selectFromSpace,
} from "../../src/networks";
import { fromRows } from "../../src/tensor";
import { ballVolumes } from "./slice-mosaic-example";

const GOLDEN = (1 + Math.sqrt(5)) / 2;
const CORNERS = [
  ...[-1, 1].flatMap((a) => [-1, 1].map((b) => [0, a, b * GOLDEN])),
  ...[-1, 1].flatMap((a) => [-1, 1].map((b) => [a, b * GOLDEN, 0])),
  ...[-1, 1].flatMap((a) => [-1, 1].map((b) => [b * GOLDEN, 0, a])),
];
const EDGE = 2;

/** Triangles of an icosahedron, corners counted so that their outside is outside. */
function faces(points: number[][]): Int32Array {
  const near = (a: number[], b: number[]) => Math.abs(Math.hypot(...a.map((x, i) => x - b[i])) - EDGE) < 1e-9;
  const found: number[] = [];
  points.forEach((a, i) => {
    points.forEach((b, j) => {
      points.forEach((c, k) => {
        if (!(i < j && j < k && near(a, b) && near(b, c) && near(a, c))) return;
        const volume =
          a[0] * (b[1] * c[2] - b[2] * c[1]) -
          a[1] * (b[0] * c[2] - b[2] * c[0]) +
          a[2] * (b[0] * c[1] - b[1] * c[0]);
        found.push(...(volume > 0 ? [i, j, k] : [i, k, j]));
      });
    });
  });
  return Int32Array.from(found);
}

/** Two icosahedra for hemispheres. */
export const tinySurfaces: CorticalSurfaces = {
  name: "two icosahedra",
  shape: "inflated",
  left: { vertices: fromRows(CORNERS), triangles: faces(CORNERS), structure: "CortexLeft" },
  right: { vertices: fromRows(CORNERS), triangles: faces(CORNERS), structure: "CortexRight" },
  licence: "none",
  citation: "none",
};

const origin = { licence: "none", citation: "none", background: [] };
const rgba = [0, 0, 0, 1] as const;

/** The medial wall is vertex 0 of the left and vertex 11 of the right; upper and lower half are networks, x > 0 a parcel. */
export function tinyAtlases(): { networks: Atlas; parcels: Atlas } {
  const kept = Int32Array.from({ length: 24 }, (_, i) => i).filter((i) => i !== 0 && i !== 23);
  const space = selectFromSpace(hemisphereSpace(12, 12), kept);
  const labels = (test: (point: number[]) => boolean) =>
    Int32Array.from(kept, (i) => (test(CORNERS[i % 12]) ? 1 : 2));
  const table = (names: string[]) => names.map((name, i) => ({ key: i + 1, name, rgba }));
  return {
    networks: makeAtlas(
      labels(([, , z]) => z > 0),
      table(["upper", "lower <b>"]),
      space,
      { name: "halves", ...origin },
    ),
    parcels: makeAtlas(
      labels(([x]) => x > 0),
      table(["L_1_ROI", "L_2_ROI"]),
      space,
      { name: "parcels", ...origin },
    ),
  };
}

/** A value at each position, one of them missing. */
export function tinyValues(): Float64Array {
  return Float64Array.from({ length: 22 }, (_, i) => (i === 5 ? Number.NaN : (i - 8) / 40));
}

export function exampleSurface(): Figure {
  const { networks, parcels } = tinyAtlases();
  return surfaceMap(tinyValues(), networks, {
    surfaces: tinySurfaces,
    parcels,
    title: "Atom 3",
    valueTitle: "r",
  });
}

/** The voxels of the ball as an atlas of one network, with the image as template. */
export function ballAtlas() {
  const { image } = ballVolumes();
  const [nx, ny, nz] = image.header.shape;
  const whole = {
    nPositions: nx * ny * nz,
    parts: [
      {
        structure: "volume",
        offset: 0,
        nPositions: nx * ny * nz,
        surface: null,
        voxels: indices(nx, ny, nz),
      },
    ],
    volume: { shape: [nx, ny, nz] as const, affine: image.header.affine },
  };
  const labels = new Int32Array(whole.nPositions).fill(1);
  const atlas = makeAtlas(labels, [{ key: 1, name: "ball", rgba }], whole, { name: "ball", ...origin });
  return { atlas, template: { header: image.header, values: image.values.map((value) => value || 0) } };
}

function indices(nx: number, ny: number, nz: number): Int32Array {
  return Int32Array.from({ length: 3 * nx * ny * nz }, (_, k) => {
    const voxel = Math.floor(k / 3);
    return [voxel % nx, Math.floor(voxel / nx) % ny, Math.floor(voxel / (nx * ny))][k % 3];
  });
}

export function exampleVolume(): Figure {
  const { atlas, template } = ballAtlas();
  const values = Float64Array.from({ length: atlas.space.nPositions }, (_, i) => Math.sin(i / 5));
  return volumeMap(values, atlas, { threshold: 0.5, nSlices: 3, template, title: "Atom 3", valueTitle: "z" });
}
