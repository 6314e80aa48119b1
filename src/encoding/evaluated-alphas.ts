import { type Matrix, zeros } from "../tensor";

/** Which of some columns are evaluated, and how the others follow from them. */
export interface Evaluated {
  /** Their positions, ascending. */
  positions: number[];
  /** [nColumns × nEvaluated]: f(α) = Σ_e weights[α, e] f(α_e); rows of evaluated ones are unit vectors. */
  weights: Matrix<Float64Array>;
}

/**
 * Of eigenvalues closer together than this ratio one stands for all: the functions below vary slowly in ln s. For
 * tolerances near float64's rounding they must stand closer.
 */
const SPECTRUM_STEP = { wide: 1.3, narrow: 1.05 };
const NARROW_TOLERANCE = 1e-9;

/**
 * The squared error of ridge predictions is, in α, a constant and a combination of
 *   f(α) = s/(s + α)   and   f(α) = s/(s + α) · s′/(s′ + α),
 * s and s′ being eigenvalues of the training set. Where these spread little, such functions span, to a given
 * tolerance, fewer dimensions than a fine grid has alphas: it suffices to evaluate a few alphas, and the rest are
 * linear combinations with fixed weights.
 *
 * `eigenvalues` ascending; `tolerance`: the largest error that any f, all of which lie in 0 … 1, may have.
 */
export function chooseEvaluatedAlphas(
  alphas: Float64Array,
  eigenvalues: Float64Array,
  tolerance: number,
): Evaluated {
  const step = tolerance < NARROW_TOLERANCE ? SPECTRUM_STEP.narrow : SPECTRUM_STEP.wide;
  return chooseEvaluated(shrinkageFunctions(alphas, eigenvalues, step), tolerance);
}

/**
 * Chooses columns of functions [nFunctions × nColumns] of which all others are combinations, up to `tolerance` in any
 * entry: an interpolative decomposition by pivoted Gram–Schmidt.
 * Source: Cheng, Gimbutas, Martinsson & Rokhlin (2005), doi:10.1137/030602678.
 */
export function chooseEvaluated(functions: Matrix<Float64Array>, tolerance: number): Evaluated {
  const [nFunctions, nColumns] = functions.shape;
  const left = functions.data.slice();
  const order: number[] = [];
  // Coordinates of every column in the orthonormal basis made from the chosen ones.
  const coordinates: Float64Array[] = [];
  while (order.length < nColumns) {
    const norms = columnNorms(left, nColumns);
    const next = norms.reduce((best, norm, a) => (norm > norms[best] ? a : best), 0);
    if (largestEntry(left) <= tolerance || norms[next] === 0) break;
    const unit = Float64Array.from({ length: nFunctions }, (_, f) => left[f * nColumns + next] / norms[next]);
    const products = new Float64Array(nColumns);
    for (let f = 0; f < nFunctions; f++)
      addScaled(products, left.subarray(f * nColumns, (f + 1) * nColumns), unit[f]);
    for (let f = 0; f < nFunctions; f++)
      addScaled(left.subarray(f * nColumns, (f + 1) * nColumns), products, -unit[f]);
    order.push(next);
    coordinates.push(products);
  }
  return interpolation(order, coordinates, nColumns);
}

/** f(α) for sampled eigenvalues and pairs of them: [nFunctions × nAlphas]. */
function shrinkageFunctions(
  alphas: Float64Array,
  eigenvalues: Float64Array,
  step: number,
): Matrix<Float64Array> {
  const shrunk: Float64Array[] = [];
  // What lies far below the smallest alpha is shrunk to nothing by all of them.
  let last = 1e-9 * alphas[0];
  for (const s of eigenvalues) {
    if (s < last * step && s !== eigenvalues[eigenvalues.length - 1]) continue;
    shrunk.push(alphas.map((alpha) => Math.max(s, 0) / (Math.max(s, 0) + alpha)));
    last = s;
  }
  const one = alphas.map(() => 1);
  const pairs = shrunk.flatMap((first, i) => [one, ...shrunk.slice(i)].map((second) => ({ first, second })));
  const out = zeros([pairs.length, alphas.length]);
  pairs.forEach(({ first, second }, f) => {
    for (let a = 0; a < alphas.length; a++) out.data[f * alphas.length + a] = first[a] * second[a];
  });
  return out;
}

/** Solves the triangular system that expresses every column's coordinates in those of the evaluated ones. */
function interpolation(order: number[], coordinates: Float64Array[], nColumns: number): Evaluated {
  const rank = order.length;
  const positions = order.slice().sort((a, b) => a - b);
  const weights = zeros([nColumns, rank]);
  for (let a = 0; a < nColumns; a++) {
    const solution = new Float64Array(rank);
    for (let i = rank - 1; i >= 0; i--) {
      let sum = coordinates[i][a];
      for (let j = i + 1; j < rank; j++) sum -= coordinates[i][order[j]] * solution[j];
      solution[i] = sum / coordinates[i][order[i]];
    }
    const evaluated = order.indexOf(a);
    order.forEach((position, i) => {
      const weight = evaluated < 0 ? solution[i] : Number(i === evaluated);
      weights.data[a * rank + positions.indexOf(position)] = weight;
    });
  }
  return { positions, weights };
}

function addScaled(into: Float64Array, values: Float64Array, factor: number): void {
  for (let at = 0; at < into.length; at++) into[at] += factor * values[at];
}

function columnNorms(values: Float64Array, nColumns: number): Float64Array {
  const squares = new Float64Array(nColumns);
  for (let first = 0; first < values.length; first += nColumns) {
    for (let a = 0; a < nColumns; a++) squares[a] += values[first + a] * values[first + a];
  }
  return squares.map(Math.sqrt);
}

function largestEntry(values: Float64Array): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}
