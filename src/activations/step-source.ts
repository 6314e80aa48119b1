import type { NeuronGraph } from "./open-model";
import type { ReadingName } from "./readings";
import type { Feeds } from "./session";

/** A stimulus in steps, ready to be fed to a model batch by batch. */
export interface StepSource {
  nSteps: number;
  /** Tokens of each step, where they differ: steps of like length are read together. Null to keep the order of the steps. */
  lengths: readonly number[] | null;
  /** What the graph takes for some steps and readings of one statistic: inputs, and token weights in the order of the readings. */
  feeds(
    steps: readonly number[],
    graph: NeuronGraph,
    readings: readonly ReadingName[],
  ): Feeds | Promise<Feeds>;
}

/**
 * Cuts steps into batches, by length where lengths differ, so that little is padded: indices of steps. A graph that takes a
 * fixed number of steps gets that many, the last batch filled up with its last step.
 */
export function planBatches(source: StepSource, graph: NeuronGraph, batchSize: number): number[][] {
  const { nSteps, lengths } = source;
  const order = Array.from({ length: nSteps }, (_, i) => i);
  if (lengths) order.sort((a, b) => lengths[a] - lengths[b] || a - b);
  const fixed = graph.inputs.map(({ shape }) => shape[0]).find((size) => typeof size === "number");
  const size = typeof fixed === "number" ? fixed : batchSize;
  const batches: number[][] = [];
  for (let i = 0; i < nSteps; i += size) batches.push(order.slice(i, i + size));
  const last = batches.at(-1);
  while (typeof fixed === "number" && last && last.length < fixed) last.push(last[last.length - 1]);
  return batches;
}
