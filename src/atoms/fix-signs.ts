import { type Matrix, row } from "../tensor";

/**
 * Gives each atom the sign with which its neurons carry it on balance: (d, α) and (−d, −α) are one solution, so that
 * nothing about polarity may be said before one of them is chosen.
 *
 *   Σ_j A_kj ≥ 0; where the sum is 0, the largest |A_kj| is positive.
 *
 * @param courses D [nTrs × nAtoms]; changed in place.
 * @param codes A [nAtoms × nNeurons]; changed in place.
 */
export function fixSigns(
  courses: Matrix<Float64Array>,
  codes: Matrix<Float64Array>,
): { courses: Matrix<Float64Array>; codes: Matrix<Float64Array> } {
  const [nTrs, nAtoms] = courses.shape;
  for (let k = 0; k < nAtoms; k++) {
    const carried = row(codes, k);
    let sum = 0;
    let largest = 0;
    for (const value of carried) {
      sum += value;
      if (Math.abs(value) > Math.abs(largest)) largest = value;
    }
    if ((sum === 0 ? largest : sum) >= 0) continue;
    for (let j = 0; j < carried.length; j++) carried[j] = -carried[j];
    for (let t = 0; t < nTrs; t++) courses.data[t * nAtoms + k] = -courses.data[t * nAtoms + k];
  }
  return { courses, codes };
}
