import type { Random } from "../../tensor";
import type { Neighbours } from "./neighbours";

/**
 * A basis of smooth fields: nodes strewn over the brain, and for each position the nodes near it with weights of unit length. Independent
 * normal numbers at the nodes give a field of variance 1 that is smooth over about three steps of the mesh (some 6 mm in standard
 * deviation): f_i = Σ_k weights[k] · node[nodes[k]] over k = starts[i] … starts[i + 1] − 1.
 */
export interface SmoothBasis {
  readonly nNodes: number;
  readonly starts: Int32Array;
  readonly nodes: Int32Array;
  readonly weights: Float32Array;
}

/** Standard deviation of a node's Gaussian, its reach, and the least distance of nodes, in steps from neighbour to neighbour. */
const WIDTH_STEPS = 3;
const REACH_STEPS = 6;
const NODE_STEPS = 4;

/** Strews nodes in random order, none within four steps of another, so that every position is near one. */
export function smoothBasis(neighbours: Neighbours, numbers: Random): SmoothBasis {
  const nPositions = neighbours.starts.length - 1;
  const isTaken = new Uint8Array(nPositions);
  const near: { node: number; weight: number }[][] = Array.from({ length: nPositions }, () => []);
  let nNodes = 0;
  for (const centre of numbers.shuffle(Int32Array.from({ length: nPositions }, (_, i) => i))) {
    if (isTaken[centre] === 1) continue;
    const node = nNodes++;
    for (const { position, steps } of around(neighbours, centre, REACH_STEPS)) {
      if (steps < NODE_STEPS) isTaken[position] = 1;
      near[position].push({ node, weight: Math.exp(-0.5 * (steps / WIDTH_STEPS) ** 2) });
    }
  }
  return joinBasis(near, nNodes);
}

/** The basis at some positions, with the nodes that they need. */
export function selectBasis(basis: SmoothBasis, positions: Int32Array): SmoothBasis {
  const places = new Map<number, number>();
  const near = Array.from(positions, (position) => {
    const list: { node: number; weight: number }[] = [];
    for (let k = basis.starts[position]; k < basis.starts[position + 1]; k++) {
      const node = places.get(basis.nodes[k]) ?? places.size;
      places.set(basis.nodes[k], node);
      list.push({ node, weight: basis.weights[k] });
    }
    return list;
  });
  return joinBasis(near, places.size);
}

/** The field at one position, of numbers at the nodes. */
export function fieldAt(basis: SmoothBasis, position: number, nodeValues: ArrayLike<number>): number {
  let sum = 0;
  for (let k = basis.starts[position]; k < basis.starts[position + 1]; k++) {
    sum += basis.weights[k] * nodeValues[basis.nodes[k]];
  }
  return sum;
}

function joinBasis(
  near: readonly (readonly { node: number; weight: number }[])[],
  nNodes: number,
): SmoothBasis {
  const starts = new Int32Array(near.length + 1);
  near.forEach((list, i) => {
    starts[i + 1] = starts[i] + list.length;
  });
  const nodes = new Int32Array(starts[near.length]);
  const weights = new Float32Array(starts[near.length]);
  near.forEach((list, i) => {
    const length = Math.hypot(...list.map(({ weight }) => weight));
    list.forEach(({ node, weight }, k) => {
      nodes[starts[i] + k] = node;
      weights[starts[i] + k] = weight / length;
    });
  });
  return { nNodes, starts, nodes, weights };
}

/** Positions within some steps of a centre, nearest first. */
function around(
  { starts, others }: Neighbours,
  centre: number,
  reach: number,
): { position: number; steps: number }[] {
  const found = [{ position: centre, steps: 0 }];
  const seen = new Set([centre]);
  for (let at = 0; at < found.length && found[at].steps < reach; at++) {
    const { position, steps } = found[at];
    for (let e = starts[position]; e < starts[position + 1]; e++) {
      if (seen.has(others[e])) continue;
      seen.add(others[e]);
      found.push({ position: others[e], steps: steps + 1 });
    }
  }
  return found;
}
