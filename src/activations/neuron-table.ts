import type { NeuronOutput, StreamWeights } from "./neuron-outputs";

/** The attentions of a model that have the same two streams: a chain of layers. */
export interface Tower {
  /** Whose tokens ask: "text", "vision". */
  name: string;
  kind: "self" | "cross";
  /** Whose tokens are asked: the tower's own name for self-attention. */
  keysFrom: string;
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
  /** The layer as people count it, from 1. */
  depth: number;
  head: number;
  dim: number;
}

/** What a model's input takes. */
export interface ModelInput {
  name: string;
  /** TensorProto.DataType: 1 float32, 7 int64, … */
  elementType: number;
  /** A name stands for a size that may differ from run to run. */
  shape: (number | string)[];
}

/** The neurons of one attention as the edited graph returns them: [batch, readings, nHeads, headDim]. */
export interface AttentionNeurons {
  tensor: string;
  firstNeuron: number;
  nHeads: number;
  headDim: number;
}

const INTEGER_TYPES = [6, 7];

/**
 * Orders the attentions of a graph into towers and numbers their neurons. Throws when two streams cannot be told apart by
 * their inputs, when two attentions claim one layer, and when heads differ within a tower.
 */
export function neuronTable(
  outputs: (NeuronOutput & { nHeads: number; headDim: number })[],
  streams: StreamWeights[],
  inputs: ModelInput[],
  source: string,
): { towers: Tower[]; attentions: AttentionNeurons[]; neurons: Neuron[] } {
  const names = streams.map((stream) => streamName(stream, inputs));
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) {
    throw new Error(
      `neuronTable: ambiguous towers of ${source}: ${streams.map(({ inputs }) => inputs.join(" + ")).join(" and ")} would both be "${twice}"; expected one stream of text and one of images at most. Export the towers as models of their own.`,
    );
  }
  const towers: Tower[] = [];
  const attentions: AttentionNeurons[] = [];
  const neurons: Neuron[] = [];
  const pairs = [...new Set(outputs.map(({ queryStream, keyStream }) => `${queryStream},${keyStream}`))];
  for (const pair of pairs) {
    const chain = outputs
      .filter(({ queryStream, keyStream }) => `${queryStream},${keyStream}` === pair)
      .sort((a, b) => a.layer - b.layer);
    const { kind, nHeads, headDim, queryStream, keyStream } = chain[0];
    const [name, keysFrom] = [names[queryStream], names[keyStream]];
    towers.push({
      name,
      kind,
      keysFrom,
      nLayers: chain.length,
      nHeads,
      headDim,
      firstNeuron: neurons.length,
    });
    chain.forEach((output, layer) => {
      if (output.layer !== layer || output.nHeads !== nHeads || output.headDim !== headDim) {
        throw new Error(
          `neuronTable: unsupported layers of ${source}: attention ${layer} of ${name} is layer ${output.layer} with ${output.nHeads} × ${output.headDim} neurons; expected layer ${layer} with ${nHeads} × ${headDim}. Export the model's branches as models of their own.`,
        );
      }
      attentions.push({ tensor: output.tensor, firstNeuron: neurons.length, nHeads, headDim });
      for (let head = 0; head < nHeads; head++) {
        for (let dim = 0; dim < headDim; dim++) {
          neurons.push({
            index: neurons.length,
            tower: name,
            kind,
            keysFrom,
            layer,
            depth: layer + 1,
            head,
            dim,
          });
        }
      }
    });
  }
  return { towers, attentions, neurons };
}

/** Token ids are integers [batch, tokens]; images are floats with three dimensions or more. */
function streamName(stream: StreamWeights, inputs: ModelInput[]): string {
  const own = inputs.filter(({ name }) => stream.inputs.includes(name));
  return own.every(({ elementType }) => INTEGER_TYPES.includes(elementType)) ? "text" : "vision";
}
