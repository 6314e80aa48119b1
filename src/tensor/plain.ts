import type { Kernels } from "./linear-algebra";
import { matrix, type Real, transpose } from "./matrix";

/** Kernels in JavaScript alone, for where no library can be loaded; `reason` says why, and is part of the name. */
export function plainKernels(reason: string): Kernels {
  return {
    name: `plain JavaScript (${reason})`,
    multiply({ m, n, k, transposeA, transposeB }, a, b, out) {
      const left = transposeA ? transpose(matrix(a, [k, m])).data : a;
      const right = transposeB ? transpose(matrix(b, [n, k])).data : b;
      multiplyRows(m, n, k, left, right, out);
    },
    symmetricEigen,
    solvePositiveDefinite,
  };
}

function multiplyRows(m: number, n: number, k: number, a: Real, b: Real, out: Real): void {
  // Sums are kept in float64 whatever the type: float32 results are rounded once.
  const sums = new Float64Array(n);
  for (let i = 0; i < m; i++) {
    sums.fill(0);
    for (let l = 0; l < k; l++) {
      const factor = a[i * k + l];
      for (let j = 0; j < n; j++) sums[j] += factor * b[l * n + j];
    }
    out.set(sums, i * n);
  }
}

/** Cholesky's factorisation A = L Lᵀ in the lower triangle of `a`, then L z = b and Lᵀ x = z, row by row of `b`. */
function solvePositiveDefinite(n: number, m: number, a: Float64Array, b: Float64Array): number {
  for (let j = 0; j < n; j++) {
    let pivot = a[j * n + j];
    for (let l = 0; l < j; l++) pivot -= a[j * n + l] ** 2;
    if (!(pivot > 0)) return j + 1;
    a[j * n + j] = Math.sqrt(pivot);
    for (let i = j + 1; i < n; i++) {
      let sum = a[i * n + j];
      for (let l = 0; l < j; l++) sum -= a[i * n + l] * a[j * n + l];
      a[i * n + j] = sum / a[j * n + j];
    }
  }
  const eliminate = (i: number, l: number, factor: number) => {
    for (let c = 0; c < m; c++) b[i * m + c] -= factor * b[l * m + c];
  };
  const divide = (i: number) => {
    for (let c = 0; c < m; c++) b[i * m + c] /= a[i * n + i];
  };
  for (let i = 0; i < n; i++) {
    for (let l = 0; l < i; l++) eliminate(i, l, a[i * n + l]);
    divide(i);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let l = i + 1; l < n; l++) eliminate(i, l, a[l * n + i]);
    divide(i);
  }
  return 0;
}

/**
 * Householder's reduction to a tridiagonal matrix, then implicit QL rotations.
 * Source: Golub & Van Loan, Matrix Computations, 4th edition, section 8.3.
 */
function symmetricEigen(n: number, a: Float64Array, values: Float64Array): void {
  const beside = new Float64Array(n);
  const vectors = tridiagonalise(n, a, values, beside);
  rotateToDiagonal(n, values, beside, vectors);
  const order = Array.from(values.keys()).sort((i, j) => values[i] - values[j]);
  const unsorted = values.slice();
  order.forEach((from, to) => {
    values[to] = unsorted[from];
    for (let i = 0; i < n; i++) a[i * n + to] = vectors[from * n + i];
  });
}

/**
 * Reduces the symmetric `a` to Qᵀ A Q = tridiagonal: its diagonal, the entries beside it (beside[i] between i and i
 * + 1), and the columns of Q as rows of what is returned.
 */
