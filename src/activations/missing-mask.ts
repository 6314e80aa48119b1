import type { Attention, StreamInputs } from "./attention-graph";
import { type GraphWriter, openGraphWriter } from "./graph-writer";
import type { OnnxModel, OnnxNode } from "./onnx-file";

const [INT32, INT64, BOOL] = [6, 7, 9];
/** Far below any logit, and still finite with one added to it. */
const HIDDEN = -1e30;

/**
 * Adds back an attention mask that the exporter dropped: an int64 input `name` [batch, tokens], 1 for tokens and 0 for padding,
 * which hides padding of the stream `inputs` as keys in every attention. The new nodes stand before the ones that read
 * them. Throws when an operator has another mask where this one would go.
 */
export function addAttentionMask(
  model: OnnxModel,
  attentions: readonly Attention[],
  inputs: StreamInputs,
  name: string,
): void {
  const { graph } = model;
  const write = openGraphWriter(model, "mask");
  write.input(name, ["batch", `${name}_tokens`], INT64);
  const masked = attentions.filter(({ keyStream }) => `${keyStream}` === `${inputs}`);
  for (const attention of masked) {
    const nBefore = graph.node.length;
    hidePadding(write, attention.node, attention.query.tensor, name);
    const added = graph.node.splice(nBefore);
    graph.node.splice(graph.node.indexOf(attention.node), 0, ...added);
  }
}

function hidePadding(write: GraphWriter, node: OnnxNode, query: string, mask: string): void {
  const [logits] = node.input;
  const slot = (at: number, tensor: string) => {
    if (node.input[at]) {
      throw new Error(
        `openModel: unsupported mask of node "${node.name}" (${node.opType}): it already has one, but the model has no attention_mask; expected neither or both. Export the model with an attention_mask.`,
      );
    }
    while (node.input.length < at) node.input.push("");
    node.input[at] = tensor;
  };
  if (node.opType === "Softmax") {
    const padding = write.node("Sub", [write.float(1), write.node("Cast", [mask], { to: 1 })]);
    const bias = write.nodeWithAxes("Unsqueeze", write.node("Mul", [padding, write.float(HIDDEN)]), [1, 2]);
    // Logits may have batch and heads in one axis: apart for the sum, and together again.
    const shape = write.node("Shape", [logits]);
    const nTokens = write.node("Slice", [shape, write.integers([-2]), write.integers([1 << 30])]);
    const nBatch = write.node("Slice", [
      write.node("Shape", [mask]),
      write.integers([0]),
      write.integers([1]),
    ]);
    const apart = write.node("Concat", [nBatch, write.integers([-1]), nTokens], { axis: 0 });
    const sum = write.node("Add", [write.node("Reshape", [logits, apart]), bias]);
    node.input[0] = write.node("Reshape", [sum, shape]);
  } else if (node.domain === "") {
    // onnxruntime wants all queries in the mask: [batch, 1, n, m].
    const keep = write.nodeWithAxes("Unsqueeze", write.node("Cast", [mask], { to: BOOL }), [1, 2]);
    const nQueries = write.node("Slice", [
      write.node("Shape", [query]),
      write.integers([-2]),
      write.integers([-1]),
    ]);
    const ones = write.integers([1]);
    const shape = write.node("Concat", [ones, ones, nQueries, ones], { axis: 0 });
    slot(3, write.node("Expand", [keep, shape]));
  } else {
    slot(node.opType === "MultiHeadAttention" ? 4 : 3, write.node("Cast", [mask], { to: INT32 }));
  }
}
