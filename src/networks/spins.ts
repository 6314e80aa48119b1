import type { Surface } from "../fmri";
import { type Progress, throwIfAborted, yieldToEventLoop } from "../store";
import { type Matrix, row } from "../tensor";
import { mirrorRotation } from "./rotations";
import { indexSphere, nearestOfRotated, type SphereIndex, unitPoints } from "./sphere-index";

/** Where random rotations carry the vertices of both hemispheres. */
export interface Spins {
  readonly nRotations: number;
  /** [nRotations × 9], as they turned the left hemisphere; the right one turned as in a mirror. */
  readonly rotations: Matrix;
  /** The vertex on which vertex i comes to lie in rotation r: `left.vertices[r · left.nVertices + i]`. */
  readonly left: SpunHemisphere;
  readonly right: SpunHemisphere;
}

/** One hemisphere under all rotations: the vertex that each comes nearest to, [nRotations × nVertices], from `spinVertices`. */
export interface SpunHemisphere {
  readonly nVertices: number;
  readonly vertices: Uint16Array | Int32Array;
}

/** Rotations after which the event loop is served: some tens of milliseconds. */
const ROTATIONS_A_TURN = 8;

/**
 * Turns the spheres of both hemispheres and finds for each vertex the one vertex that it comes nearest to, its neighbour there:
 * left i → argmin_j ‖R p_i − p_j‖, right the same with R mirrored at x = 0, so that both hemispheres move alike. It is computed
 * once and serves all maps and networks. All vertices turn, those of the medial wall too: who counts is decided by the map.
 *
 * `spheres`: meshes of the data's vertices, about 0, 0, 0; lengths are brought to 1. `rotations` as from `randomRotations`.
 * Memory: two bytes a vertex and rotation below 65,536 vertices, else four; half of it where the right sphere is the left one's mirror
 * image, as the HCP's is. Throws AbortError when the signal asks for it. Source: Alexander-Bloch et al. (2018), NeuroImage 178,
 * 540–551, doi:10.1016/j.neuroimage.2018.05.070.
 */
export async function spinVertices(
  spheres: { readonly left: Surface; readonly right: Surface },
  rotations: Matrix,
  options: { onProgress?: Progress; signal?: AbortSignal } = {},
): Promise<Spins> {
  const [nRotations, nColumns] = rotations.shape;
  if (nColumns !== 9) {
    throw new Error(
      `spinVertices: invalid rotations: [${nRotations} × ${nColumns}]; expected nine columns. Make them with randomRotations.`,
    );
  }
  const [leftPoints, rightPoints] = [unitPoints(spheres.left.vertices), unitPoints(spheres.right.vertices)];
  const isMirrored =
    leftPoints.length === rightPoints.length &&
    leftPoints.every((value, i) => rightPoints[i] === (i % 3 === 0 ? -value : value));
  const left = await spin(indexSphere(spheres.left.vertices), leftPoints, (rotation) => rotation);
  const right = isMirrored
    ? left
    : await spin(indexSphere(spheres.right.vertices), rightPoints, mirrorRotation);
  return { nRotations, rotations, left, right };

  async function spin(
    index: SphereIndex,
    points: Float64Array,
    turn: (rotation: Float64Array) => Float64Array,
  ): Promise<SpunHemisphere> {
    const nVertices = points.length / 3;
    const length = nRotations * nVertices;
    const vertices = nVertices <= 65536 ? new Uint16Array(length) : new Int32Array(length);
    for (let r = 0; r < nRotations; r++) {
      if (r % ROTATIONS_A_TURN === 0) {
        throwIfAborted(options.signal, "spinVertices");
        options.onProgress?.(r, nRotations, "rotations of the sphere");
        await yieldToEventLoop();
      }
      const out = vertices.subarray(r * nVertices, (r + 1) * nVertices);
      nearestOfRotated(index, points, turn(Float64Array.from(row(rotations, r))), out);
    }
    options.onProgress?.(nRotations, nRotations, "rotations of the sphere");
    return { nVertices, vertices };
  }
}
