import { indexGraph } from "./graph-index";
import { attributeOf, type OnnxModel, toNumber } from "./onnx-file";

/**
 * The sizes of square images that a model's weights suggest: a table of g² positions, or g² + 1 with the class token, for the
 * patches of its first convolution. Most likely first.
 */
export function imageSizes(model: OnnxModel, source: string): number[] {
  const index = indexGraph(model.graph, source);
  const grids: number[] = [];
  for (const node of model.graph.node) {
    if (node.opType !== "Conv" || !index.dependsOnInput(node.input[0])) continue;
    const weight = index.sizeOf(node.input[1]);
    const strides = attributeOf(node, "strides")?.ints;
    const patch = strides && strides.length > 0 ? toNumber(strides[0]) : weight?.[2];
    if (weight?.length !== 4 || patch === undefined) continue;
    for (const nFirst of [1, 0, 2]) {
      for (const { dims } of model.graph.initializer) {
        const grid = Math.sqrt(toNumber(dims[dims.length - 2] ?? 0) - nFirst);
        const isTable = dims.length >= 2 && toNumber(dims[dims.length - 1]) === weight[0];
        if (isTable && grid > 1 && Number.isInteger(grid)) grids.push(grid * patch);
      }
    }
  }
  return [...new Set(grids)].slice(0, 12);
}
