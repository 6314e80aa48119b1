import { type Matrix, row } from "../tensor";

/** Courses that many neurons share, and how each neuron mixes them: X ≈ D A. */
export interface Atoms {
  /** How they were found: a sparse dictionary, principal or independent components. */
  method: "sparse" | "pca" | "ica";
  /** Sparsity λ of the codes; 0: they are least squares. */
  lambda: number;
  /** D [nTrs × nAtoms]: the atoms' courses, norm at most 1. */
  courses: Matrix<Float64Array>;
  /** A [nAtoms × nNeurons]: who carries each atom. */
  codes: Matrix<Float64Array>;
  /** 1 − ‖X − DA‖² / ‖X‖². */
  reconstructionR2: number;
  /** Share of codes that are not zero. */
  density: number;
  /** Atoms that no neuron carries (a row of zeros in A). */
  deadAtoms: number[];
}

/** Rows of A that are all 0. */
export function deadAtomsOf(codes: Matrix): number[] {
  const atoms = Array.from({ length: codes.shape[0] }, (_, k) => k);
  return atoms.filter((k) => row(codes, k).every((value) => value === 0));
}

/** Throws unless there are fewer atoms than TRs, and at least one. */
export function checkNAtoms(nAtoms: number, nTrs: number, where: string): void {
  if (Number.isInteger(nAtoms) && nAtoms >= 1 && nAtoms < nTrs) return;
  throw new Error(
    `${where}: invalid nAtoms: ${nAtoms}; expected an integer from 1 to ${nTrs - 1}, below the number of TRs. Ask for fewer atoms.`,
  );
}

/** Throws at the first value of X that is not finite. */
export function checkFinite(x: Matrix, where: string): void {
  const nNeurons = x.shape[1];
  for (let i = 0; i < x.data.length; i++) {
    if (Number.isFinite(x.data[i])) continue;
    throw new Error(
      `${where}: invalid value of X at row ${Math.floor(i / nNeurons)}, column ${i % nNeurons}: ${x.data[i]}; expected finite numbers. Drop that neuron or mend its course.`,
    );
  }
}
