import type { Kernels } from "./linear-algebra";
import { loadOnnxruntime } from "./onnxruntime";
import { findOpenblas, loadOpenblas } from "./openblas";
import { plainKernels } from "./plain";
import { loadTensorflow } from "./tensorflow";

/** Every backend by the name that BRAINLENS_BACKEND may hold; each throws where it cannot load, saying why. */
export const BACKENDS: Record<string, () => Kernels> = {
  openblas() {
    const library = findOpenblas();
    if (library === null) {
      throw new Error("openblas: missing library: none found; expected one in .venv. Run npm start once.");
    }
    return loadOpenblas(library);
  },
  onnxruntime: loadOnnxruntime,
  tensorflow: loadTensorflow,
  plain: () => plainKernels("asked for by BRAINLENS_BACKEND"),
};

/**
 * Loads the backend that BRAINLENS_BACKEND names, and throws where that fails: who asks for one is not given another
 * in silence. Where nothing is asked for, OpenBLAS; where that does not load, onnxruntime; else plain JavaScript, its
 * name saying what was missing.
 */
export function chooseBackend(): Kernels {
  const asked = process.env.BRAINLENS_BACKEND;
  if (asked) {
    if (!(asked in BACKENDS)) {
      throw new Error(
        `linearAlgebra: unknown backend: ${asked}; expected one of ${Object.keys(BACKENDS).join(", ")}. Correct or unset BRAINLENS_BACKEND.`,
      );
    }
    return BACKENDS[asked]();
  }
  // A library that somebody points at is asked for, too.
  if (process.env.BRAINLENS_OPENBLAS) return BACKENDS.openblas();
  const reasons: string[] = [];
  for (const name of ["openblas", "onnxruntime"]) {
    try {
      return BACKENDS[name]();
    } catch (error) {
      reasons.push((error as Error).message);
    }
  }
  return plainKernels(reasons.join("; "));
}
