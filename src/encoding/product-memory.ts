import { type Matrix, matrix } from "../tensor";
import type { Precision } from "./ridge-factor";

/** Room for one product at a time, used over and over: large arrays are costly to make and to throw away. */
export type ProductMemory = (precision: Precision, shape: readonly [number, number]) => Matrix;

/** A matrix from it is good until the next is asked for. */
export function productMemory(): ProductMemory {
  let [narrow, wide] = [new Float32Array(0), new Float64Array(0)];
  return (precision, shape) => {
    const length = shape[0] * shape[1];
    if (precision === "float32") {
      if (narrow.length < length) narrow = new Float32Array(length);
      return matrix(narrow.subarray(0, length), shape);
    }
    if (wide.length < length) wide = new Float64Array(length);
    return matrix(wide.subarray(0, length), shape);
  };
}
