import { type Progress, throwIfAborted } from "../store";
import type { Matrix } from "../tensor";
import { atomStability } from "./atom-stability";
import type { Atoms } from "./atoms";
import { findAtoms } from "./find-atoms";

/** How atoms fare for one number of them and one λ; over seeds where there are several. */
export interface SweepRow {
  method: Atoms["method"];
  n_atoms: number;
  /** NaN for principal and independent components. */
  lambda: number;
  n_seeds: number;
  /** Means over seeds of 1 − ‖X − DA‖²/‖X‖², of the share of codes that are not 0, and of the number of dead atoms. */
  reconstruction_r2: number;
  density: number;
  n_dead: number;
  /** Mean |r| of atoms paired over seeds, and what unrelated courses get (`atomStability`); NaN for a single seed. */
  stability: number;
  stability_chance: number;
  /** What `predict` returned: mean, smallest and largest over seeds. */
  prediction: number;
  prediction_low: number;
  prediction_high: number;
}

/**
 * Everything by which the number of atoms and λ are chosen, for all pairs of them: reconstruction, stability over seeds, and
 * held-out prediction. It shows; it does not choose: whoever picks the pair with the best prediction has used the test data.
 *
 * @param x [nTrs × nNeurons], columns of zero mean and unit norm (`unitColumns`).
 * @param options.methods *sparse* runs over all λ; *pca* (which has no seed) and *ica* give one row a number of atoms.
 * @param options.predict held-out score of given atoms, larger is better: whatever the study predicts with them.
 */
export async function sweepAtoms(
  x: Matrix,
  options: {
    methods: readonly Atoms["method"][];
    nAtoms: readonly number[];
    lambdas: readonly number[];
    seeds: readonly number[];
    /** `learnDictionary`'s and `independentComponents`' stopping rule (1e-6 by default; 1e-5 halves the time). */
    tolerance?: number;
    predict: (atoms: Atoms) => number | Promise<number>;
    onProgress?: Progress;
    signal?: AbortSignal;
  },
): Promise<SweepRow[]> {
  const { tolerance, predict, onProgress, signal } = options;
  const points = options.methods.flatMap((method) =>
    options.nAtoms.flatMap((nAtoms) =>
      (method === "sparse" ? options.lambdas : [Number.NaN]).map((lambda) => ({ method, nAtoms, lambda })),
    ),
  );
  const rows: SweepRow[] = [];
  for (const { method, nAtoms, lambda } of points) {
    const found: Atoms[] = [];
    const predictions: number[] = [];
    for (const seed of method === "pca" ? options.seeds.slice(0, 1) : options.seeds) {
      throwIfAborted(signal, "sweepAtoms");
      const atoms = await findAtoms(x, { method, nAtoms, lambda, seed, tolerance, signal });
      found.push(atoms);
      predictions.push(await predict(atoms));
    }
    const { mean: stability, chance } =
      found.length > 1 ? atomStability(found) : { mean: Number.NaN, chance: Number.NaN };
    rows.push({
      method,
      n_atoms: nAtoms,
      lambda,
      n_seeds: found.length,
      reconstruction_r2: mean(found.map(({ reconstructionR2 }) => reconstructionR2)),
      density: mean(found.map(({ density }) => density)),
      n_dead: mean(found.map(({ deadAtoms }) => deadAtoms.length)),
      stability,
      stability_chance: chance,
      prediction: mean(predictions),
      prediction_low: Math.min(...predictions),
      prediction_high: Math.max(...predictions),
    });
    onProgress?.(rows.length, points.length, "sweep of atoms");
  }
  return rows;
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
