import { column, type Matrix, matrix } from "../tensor";

/** One subject's BOLD in a run: unfiltered, in the scanner's units. */
export interface SubjectBold {
  readonly id: string;
  /** [nTrs × nVoxels]. A column is NaN throughout when any of its TRs is missing or when it never changes. */
  readonly bold: Matrix<Float64Array>;
  /** How many columns of `bold` are NaN. */
  readonly nMissing: number;
}

/**
 * One run that every subject of a group had, with the same stimulus on the same TRs. Every reader of a data set gives
 * this; where voxels were averaged in regions of interest, a region stands for a voxel.
 */
export interface GroupRun {
  readonly subjects: readonly SubjectBold[];
  /** Names of the columns. */
  readonly roiNames: readonly string[];
  readonly trSec: number;
  /** Scan time at the start of row 0: a stimulus at this time falls on row 0. */
  readonly startSec: number;
  /** Subjects without a usable column, and why. */
  readonly leftOut: readonly { readonly id: string; readonly reason: string }[];
}

/**
 * Marks what cannot be used: a column with a NaN or with one value throughout becomes NaN and is counted. A subject without
 * any usable column comes back as the reason to leave it out.
 */
export function markMissing(
  id: string,
  bold: Matrix<Float64Array>,
): SubjectBold | { id: string; reason: string } {
  const [nTrs, nVoxels] = bold.shape;
  const data = Float64Array.from(bold.data);
  let nWithGaps = 0;
  let nConstant = 0;
  for (let j = 0; j < nVoxels; j++) {
    const values = column(bold, j);
    const hasGaps = values.some(Number.isNaN);
    const isConstant = !hasGaps && values.every((value) => value === values[0]);
    if (!hasGaps && !isConstant) continue;
    if (hasGaps) nWithGaps++;
    else nConstant++;
    for (let i = 0; i < nTrs; i++) data[i * nVoxels + j] = Number.NaN;
  }
  const nMissing = nWithGaps + nConstant;
  if (nMissing < nVoxels) return { id, bold: matrix(data, bold.shape), nMissing };
  const reasons = [
    nConstant > 0 ? `${nConstant} of ${nVoxels} columns never change` : "",
    nWithGaps > 0 ? `${nWithGaps} of ${nVoxels} columns have missing TRs` : "",
  ];
  return { id, reason: reasons.filter((reason) => reason !== "").join(", ") };
}
