import type { Real } from "./matrix";

/** `Loops.shiftedSquares` without WebAssembly, and for float64: the same sums, added up in the same order. */
export function plainShiftedSquares(z: Real, shifts: Float64Array, out: Float64Array, width: number): void {
  const nEach = out.length / (shifts.length / width);
  for (let i = 0; i < out.length; i++)
    out[i] = shiftedSquare(z, i * width, shifts, Math.floor(i / nEach) * width, width);
}

/** A function of its own, with numbers alone beside its sums: V8 makes code of it that is 2.6 times faster than in the loop above. */
function shiftedSquare(
  z: Real,
  first: number,
  shifts: Float64Array,
  firstShift: number,
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
    const [at, t] = [first + j, firstShift + j];
    const p = z[at];
    const q = z[at + 1];
    const r = z[at + 2];
    const s = z[at + 3];
    a += p * (p - shifts[t]);
    b += q * (q - shifts[t + 1]);
    c += r * (r - shifts[t + 2]);
    d += s * (s - shifts[t + 3]);
  }
  for (; j < width; j++) a += z[first + j] * (z[first + j] - shifts[firstShift + j]);
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
