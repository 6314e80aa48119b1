import { linearAlgebra, type Matrix, selectRows, transpose } from "../tensor";

/**
 * The courses of atoms in any TRs, seen or new: the least-squares regression of the neurons' courses on their codes,
 *
 *   C = U Aᵀ (A Aᵀ)⁻¹
 *
 * the same map for training and test TRs, so that no atom is learned from the TRs it is tested in.
 *
 * @param courses U [nTrs × nNeurons], scaled as for the dictionary (`unitColumns`).
 * @param codes A [nAtoms × nNeurons].
 * @returns C [nTrs × nLive], for the atoms that some neuron carries; `live` names them.
 * @throws when the codes of two atoms are proportional, so that their courses cannot be told apart.
 */
export function atomCourses(
  courses: Matrix<Float64Array>,
  codes: Matrix<Float64Array>,
): { courses: Matrix<Float64Array>; live: number[] } {
  const [nAtoms, nNeurons] = codes.shape;
  if (courses.shape[1] !== nNeurons) {
    throw new Error(
      `atomCourses: mismatched neurons: the courses have ${courses.shape[1]}, the codes ${nNeurons}; expected the same. Use the neurons that the dictionary was learned on.`,
    );
  }
  const live = Array.from({ length: nAtoms }, (_, k) => k).filter((k) =>
    codes.data.subarray(k * nNeurons, (k + 1) * nNeurons).some((value) => value !== 0),
  );
  const carried = selectRows(codes, live);
  const blas = linearAlgebra();
  const gram = blas.multiply(carried, carried, { transposeB: true }); // AAᵀ
  const products = blas.multiply(carried, courses, { transposeB: true }); // A Uᵀ [nLive × nTrs]
  return { courses: transpose(blas.solvePositiveDefinite(gram, products)), live };
}
