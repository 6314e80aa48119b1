import {
  checkMinor,
  type Kernels,
  type ProductOptions,
  prepareEigen,
  prepareProduct,
  prepareSolve,
  type SymmetricEigen,
} from "./linear-algebra";
import type { Matrix, Real } from "./matrix";

/**
 * Linear algebra on another thread, so that the event loop is served meanwhile. Arguments must not be written to
 * before the promise settles. A call cannot be broken off: when `signal` asks, the promise is rejected at once with
 * an AbortError, and the library finishes unheard, its memory returning then. Where a backend has no threads of its
 * own, the call blocks.
 */
export interface BackgroundLinearAlgebra {
  multiply<A extends Real>(
    a: Matrix<A>,
    b: Matrix<A>,
    options?: ProductOptions<A> & Interruptible,
  ): Promise<Matrix<A>>;
  symmetricEigen(a: Matrix<Float64Array>, options?: Interruptible): Promise<SymmetricEigen>;
  solvePositiveDefinite(
    a: Matrix<Float64Array>,
    b: Matrix<Float64Array>,
    options?: Interruptible,
  ): Promise<Matrix<Float64Array>>;
}

/** What ends the wait for a background call: when `signal` asks, its promise is rejected with an AbortError. */
export interface Interruptible {
  signal?: AbortSignal;
}

export function backgroundLinearAlgebra(kernels: Kernels): BackgroundLinearAlgebra {
  const calls = kernels.background ?? kernels;
  return {
    async multiply(a, b, options = {}) {
      const { product, out, isEmpty } = prepareProduct(a, b, options);
      if (!isEmpty) await unlessAborted(() => calls.multiply(product, a.data, b.data, out.data), options);
      return out;
    },
    async symmetricEigen(a, options = {}) {
      const { n, values, vectors } = prepareEigen(a);
      if (n > 0) await unlessAborted(() => calls.symmetricEigen(n, vectors.data, values), options);
      return { values, vectors };
    },
    async solvePositiveDefinite(a, b, options = {}) {
      const { n, m, factor, solution } = prepareSolve(a, b);
      if (n * m > 0) {
        checkMinor(
          await unlessAborted(() => calls.solvePositiveDefinite(n, m, factor, solution.data), options),
        );
      }
      return solution;
    },
  };
}

async function unlessAborted<T>(call: () => T | Promise<T>, { signal }: Interruptible): Promise<T> {
  if (signal?.aborted) throw interrupted(signal);
  if (!signal) return await call();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(interrupted(signal));
    signal.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([call(), aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function interrupted(signal: AbortSignal): Error {
  const error = new Error(
    "linearAlgebra: interrupted before the end. What was finished is kept; call it again to go on.",
    {
      cause: signal.reason,
    },
  );
  error.name = "AbortError";
  return error;
}
