import type { StreamInputs } from "./attention-graph";
import { indexGraph } from "./graph-index";
import { type OnnxModel, toNumber } from "./onnx-file";

/** What a model's input takes. */
export interface ModelInput {
  name: string;
  /** TensorProto.DataType: 1 float32, 7 int64, … */
  elementType: number;
  /** A name stands for a size that may differ from run to run. */
  shape: (number | string)[];
  /** For token ids the number of rows of the embedding that they choose from, else null. */
  vocabulary: number | null;
}

const INTEGER_TYPES = [6, 7];

export function isInteger({ elementType }: Pick<ModelInput, "elementType">): boolean {
  return INTEGER_TYPES.includes(elementType);
}

export function isMask({ name }: Pick<ModelInput, "name">): boolean {
  return /mask/i.test(name);
}

/** The inputs that a model takes, as its file declares them. */
export function modelInputs(model: OnnxModel, source: string): ModelInput[] {
  const weights = new Set(model.graph.initializer.map(({ name }) => name));
  const index = indexGraph(model.graph, source);
  /** Rows of the embedding that an input looks up, through casts and reshapes. */
  const vocabularyOf = (tensor: string, hops = 6): number | null => {
    for (const node of hops > 0 ? index.consumers(tensor) : []) {
      const { opType, input } = node;
      if (opType === "Gather" && input[1] === tensor) return index.sizeOf(input[0])?.[0] ?? null;
      if (opType === "EmbedLayerNormalization" && input[0] === tensor)
        return index.sizeOf(input[2])?.[0] ?? null;
      const isSame = ["Cast", "Reshape", "Identity"].includes(opType) && input[0] === tensor;
      const found = isSame ? vocabularyOf(node.output[0], hops - 1) : null;
      if (found !== null) return found;
    }
    return null;
  };
  return model.graph.input
    .filter(({ name }) => !weights.has(name))
    .map(({ name, type }) => ({
      name,
      elementType: type?.tensorType?.elemType ?? 0,
      shape: (type?.tensorType?.shape?.dim ?? []).map(({ dimValue, dimParam }) =>
        dimParam ? dimParam : toNumber(dimValue ?? 0) || "?",
      ),
      vocabulary: INTEGER_TYPES.includes(type?.tensorType?.elemType ?? 0) ? vocabularyOf(name) : null,
    }));
}

/** The inputs of a stream that hold what was shown or said; masks only say which of it counts. */
export function contentInputs(stream: StreamInputs, inputs: readonly ModelInput[]): ModelInput[] {
  return inputs.filter((input) => stream.includes(input.name) && !isMask(input));
}

/** Names of the input of token ids of a stream, null for a stream of images or of both. */
export function tokenInput(stream: StreamInputs, inputs: readonly ModelInput[]): string | null {
  const content = contentInputs(stream, inputs);
  if (content.length === 0 || !content.every(isInteger)) return null;
  return (content.find(({ name }) => /ids$/.test(name) && !/type|position/.test(name)) ?? content[0]).name;
}

/** The name of the mask that belongs to an input of token ids: `decoder_input_ids` has a `decoder_attention_mask`. */
export function maskName(ids: string): string {
  return /input_ids/.test(ids) ? ids.replace("input_ids", "attention_mask") : "attention_mask";
}

/** The input that marks the padding of a text stream, null when the model has none. */
export function maskInput(stream: StreamInputs, inputs: readonly ModelInput[]): string | null {
  const ids = tokenInput(stream, inputs);
  if (ids === null) return null;
  const masks = inputs.filter((input) => isMask(input) && input.shape.length === 2);
  const own = masks.find(({ name }) => name === maskName(ids));
  return own?.name ?? (masks.length === 1 ? masks[0].name : null);
}
