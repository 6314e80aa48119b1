import { isMask, type ModelInput } from "./model-inputs";
import type { Tower } from "./neuron-table";
import type { Model } from "./open-model";

/**
 * What was found in a model, as a person would draw it: a line for each stream from its input upwards, then the numbers of
 * neurons.
 */
export function describeModel(model: Model): string {
  const { towers, graph } = model;
  const streams = graph.streams.map(({ inputs }, i) => ({
    inputs: inputs.filter((name) => !isMask({ name })),
    towers: towers.filter((tower) => streamOf(model, tower) === i),
  }));
  const width = Math.max(...streams.map(({ inputs }) => inputs.join(" + ").length));
  const drawn = streams.map(({ inputs, towers: own }) => {
    const boxes = [...new Set(own.map(({ name }) => name))].map((name) => box(name, own));
    return `  ${[inputs.join(" + ").padEnd(width), ...boxes].join(" ─▶ ")}`;
  });
  const counts = towers.map(({ name, kind, keysFrom, isCausal, nLayers, nHeads, headDim }) => {
    const source = kind === "self" ? "self-attention" : `cross-attention to ${keysFrom}`;
    const count = (nLayers * nHeads * headDim).toLocaleString("en");
    return `  ${name}, ${isCausal ? "causal " : ""}${source}: ${plural(nLayers, "layer")} × ${plural(nHeads, "head")} × ${headDim} dimensions = ${count} neurons`;
  });
  const seed = model.seed === null ? "" : `, weights redrawn with seed ${model.seed}`;
  return [
    `${model.name}: ${model.neurons.length.toLocaleString("en")} attention neurons`,
    ...drawn,
    ...counts,
    `  reads ${graph.inputs.map(describeInput).join(", ")}`,
    `  file ${model.path}, SHA-256 ${model.sha256}${seed}`,
  ].join("\n");
}

/** "fusion-text [6 × self, cross ◀ fusion-vision]" */
function box(name: string, towers: readonly Tower[]): string {
  const own = towers.filter((tower) => tower.name === name);
  const parts = own.map(({ kind, keysFrom }) => (kind === "self" ? "self" : `cross ◀ ${keysFrom}`));
  return `${name} [${Math.max(...own.map(({ nLayers }) => nLayers))} × ${parts.join(", ")}]`;
}

/** The stream whose tokens ask in a tower. */
function streamOf(model: Model, tower: Tower): number {
  const place = model.graph.attentions.find(({ firstNeuron }) => firstNeuron === tower.firstNeuron);
  return place?.queryStream ?? -1;
}

function describeInput({ name, shape }: ModelInput): string {
  return `${name} [${shape.join(", ")}]`;
}

function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
