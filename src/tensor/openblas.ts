import fs from "node:fs";
import path from "node:path";
import type { Kernels, Product } from "./linear-algebra";
import type { Real } from "./matrix";

// Constants of the CBLAS and LAPACKE C interfaces.
const ROW_MAJOR = 101;
const NO_TRANSPOSE = 111;
const TRANSPOSE = 112;
const LOWER = "L".charCodeAt(0);
const WITH_VECTORS = "V".charCodeAt(0);

// Below this much work a call runs on one thread: it takes some 10 ms there, and threads that wait for a core which
// another program holds have been seen to turn that into a second.
const THREADED_FLOPS = 2e8;

/** koffi takes 256 calls at once, and refuses more. */
const MOST_IN_BACKGROUND = 64;

/**
 * The path of the OpenBLAS library: the file that BRAINLENS_OPENBLAS names, or the one that the Python package
 * scipy-openblas32 put into the checkout's .venv, or null where there is none.
 */
export function findOpenblas(): string | null {
  const named = process.env.BRAINLENS_OPENBLAS;
  if (named) return named;
  const environment = path.join(__dirname, "..", "..", ".venv");
  const unixLibraries = path.join(environment, "lib");
  const sitePackages = entries(unixLibraries)
    .filter((name) => name.startsWith("python"))
    .map((name) => path.join(unixLibraries, name, "site-packages"));
  for (const folder of [...sitePackages, path.join(environment, "Lib", "site-packages")]) {
    const libraries = path.join(folder, "scipy_openblas32", "lib");
    const file = entries(libraries).find((name) => /^libscipy_openblas.*\.(so|dylib|dll)$/.test(name));
    if (file) return path.join(libraries, file);
  }
  return null;
}

function entries(folder: string): string[] {
  return fs.existsSync(folder) ? fs.readdirSync(folder).sort() : [];
}

/**
 * Opens OpenBLAS through koffi. The library must be the build that SciPy publishes (32-bit integers, symbols
 * prefixed by `scipy_`). The variables OPENBLAS_NUM_THREADS and OPENBLAS_CORETYPE are OpenBLAS's own and are heeded
 * by it.
 */
export function loadOpenblas(file: string): Kernels {
  try {
    return openblasKernels(file);
  } catch (error) {
    throw new Error(
      `loadOpenblas: invalid library: ${file} (${(error as Error).message}); expected the scipy-openblas32 build of OpenBLAS. Reinstall it with pip, or unset BRAINLENS_OPENBLAS.`,
    );
  }
}

