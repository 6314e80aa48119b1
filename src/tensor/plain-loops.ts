import type { Real } from "./matrix";

/** `Loops.predictionGains` without WebAssembly, and for float64: the same sums, added up in the same order. */
export function plainPredictionGains(
  predicted: Real,
  twice: Float64Array,
  gains: Float64Array,
  width: number,
): void {
  const nEach = gains.length / (twice.length / width);
  for (let i = 0; i < gains.length; i++)
    gains[i] = gainOf(predicted, i * width, twice, Math.floor(i / nEach) * width, width);
}

/** A function of its own, with numbers alone beside its sums: V8 makes code of it that is 2.6 times faster than in the loop above. */
function gainOf(
  predicted: Real,
  first: number,
  twice: Float64Array,
  firstTwice: number,
  width: number,
): number {
  // Four sums, so that an addition need not wait for the one before.
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const nFours = width - (width & 3);
  let j = 0;
  for (; j < nFours; j += 4) {
    const [at, t] = [first + j, firstTwice + j];
    const p = predicted[at];
    const q = predicted[at + 1];
    const r = predicted[at + 2];
    const s = predicted[at + 3];
    a += p * (p - twice[t]);
    b += q * (q - twice[t + 1]);
    c += r * (r - twice[t + 2]);
    d += s * (s - twice[t + 3]);
  }
  for (; j < width; j++) a += predicted[first + j] * (predicted[first + j] - twice[firstTwice + j]);
  return a + b + c + d;
}

/** `Loops.addSquares` without WebAssembly. */
export function plainAddSquares(y: Float32Array, sums: Float64Array, squares: Float64Array): void {
  const n = sums.length;
  let at = 0;
  for (; at + 3 * n < y.length; at += 4 * n) addFourRows(y, at, sums, squares);
  for (; at < y.length; at += n) {
    for (let j = 0; j < n; j++) {
      sums[j] += y[at + j];
      squares[j] += y[at + j] * y[at + j];
    }
  }
}

function addFourRows(y: Float32Array, first: number, sums: Float64Array, squares: Float64Array): void {
  const n = sums.length;
  for (let j = 0; j < n; j++) {
    const a = y[first + j];
    const b = y[first + n + j];
    const c = y[first + 2 * n + j];
    const d = y[first + 3 * n + j];
    sums[j] += a + b + (c + d);
    squares[j] += a * a + b * b + (c * c + d * d);
  }
}
