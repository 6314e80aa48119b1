import { rmSync } from "node:fs";
import { type Matrix, matrix, row } from "../tensor";
import { type RunOptions, runExtraction } from "./extraction";
import type { Model } from "./open-model";
import type { ReadingName } from "./readings";
import type { StepSource } from "./step-source";

/** For each reading the activations [nSteps × nNeurons]. */
export type Activations<R extends ReadingName> = Record<R, Matrix<Float32Array>>;

/**
 * The activations of a stimulus: the product `product` of `parts` in the store, computed when it is not there. `parts` must hold
 * all that they depend on. `source` is asked for only when there is something to compute.
 */
export async function keptActivations<R extends ReadingName>(
  options: RunOptions & {
    where: string;
    product: string;
    parts: unknown;
    model: Model;
    readings: readonly R[];
    source: () => StepSource | Promise<StepSource>;
  },
): Promise<Activations<R>> {
  const { product, parts, model, readings, store, signal } = options;
  const batchFolder = `${store.productFolder(product, parts)}.batches`;
  const nNeurons = model.neurons.length;

  const compute = async (): Promise<Activations<R>> => {
    const source = await options.source();
    const { nSteps } = source;
    const result = Object.fromEntries(
      readings.map((reading) => [reading, matrix(new Float32Array(nSteps * nNeurons), [nSteps, nNeurons])]),
    ) as Activations<R>;
    await runExtraction({
      ...options,
      source,
      batchFolder,
      onRows({ reading, steps, rows }) {
        for (const [k, step] of steps.entries()) row(result[reading as R], step).set(row(rows, k));
      },
    });
    return result;
  };

  const activations = await store.product(product, parts, compute, undefined, { signal });
  rmSync(batchFolder, { recursive: true, force: true });
  return activations;
}
