import { fromRows, random } from "../../tensor";
import { joinEdges, voxelEdges } from "../brains/neighbours";
import { NO_REGION, REGIONS } from "../brains/planted-truth";
import { type SmoothBasis, smoothBasis } from "../brains/smooth-field";

/** A brain of few large voxels. Its regions lie where it is convenient and are no anatomy. */
export interface ToyBrain {
  readonly shape: readonly [number, number, number];
  readonly affine: ReturnType<typeof fromRows>;
  /** Places of the voxels inside, i fastest, ascending. */
  readonly inside: Int32Array;
  /** The place in `REGIONS` of each voxel inside; `NO_REGION` where nothing is planted. */
  readonly regions: Uint8Array;
  readonly basis: SmoothBasis;
}

const VOXEL_MM = 8;
const SHAPE = [17, 20, 15] as const;
/** Half axes of the brain, in mm, about the origin. */
const HALF_MM = [60, 72, 52];
/** Centres (right side; both sides are used but for language, which is left) and radii, in mm. */
const BALLS: readonly {
  region: string;
  centre: readonly [number, number, number];
  radius: number;
  side: "both" | "left";
}[] = [
  { region: "early visual", centre: [10, -58, 0], radius: 18, side: "both" },
  { region: "higher visual", centre: [36, -42, -6], radius: 17, side: "both" },
  { region: "auditory", centre: [46, -8, 4], radius: 15, side: "both" },
  { region: "anterior language", centre: [38, 32, 0], radius: 18, side: "left" },
  { region: "dorsal attention", centre: [26, -30, 34], radius: 17, side: "both" },
  { region: "default mode", centre: [6, 46, 20], radius: 19, side: "both" },
];
const BASIS_SEED = 17;

/** The names of its regions, in the order of their labels 1, 2 …; the label after the last is that of all other voxels. */
export const TOY_REGIONS = BALLS.map(({ region }) => region);

export function toyBrain(): ToyBrain {
  const centre = SHAPE.map((n) => (n - 1) / 2);
  const [inside, regions, voxels]: [number[], number[], number[]] = [[], [], []];
  for (let n = 0; n < SHAPE[0] * SHAPE[1] * SHAPE[2]; n++) {
    const ijk = [n % SHAPE[0], Math.floor(n / SHAPE[0]) % SHAPE[1], Math.floor(n / (SHAPE[0] * SHAPE[1]))];
    const mm = ijk.map((index, axis) => VOXEL_MM * (index - centre[axis]));
    if (Math.hypot(...mm.map((x, axis) => x / HALF_MM[axis])) > 1) continue;
    inside.push(n);
    voxels.push(...ijk);
    regions.push(regionAt(mm));
  }
  const basis = smoothBasis(
    joinEdges(inside.length, voxelEdges(Int32Array.from(voxels), 0)),
    random(BASIS_SEED),
  );
  const affine = fromRows(
    [0, 1, 2, 3].map((row) =>
      [0, 1, 2, 3].map((column) =>
        row === 3
          ? Number(column === 3)
          : column === 3
            ? -VOXEL_MM * centre[row]
            : row === column
              ? VOXEL_MM
              : 0,
      ),
    ),
  );
  return { shape: SHAPE, affine, inside: Int32Array.from(inside), regions: Uint8Array.from(regions), basis };
}

function regionAt([x, y, z]: readonly number[]): number {
  const ball = BALLS.find(({ centre: [cx, cy, cz], radius, side }) => {
    const across = side === "left" ? -x : Math.abs(x);
    return Math.hypot(across - cx, y - cy, z - cz) <= radius;
  });
  return ball === undefined ? NO_REGION : REGIONS.findIndex(({ name }) => name === ball.region);
}
