import { FLOAT32, openGraphWriter } from "./graph-writer";
import { attributeOf, type OnnxModel, type OnnxNode } from "./onnx-file";

/** TensorProto.DataType of the two halves. */
export const FLOAT16 = 10;
export const BFLOAT16 = 16;
const HALVES = [FLOAT16, BFLOAT16];

/**
 * Edits a model of half-precision weights in place so that it computes in float32 with these very weights: every half constant is
 * cast once (when the graph is loaded), casts to half become casts to float32, half inputs become float32. Processors have
 * few half-precision instructions, and neurons would differ between machines. Nothing changes in other models.
 */
export function widenHalves(model: OnnxModel): void {
  const { graph } = model;
  const write = openGraphWriter(model, "half");
  const nodes = graph.node;
  graph.node = [];
  const castTo = (tensor: string, name: string) => {
    write.node("Cast", [tensor], { to: FLOAT32 });
    graph.node[graph.node.length - 1].output = [name];
  };

  for (const tensor of graph.initializer) {
    if (!HALVES.includes(tensor.dataType)) continue;
    const { name } = tensor;
    tensor.name = `${name}/half`;
    castTo(tensor.name, name);
  }
  for (const node of nodes) {
    graph.node.push(node);
    const to = attributeOf(node, "to");
    if (node.opType === "Cast" && to && HALVES.includes(Number(to.i))) to.i = FLOAT32;
    if (!makesHalf(node)) continue;
    const [name] = node.output;
    node.output = [`${name}/half`];
    castTo(node.output[0], name);
  }
  for (const { type } of graph.input) {
    if (HALVES.includes(type?.tensorType?.elemType ?? 0)) type!.tensorType!.elemType = FLOAT32;
  }
  // Types noted for inner tensors would contradict the wider ones; the runtime infers them anew.
  if (graph.node.length > nodes.length) graph.valueInfo = [];
}

/** True for a constant of halves, or one filled in at run time. */
function makesHalf(node: OnnxNode): boolean {
  const value = attributeOf(node, "value")?.t;
  const isConstant = node.opType === "Constant" || node.opType === "ConstantOfShape";
  return isConstant && HALVES.includes(value?.dataType ?? 0);
}
