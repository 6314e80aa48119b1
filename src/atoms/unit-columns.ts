import { type Matrix, zeros } from "../tensor";

/**
 * Neurons' courses as a dictionary is learned on: zero mean and unit norm over the TRs that count.
 *
 *   u_tj = (x_tj − mean_j) / (√n · sd_j), mean and sd over the n TRs of `rows`; 0 in TRs that do not count
 *
 * @param courses [nTrs × nNeurons], no NaN in the rows that count.
 * @param options.rows the TRs from which mean and norm are taken.
 * @param options.counted the TRs that are filled (all others are 0); `rows` by default. With a dictionary of the
 * training TRs, these are all TRs with a stimulus: the test TRs then pass through the training TRs' map.
 * @returns [nTrs × nNeurons]; a neuron that is constant over `rows` is 0 everywhere and listed in `constant`.
 */
export function unitColumns(
  courses: Matrix,
  options: { rows: ArrayLike<number>; counted?: ArrayLike<number> },
): { courses: Matrix<Float64Array>; constant: number[] } {
  const { rows, counted = rows } = options;
  const nNeurons = courses.shape[1];
  if (rows.length < 2) {
    throw new Error(
      `unitColumns: invalid rows: ${rows.length}; expected at least 2 TRs. Check which TRs have a stimulus.`,
    );
  }
  const mean = new Float64Array(nNeurons);
  const norm = new Float64Array(nNeurons);
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < nNeurons; j++) mean[j] += courses.data[rows[i] * nNeurons + j] / rows.length;
  }
  const size = new Float64Array(nNeurons);
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < nNeurons; j++) {
      const value = courses.data[rows[i] * nNeurons + j];
      norm[j] += (value - mean[j]) ** 2;
      size[j] = Math.max(size[j], Math.abs(value));
    }
  }
  const out = zeros(courses.shape);
  const constant: number[] = [];
  for (let j = 0; j < nNeurons; j++) {
    // A constant column's norm is rounding error, which grows with the size of its values.
    if (Math.sqrt(norm[j]) <= 1e-12 * size[j] * Math.sqrt(rows.length)) {
      constant.push(j);
      continue;
    }
    const scale = 1 / Math.sqrt(norm[j]);
    for (let i = 0; i < counted.length; i++) {
      const at = counted[i] * nNeurons + j;
      out.data[at] = (courses.data[at] - mean[j]) * scale;
    }
  }
  return { courses: out, constant };
}
