import type { Matrix } from "../tensor";

/** Two atoms, the smaller number first. */
export type AtomPair = readonly [k: number, m: number];

/** Every pair of atoms, row by row of the upper triangle. */
export function atomPairs(nAtoms: number): AtomPair[] {
  return Array.from({ length: nAtoms }, (_, k) =>
    Array.from({ length: nAtoms - k - 1 }, (_, i): AtomPair => [k, k + 1 + i]),
  ).flat();
}

/** A value for every pair, in the order of `atomPairs`: the upper triangle of a matrix [nAtoms × nAtoms]. */
export function pairValues({ data, shape: [nAtoms, nColumns] }: Matrix): Float64Array {
  if (nAtoms !== nColumns) {
    throw new Error(
      `pairValues: invalid shape: [${nAtoms} × ${nColumns}]; expected as many rows as columns. Pass a matrix of atoms by atoms.`,
    );
  }
  return Float64Array.from(atomPairs(nAtoms), ([k, m]) => data[k * nAtoms + m]);
}
