import type { ModelInput } from "./model-inputs";
import type { NeuronOutput, StreamWeights } from "./neuron-outputs";
import { streamNames, type TowerNames, towerOf } from "./tower-names";

/**
 * The attentions of a model that belong together: a chain of layers of one kind. Its name is `vision` or `text` for a stream by
 * itself, `fusion-vision` or `fusion-text` for the layers in which a stream looks at the other.
 */
export interface Tower {
  /** Whose tokens ask. */
  name: string;
  kind: "self" | "cross";
  /** Whose tokens are asked: the tower's own name for self-attention. */
  keysFrom: string;
  /** Tokens see only tokens before them, and themselves. */
  isCausal: boolean;
  nLayers: number;
  nHeads: number;
  headDim: number;
  /** Index of its first neuron; the others follow by layer, head and dimension. */
  firstNeuron: number;
}

/** One neuron, one dimension of one head of one attention: index = firstNeuron + (layer · nHeads + head) · headDim + dim. */
export interface Neuron {
  index: number;
  tower: string;
  kind: "self" | "cross";
  keysFrom: string;
  /** From 0, like head and dim. */
  layer: number;
  /** The layer as people count it, from 1; fusion goes on behind the deepest tower below it. */
  depth: number;
  head: number;
  dim: number;
}

/** The neurons of one attention as the edited graph returns them: [batch, readings, nHeads, headDim]. */
export interface AttentionNeurons {
  tensor: string;
  /** Indices of the streams whose tokens ask and are asked. */
  queryStream: number;
  keyStream: number;
  firstNeuron: number;
  nHeads: number;
  headDim: number;
}

/**
 * Orders the attentions of a graph into towers and numbers their neurons: towers by themselves before fusion, in the order in
 * which they run. Throws when streams cannot be told apart by their inputs, when two attentions claim one layer, and when heads
 * differ within a tower.
 */
export function neuronTable(
  outputs: (NeuronOutput & { nHeads: number; headDim: number })[],
  streams: StreamWeights[],
  inputs: ModelInput[],
  options: { source: string; towers: TowerNames },
): { towers: Tower[]; attentions: AttentionNeurons[]; neurons: Neuron[] } {
  const { source } = options;
  const names = streamNames(streams, inputs, options.towers, source);
  const placed = outputs.map((output) => ({ ...output, ...towerOf(output, outputs, names) }));
  const inOrder = [
    ...placed.filter(({ stage }) => stage === "encoder"),
    ...placed.filter(({ stage }) => stage === "fusion"),
  ];
  const nBelow = Math.max(0, ...placed.map(({ stage, layer }) => (stage === "encoder" ? layer + 1 : 0)));

  const towers: Tower[] = [];
  const attentions: AttentionNeurons[] = [];
  const neurons: Neuron[] = [];
  const chainOf = ({ name, kind, keysFrom }: (typeof placed)[number]) => `${name} ${kind} ${keysFrom}`;
  for (const chainName of new Set(inOrder.map(chainOf))) {
    const chain = inOrder.filter((output) => chainOf(output) === chainName).sort((a, b) => a.layer - b.layer);
    const { name, kind, keysFrom, stage, isCausal, nHeads, headDim } = chain[0];
    const [nLayers, firstNeuron] = [chain.length, neurons.length];
    towers.push({ name, kind, keysFrom, isCausal, nLayers, nHeads, headDim, firstNeuron });
    chain.forEach((output, layer) => {
      if (output.layer !== layer || output.nHeads !== nHeads || output.headDim !== headDim) {
        throw new Error(
          `openModel: unsupported layers of ${source}: attention ${layer} of ${name} is layer ${output.layer} with ${output.nHeads} × ${output.headDim} neurons; expected layer ${layer} with ${nHeads} × ${headDim}. Export the model's branches as models of their own.`,
        );
      }
      const { tensor, queryStream, keyStream } = output;
      attentions.push({ tensor, queryStream, keyStream, firstNeuron: neurons.length, nHeads, headDim });
      const depth = layer + 1 + (stage === "fusion" ? nBelow : 0);
      for (let head = 0; head < nHeads; head++) {
        for (let dim = 0; dim < headDim; dim++) {
          neurons.push({ index: neurons.length, tower: name, kind, keysFrom, layer, depth, head, dim });
        }
      }
    });
  }
  return { towers, attentions, neurons };
}
