import { setFlagsFromString } from "node:v8";

/**
 * Runs `body` while V8 optimizes none of the functions that are hot in it. For the small pieces of work that TypeScript
 * does for a cell: its thousands of functions are each a little hot, and optimizing them took half of a small cell's
 * processor time. At the start, where the work is long, optimized code is worth its price. Code of cells is optimized as always.
 */
export function withoutOptimizing<T>(body: () => T): T {
  setFlagsFromString("--no-opt");
  try {
    return body();
  } finally {
    setFlagsFromString("--opt");
  }
}
