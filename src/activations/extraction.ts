import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Progress, type Store, throwIfAborted, writeAtomically, yieldToEventLoop } from "../store";
import { decodeNpy, encodeNpy, type Matrix, matrix, row } from "../tensor";
import { neuronGraph } from "./neuron-graph";
import type { Model, NeuronGraph } from "./open-model";
import { type ReadingName, statisticOf } from "./readings";
import { type GraphSession, openSession } from "./session";
import { planBatches, type StepSource } from "./step-source";

/** How an extraction runs; nothing here changes what is computed, but for `batchSize` the last bits of a float32. */
export interface RunOptions {
  store: Store;
  /** Steps in one run of the model: time and memory. */
  batchSize?: number;
  threads?: number;
  onProgress?: Progress;
  signal?: AbortSignal;
}

/** What a model's neurons did at some steps, for one reading: row k belongs to `steps[k]`. */
export interface ReadRows {
  reading: ReadingName;
  steps: readonly number[];
  rows: Matrix<Float32Array>;
}

/** Steps in one run of the model, where not said. */
export const DEFAULT_BATCH_SIZE = 32;

/**
 * Runs a model on all steps of a stimulus, batch by batch, and gives each batch to `onRows` for every reading. Readings with the same
 * statistic come from one pass of the model. Finished batches are kept in `batchFolder`: after an interrupt or a kill the next
 * call goes on behind the last of them. Memory holds one batch. `where` is the function called.
 */
export async function runExtraction(
  options: RunOptions & {
    where: string;
    model: Model;
    source: StepSource;
    readings: readonly ReadingName[];
    batchFolder: string;
    onRows: (batch: ReadRows) => void;
  },
): Promise<void> {
  const { where, model, source, readings, batchFolder, onRows, signal, store } = options;
  const { batchSize = DEFAULT_BATCH_SIZE } = options;
  const statistics = [...new Set(readings.map(statisticOf))];
  const nTotal = source.nSteps * statistics.length;
  let nDone = 0;
  for (const statistic of statistics) {
    const own = readings.filter((reading) => statisticOf(reading) === statistic);
    const graph = await neuronGraph(model, statistic, store);
    const prefix = statistic === "product" ? "" : `${statistic}-`;
    let session: GraphSession | null = null;
    try {
      for (const [b, steps] of planBatches(source, graph, batchSize).entries()) {
        throwIfAborted(signal, where);
        const file = join(batchFolder, `${prefix}${b}.npy`);
        let rows = readBatch(file, [steps.length * own.length, model.neurons.length], where);
        if (rows === null) {
          session ??= await openSession(graph.path, options);
          const outputs = await session.run(await source.feeds(steps, graph, own));
          rows = gatherNeurons(outputs, graph, [steps.length * own.length, model.neurons.length]);
          writeAtomically(file, encodeNpy(rows));
        }
        for (const [r, reading] of own.entries()) onRows(rowsOf(rows, steps, reading, r, own.length));
        nDone += new Set(steps).size;
        options.onProgress?.(nDone, nTotal, `Neurons of ${model.name}`);
        await yieldToEventLoop();
      }
    } finally {
      await session?.close();
    }
  }
}

/** A batch that an earlier call finished, or null. */
function readBatch(file: string, shape: [nRows: number, nCols: number], where: string): Matrix | null {
  if (!existsSync(file)) return null;
  const rows = decodeNpy(readFileSync(file), file);
  if (rows.shape[0] === shape[0] && rows.shape[1] === shape[1]) return rows;
  throw new Error(
    `${where}: mismatched kept batch ${file}: ${rows.shape.join(" × ")}; expected ${shape.join(" × ")}. Delete it and call again.`,
  );
}

/** Outputs [steps, readings, heads, d] to rows [step 0 reading 0, step 0 reading 1, …] × neurons. */
function gatherNeurons(
  outputs: Awaited<ReturnType<GraphSession["run"]>>,
  graph: NeuronGraph,
  [nRows, nNeurons]: [nRows: number, nNeurons: number],
): Matrix<Float32Array> {
  const rows = matrix(new Float32Array(nRows * nNeurons), [nRows, nNeurons]);
  for (const { tensor, firstNeuron, nHeads, headDim } of graph.attentions) {
    const width = nHeads * headDim;
    const { data } = outputs[tensor];
    for (let i = 0; i < nRows; i++) {
      rows.data.set(data.subarray(i * width, (i + 1) * width), i * nNeurons + firstNeuron);
    }
  }
  return rows;
}

/** The rows of one reading out of those of a batch. */
function rowsOf(
  rows: Matrix,
  steps: readonly number[],
  reading: ReadingName,
  index: number,
  nReadings: number,
): ReadRows {
  const nNeurons = rows.shape[1];
  const own = matrix(new Float32Array(steps.length * nNeurons), [steps.length, nNeurons]);
  steps.forEach((_, k) => {
    own.data.set(row(rows, k * nReadings + index), k * nNeurons);
  });
  return { reading, steps, rows: own };
}