function openblasKernels(file: string): Kernels {
  // Required here, not imported above: koffi loads a native module, which must be able to fail without ending the
  // program.
  const koffi: typeof import("koffi") = require("koffi");
  // After a product OpenBLAS's threads spin for 2^26 cycles in case another follows, and take a core from whoever
  // else would use it, this program's own thread among them. 2^14 cycles cost nothing that can be measured.
  process.env.OPENBLAS_THREAD_TIMEOUT ??= "14";
  const library = koffi.load(file);
  const gemm = (name: string, real: string) =>
    library.func(
      `void scipy_cblas_${name}(int order, int opA, int opB, int m, int n, int k, ${real} alpha, void *a, int lda, void *b, int ldb, ${real} beta, void *c, int ldc)`,
    );
  const sgemm = gemm("sgemm", "float");
  const dgemm = gemm("dgemm", "double");
  const dsyevd = library.func(
    "int scipy_LAPACKE_dsyevd(int order, char job, char uplo, int n, void *a, int lda, void *w)",
  );
  const dposv = library.func(
    "int scipy_LAPACKE_dposv(int order, char uplo, int n, int nRhs, void *a, int lda, void *b, int ldb)",
  );
  const config: string = library.func("const char *scipy_openblas_get_config()")();
  const coreType: string = library.func("const char *scipy_openblas_get_corename()")();
  const nThreads: number = library.func("int scipy_openblas_get_num_threads()")();
  const setThreads = library.func("void scipy_openblas_set_num_threads(int n)");
  const threadsFor = (flops: number) => (flops < THREADED_FLOPS ? 1 : nThreads);
  const version = /OpenBLAS (\S+)/.exec(config)?.[1] ?? "of unknown version";

  const multiplyCall = (product: Product & { lda?: number }, a: Real, b: Real, out: Real) => {
    const { m, n, k, transposeA, transposeB } = product;
    const opA = transposeA ? TRANSPOSE : NO_TRANSPOSE;
    const opB = transposeB ? TRANSPOSE : NO_TRANSPOSE;
    const lda = product.lda ?? (transposeA ? m : k);
    const ldb = transposeB ? k : n;
    return {
      flops: 2 * m * n * k,
      call: out instanceof Float32Array ? sgemm : dgemm,
      args: [ROW_MAJOR, opA, opB, m, n, k, 1, a, lda, b, ldb, 0, out, n],
    };
  };
  const eigenCall = (n: number, a: Float64Array, values: Float64Array) => {
    // Tridiagonalisation, its eigenvectors and their rotation back: 4/3 + 4/3 + 2 n³, less where vectors deflate.
    return { flops: 4 * n ** 3, call: dsyevd, args: [ROW_MAJOR, WITH_VECTORS, LOWER, n, a, n, values] };
  };
  const solveCall = (n: number, m: number, a: Float64Array, b: Float64Array) => {
    return { flops: n ** 3 / 3 + 2 * n * n * m, call: dposv, args: [ROW_MAJOR, LOWER, n, m, a, n, b, m] };
  };

  // Before a fork OpenBLAS ends its own threads and waits for them, and one that is at work misses the order: a program
  // started then would be waited for without end (OpenBLAS 0.3.34). Calls in the background, during which anything may
  // be started, therefore use none of them, nor does any call beside one, as the number is one for all that begin. A
  // product in the background is cut into parts for as many threads of koffi's instead.
  let nInBackground = 0;
  const now = ({ flops, call, args }: Call) => {
    setThreads(nInBackground > 0 ? 1 : threadsFor(flops));
    return call(...args);
  };
  const waiting: (() => void)[] = [];
  const later = async (call: Call) => {
    if (nInBackground >= MOST_IN_BACKGROUND) await new Promise<void>((go) => waiting.push(go));
    nInBackground++;
    setThreads(1);
    try {
      return await onThread(call);
    } finally {
      nInBackground--;
      waiting.shift()?.();
    }
  };

  return {
    name: `OpenBLAS ${version} (${nThreads} thread${nThreads === 1 ? "" : "s"}, ${coreType})`,
    multiply: (product, a, b, out) => now(multiplyCall(product, a, b, out)),
    symmetricEigen: (n, a, values) => checkConvergence(now(eigenCall(n, a, values))),
    solvePositiveDefinite: (n, m, a, b) => now(solveCall(n, m, a, b)),
    background: {
      multiply: async (product, a, b, out) => {
        const nParts = Math.min(product.m, threadsFor(2 * product.m * product.n * product.k));
        const parts = Array.from({ length: nParts }, (_, i) => rowsOf(product, { a, out }, i, nParts));
        await Promise.all(parts.map((part) => later(multiplyCall(part.product, part.a, b, part.out))));
      },
      symmetricEigen: async (n, a, values) => checkConvergence(await later(eigenCall(n, a, values))),
      solvePositiveDefinite: (n, m, a, b) => later(solveCall(n, m, a, b)),
    },
  };
}

type NativeFunction = ReturnType<ReturnType<typeof import("koffi")["load"]>["func"]>;

/** Part i of n of a product's rows. What it reads of `a` and writes of `out` starts there, in rows of the same length. */
function rowsOf(product: Product, { a, out }: { a: Real; out: Real }, i: number, n: number) {
  const { m, n: nColumns, k, transposeA } = product;
  const [first, end] = [Math.floor((i * m) / n), Math.floor(((i + 1) * m) / n)];
  return {
    product: { ...product, m: end - first, lda: transposeA ? m : k },
    a: a.subarray(transposeA ? first : first * k),
    out: out.subarray(first * nColumns, end * nColumns),
  };
}

/** A function of the library with its arguments. */
interface Call {
  flops: number;
  call: NativeFunction;
  args: unknown[];
}

/** On a thread of koffi's, which keeps the arrays alive until it is done. */
function onThread({ call, args }: Call): Promise<number> {
  return new Promise((resolve, reject) => {
    call.async(...args, (error: Error | null, result: number) => {
      if (error) reject(error);
      else resolve(result);
    });
  });
}

function checkConvergence(info: number): void {
  if (info === 0) return;
  throw new Error(
    `symmetricEigen: invalid convergence: LAPACK dsyevd returned ${info}; expected 0. Rescale the matrix.`,
  );
}
