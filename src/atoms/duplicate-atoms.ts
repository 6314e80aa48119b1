import { correlateColumns, type Matrix } from "../tensor";

/** Two atoms of one set that say the same, up to sign. */
export interface DuplicateAtoms {
  atom: number;
  other: number;
  /** Pearson's r of their courses. */
  r: number;
}

/**
 * Pairs of atoms whose courses [nTrs × nAtoms] correlate with |r| ≥ minCorrelation, strongest first. They share a course between them,
 * so that neither's weight in an encoding model means anything by itself. Dead atoms have no r and are in no pair.
 */
export function duplicateAtoms(courses: Matrix, options: { minCorrelation: number }): DuplicateAtoms[] {
  const r = correlateColumns(courses, courses);
  const nAtoms = courses.shape[1];
  const pairs: DuplicateAtoms[] = [];
  for (let atom = 0; atom < nAtoms; atom++) {
    for (let other = atom + 1; other < nAtoms; other++) {
      const value = r.data[atom * nAtoms + other];
      if (Math.abs(value) >= options.minCorrelation) pairs.push({ atom, other, r: value });
    }
  }
  return pairs.sort((a, b) => Math.abs(b.r) - Math.abs(a.r));
}