function tridiagonalise(
  n: number,
  a: Float64Array,
  diagonal: Float64Array,
  beside: Float64Array,
): Float64Array {
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) a[i * n + j] = a[j * n + i];
  const columns = new Float64Array(n * n);
  for (let i = 0; i < n; i++) columns[i * n + i] = 1;
  const v = new Float64Array(n);
  const w = new Float64Array(n);
  for (let k = 0; k < n - 2; k++) {
    // The reflection I − 2vvᵀ/(vᵀv) that sends column k, below the diagonal, to a multiple of its first entry.
    let squared = 0;
    for (let i = k + 1; i < n; i++) {
      v[i] = a[i * n + k];
      squared += v[i] ** 2;
    }
    const first = v[k + 1];
    const length = Math.sqrt(squared);
    beside[k] = first > 0 ? -length : length;
    v[k + 1] -= beside[k];
    const norm = squared - first ** 2 + v[k + 1] ** 2;
    if (norm === 0) continue;
    const scale = 2 / norm;
    let product = 0;
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      for (let j = k + 1; j < n; j++) sum += a[i * n + j] * v[j];
      w[i] = scale * sum;
      product += w[i] * v[i];
    }
    for (let i = k + 1; i < n; i++) w[i] -= 0.5 * scale * product * v[i];
    for (let i = k + 1; i < n; i++) {
      for (let j = k + 1; j < n; j++) a[i * n + j] -= v[i] * w[j] + w[i] * v[j];
    }
    // Q ← Q (I − 2vvᵀ/(vᵀv)), column by column: column i of Q is row i here.
    w.fill(0);
    for (let i = k + 1; i < n; i++) for (let j = 0; j < n; j++) w[j] += columns[i * n + j] * v[i];
    for (let i = k + 1; i < n; i++) {
      for (let j = 0; j < n; j++) columns[i * n + j] -= scale * v[i] * w[j];
    }
  }
  for (let i = 0; i < n; i++) diagonal[i] = a[i * n + i];
  if (n > 1) beside[n - 2] = a[(n - 1) * n + n - 2];
  return columns;
}

/**
 * Diagonalises a tridiagonal matrix in place by QL rotations with Wilkinson's shift, turning the rows of `vectors`
 * along.
 */
function rotateToDiagonal(n: number, d: Float64Array, e: Float64Array, vectors: Float64Array): void {
  for (let start = 0; start < n; start++) {
    for (let sweep = 0; ; sweep++) {
      let end = start;
      while (end < n - 1 && Math.abs(e[end]) > Number.EPSILON * (Math.abs(d[end]) + Math.abs(d[end + 1])))
        end++;
      if (end === start) break;
      // Two or three sweeps are usual; only values that are not finite need more than 60.
      if (sweep === 60) {
        throw new Error(
          "symmetricEigen: invalid convergence: 60 sweeps; expected fewer. Rescale the matrix.",
        );
      }
      const half = (d[start + 1] - d[start]) / (2 * e[start]);
      let g = d[end] - d[start] + e[start] / (half + Math.sign(half || 1) * Math.hypot(half, 1));
      let sine = 1;
      let cosine = 1;
      let p = 0;
      let i = end - 1;
      for (; i >= start; i--) {
        const f = sine * e[i];
        const b = cosine * e[i];
        const radius = Math.hypot(f, g);
        e[i + 1] = radius;
        if (radius === 0) break;
        sine = f / radius;
        cosine = g / radius;
        g = d[i + 1] - p;
        const t = (d[i] - g) * sine + 2 * cosine * b;
        p = sine * t;
        d[i + 1] = g + p;
        g = cosine * t - b;
        rotateRows(n, vectors, i, cosine, sine);
      }
      if (i >= start) {
        // The matrix split on the way: start again on the smaller part.
        d[i + 1] -= p;
      } else {
        d[start] -= p;
        e[start] = g;
      }
      e[end] = 0;
    }
  }
}

function rotateRows(n: number, vectors: Float64Array, i: number, cosine: number, sine: number): void {
  const upper = i * n;
  const lower = upper + n;
  for (let k = 0; k < n; k++) {
    const f = vectors[lower + k];
    vectors[lower + k] = sine * vectors[upper + k] + cosine * f;
    vectors[upper + k] = cosine * vectors[upper + k] - sine * f;
  }
}
