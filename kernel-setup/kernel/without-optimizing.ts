import { setFlagsFromString } from "node:v8";

/**
 * Runs `body` while V8 optimizes none of the functions that are hot in it. For TypeScript, whose thousands of functions are
 * each a little hot: optimizing them took 28 % of the processor time of a start, and half of a small cell's; after some
 * 350 cells optimized code was a little ahead (7 against 9 ms). Code of cells is optimized as always.
 */
export function withoutOptimizing<T>(body: () => T): T {
  setFlagsFromString("--no-opt");
  try {
    return body();
  } finally {
    setFlagsFromString("--opt");
  }
}
