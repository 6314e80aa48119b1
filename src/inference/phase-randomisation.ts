import { linearAlgebra, type Matrix, matrix, type Random, zeros } from "../tensor";

/**
 * A matrix C [n × n] that randomises the phases of a series of n TRs and keeps its power spectrum: C y has the
 * Fourier coefficients of y, each turned by an angle of its own, drawn uniformly; the mean stays, and for even n the
 * highest frequency keeps or changes its sign. C is a circulant, and orthogonal: columns of a matrix that are all
 * multiplied by it keep their products with each other.
 *
 * Source: Prichard & Theiler (1994), doi:10.1103/PhysRevLett.73.951.
 */
export function phaseRandomiser(nTrs: number, numbers: Random): Matrix<Float64Array> {
  const nFree = Math.floor((nTrs - 1) / 2);
  const phases = Float64Array.from({ length: nFree }, () => 2 * Math.PI * numbers.uniform());
  const highest = numbers.integer(2) === 0 ? 1 : -1;
  // The response to an impulse: what C makes of (1, 0, 0, …).
  const response = Float64Array.from({ length: nTrs }, (_, t) => {
    let sum = 1;
    for (let f = 1; f <= nFree; f++) sum += 2 * Math.cos((2 * Math.PI * f * t) / nTrs + phases[f - 1]);
    if (nTrs % 2 === 0) sum += t % 2 === 0 ? highest : -highest;
    return sum / nTrs;
  });
  const out = zeros([nTrs, nTrs]);
  for (let t = 0; t < nTrs; t++) {
    for (let from = 0; from < nTrs; from++) out.data[t * nTrs + from] = response[(t - from + nTrs) % nTrs];
  }
  return out;
}

/**
 * Randomises the phases of every column of a series [nTrs × nColumns] alike, so that covariances between columns
 * stay. NaN fills its column.
 */
export function randomisePhases(series: Matrix, numbers: Random): Matrix<Float64Array> {
  const y = series.data instanceof Float64Array ? series.data : Float64Array.from(series.data);
  return linearAlgebra().multiply(phaseRandomiser(series.shape[0], numbers), matrix(y, series.shape));
}
