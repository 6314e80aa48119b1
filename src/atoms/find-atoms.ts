import type { Progress } from "../store";
import type { Matrix } from "../tensor";
import type { Atoms } from "./atoms";
import { independentComponents } from "./independent-components";
import { learnDictionary } from "./learn-dictionary";
import { principalComponents } from "./principal-components";

/**
 * What stands for the neurons in an encoding model, one of: *sparse* – a sparse dictionary (`learnDictionary`); *pca* – principal
 * components; *ica* – independent components; *none* – every neuron by itself (`atomRegressors`).
 */
export type AtomMethod = Atoms["method"] | "none";

/** Atoms of X [nTrs × nNeurons] by the method named. `lambda` is the sparse dictionary's alone; principal components need no seed. */
export function findAtoms(
  x: Matrix,
  options: {
    method: Atoms["method"];
    nAtoms: number;
    lambda: number;
    seed: number;
    /** When an iterative method stops; each has its own default. */
    tolerance?: number;
    onProgress?: Progress;
    signal?: AbortSignal;
  },
): Promise<Atoms> {
  const { method, ...rest } = options;
  if (method === "pca") return principalComponents(x, rest);
  if (method === "ica") return independentComponents(x, rest);
  return learnDictionary(x, rest);
}
