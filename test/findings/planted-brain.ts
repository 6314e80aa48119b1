import { boldMatrix, type EncodingData } from "../../src/encoding";
import { linearAlgebra, type Matrix, matrix, type Random, row, zeros } from "../../src/tensor";

export const RIDGE = {
  alphas: Float64Array.of(0.1, 10, 1000),
  intercept: "fitted" as const,
  rule: "best" as const,
};
export const GROUP = { nBootstraps: 500, nSignFlips: 499, seed: 3 };

/** Slow courses of variance 1: each its own AR(1) mixed with others by `mixing` [nSources × nAtoms], one matrix a run. */
export function slowCourses(
  shape: { nRuns: number; nTrs: number },
  mixing: Matrix<Float64Array>,
  numbers: Random,
): Matrix<Float64Array>[] {
  return Array.from({ length: shape.nRuns }, () => {
    const sources = autocorrelated([shape.nTrs, mixing.shape[0]], 0.7, numbers);
    return zscored(linearAlgebra().multiply(sources, mixing));
  });
}

/** BOLD: courses times weights [nAtoms × nVoxels] plus AR(1) noise of SD 1 that neighbouring voxels share in part. */
export function simulatedBold(
  courses: readonly Matrix<Float64Array>[],
  weights: Matrix<Float64Array>,
  numbers: Random,
): Matrix<Float64Array>[] {
  return courses.map((X) => {
    const bold = linearAlgebra().multiply(X, weights);
    const [nTrs, nVoxels] = bold.shape;
    const noise = autocorrelated([nTrs, nVoxels], 0.5, numbers);
    for (let t = 0; t < nTrs; t++) {
      for (let v = 0; v < nVoxels; v++) {
        const beside = row(noise, t)[(v + 1) % nVoxels];
        bold.data[t * nVoxels + v] += (noise.data[t * nVoxels + v] + 0.5 * beside) / Math.sqrt(1.25);
      }
    }
    return zscored(bold);
  });
}

/** Runs as folds. */
export function encodingOf(courses: readonly Matrix[], bold: readonly Matrix[]): EncodingData {
  const nTrs = courses[0].shape[0];
  return {
    features: courses,
    bold: bold.map((run, i) => boldMatrix(`run ${i + 1}`, run)),
    segments: courses.map((_, block) => ({
      start: block * nTrs,
      end: (block + 1) * nTrs,
      block,
      beside: null,
    })),
  };
}

export function normalMatrix(shape: readonly [number, number], numbers: Random): Matrix<Float64Array> {
  return matrix(
    Float64Array.from({ length: shape[0] * shape[1] }, () => numbers.normal()),
    shape,
  );
}

export function identity(n: number): Matrix<Float64Array> {
  const out = zeros([n, n]);
  for (let i = 0; i < n; i++) out.data[i * n + i] = 1;
  return out;
}

function autocorrelated(shape: readonly [number, number], rho: number, numbers: Random) {
  const [nRows, nColumns] = shape;
  const out = zeros([nRows, nColumns]);
  for (let at = 0; at < out.data.length; at++) {
    const fresh = numbers.normal();
    out.data[at] = at < nColumns ? fresh : rho * out.data[at - nColumns] + Math.sqrt(1 - rho * rho) * fresh;
  }
  return out;
}

function zscored(m: Matrix<Float64Array>): Matrix<Float64Array> {
  const [nRows, nColumns] = m.shape;
  const out = zeros(m.shape);
  for (let j = 0; j < nColumns; j++) {
    let [mean, squares] = [0, 0];
    for (let i = 0; i < nRows; i++) mean += m.data[i * nColumns + j] / nRows;
    for (let i = 0; i < nRows; i++) squares += (m.data[i * nColumns + j] - mean) ** 2 / nRows;
    for (let i = 0; i < nRows; i++) {
      out.data[i * nColumns + j] = (m.data[i * nColumns + j] - mean) / Math.sqrt(squares);
    }
  }
  return out;
}

/** The 97.5 % quantile of how many of n true nulls a test at 5 % rejects: more is anti-conservative. */
export function mostFalse(n: number): number {
  let probability = 0.95 ** n;
  let cumulative = 0;
  for (let k = 0; k <= n; k++) {
    cumulative += probability;
    if (cumulative >= 0.975) return k;
    probability *= (((n - k) / (k + 1)) * 0.05) / 0.95;
  }
  return n;
}
