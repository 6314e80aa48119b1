import type { Matrix } from "../tensor";

/** The matrix in the type of another, so that the two can be multiplied; itself where the type is the same. */
export function inTypeOf(like: Matrix, m: Matrix<Float64Array>): Matrix {
  return like.data instanceof Float64Array ? m : { data: new Float32Array(m.data), shape: m.shape };
}

/** The matrix in float64; itself where it is. */
export function inFloat64(m: Matrix): Matrix<Float64Array> {
  return { data: m.data instanceof Float64Array ? m.data : new Float64Array(m.data), shape: m.shape };
}
