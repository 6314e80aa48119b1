import type { Layout, Operand } from "./attention-operands";
import type { GraphWriter } from "./graph-writer";

/** Past the last axis, and past the last element, of anything. */
const END = 1_000_000_000;

/** Adds nodes that read the vectors of an operand, in whatever layout it stands in the graph. */
export interface TokenVectors {
  /** The token weights [batch, readings, w] of a stream as shares of 1 over the operand's tokens: [batch, readings, tokens]. */
  shares(operand: Operand, weights: string): string;
  /** The same without the division. */
  fullWeights(operand: Operand, weights: string): string;
  /** Σ_n share_n x_n: [batch, readings, heads, d]. `weights` are those of the operand's stream; they tell the batch. */
  mean(operand: Operand, weights: string): string;
  /** All vectors: [batch, heads, tokens, d]. */
  all(operand: Operand, weights: string): string;
}

export function openTokenVectors(write: GraphWriter): TokenVectors {
  const sizes = (tensor: string, start: number, end: number) =>
    write.node("Slice", [write.node("Shape", [tensor]), write.integers([start]), write.integers([end])]);

  /** Brings [batch, heads, a, b] and [batch · heads, a, b] to the first: which of them it is shows only at run time. */
  const toRank4 = (tensor: string, weights: string) => {
    const shape = [sizes(weights, 0, 1), write.integers([-1]), sizes(tensor, -2, END)];
    return write.node("Reshape", [tensor, write.node("Concat", shape, { axis: 0 })]);
  };

  const undoScales = (tensor: string, scales: Operand["scales"]) =>
    scales.reduce((x, { op, factor }) => write.node(op === "Mul" ? "Div" : "Mul", [x, factor]), tensor);

  const columns = (tensor: string, start: number, size: number, axis: number) =>
    write.node("Slice", [
      tensor,
      write.integers([start]),
      write.integers([start + size]),
      write.integers([axis]),
    ]);

  /** [batch, rows, width] of the operand's input to [batch, rows, heads · d]. */
  const project = (rows: string, layout: Layout): string => {
    if (layout.form === "packed") {
      const { weight, bias, start, size } = layout;
      const product = write.node("MatMul", [rows, columns(weight, start, size, 1)]);
      return bias === null ? product : write.node("Add", [product, columns(bias, start, size, 0)]);
    }
    if (layout.form === "merged" && layout.bias !== null) {
      const { tensor, part } = layout.bias;
      const parts = write.node("Reshape", [tensor, write.integers([3, -1])]);
      return write.node("Add", [rows, columns(parts, part, 1, 0)]);
    }
    return rows;
  };

  /** The number of tokens of an operand, as a vector of one. */
  const tokenCount = ({ tensor, layout }: Operand): string =>
    layout.form === "heads"
      ? sizes(tensor, -2, -1)
      : layout.form === "heads transposed"
        ? sizes(tensor, -1, END)
        : sizes(tensor, 1, 2);

  const vectors: TokenVectors = {
    fullWeights(operand, weights) {
      // The weight at min(token, w − 1): the last one holds for all tokens behind it.
      const n = write.node("Reshape", [tokenCount(operand), write.integers([])]);
      const tokens = write.node("Range", [write.integer(0), n, write.integer(1)]);
      const last = write.node("Sub", [sizes(weights, 2, 3), write.integers([1])]);
      const at = write.node("Where", [write.node("Less", [tokens, last]), tokens, last]);
      return write.node("Gather", [weights, at], { axis: 2 });
    },
    shares(operand, weights) {
      const full = vectors.fullWeights(operand, weights);
      return write.node("Div", [full, write.nodeWithAxes("ReduceSum", full, [-1])]);
    },
    mean(operand, weights) {
      const { tensor, layout, scales } = operand;
      const shares = vectors.shares(operand, weights);
      if (layout.form === "heads") {
        const x = toRank4(tensor, weights);
        const mean = write.node("MatMul", [write.nodeWithAxes("Unsqueeze", shares, [1]), x]); // [b, h, r, d]
        return write.node("Transpose", [undoScales(mean, scales)], { perm: [0, 2, 1, 3] });
      }
      if (layout.form === "heads transposed") {
        const x = toRank4(tensor, weights);
        const shareColumns = write.node("Transpose", [shares], { perm: [0, 2, 1] });
        const mean = write.node("MatMul", [x, write.nodeWithAxes("Unsqueeze", shareColumns, [1])]); // [b, h, d, r]
        return write.node("Transpose", [undoScales(mean, scales)], { perm: [0, 3, 1, 2] });
      }
      // A projection of the mean is the mean of the projections, and much less work.
      const mean = project(write.node("MatMul", [shares, tensor]), layout); // [b, r, h · d]
      return write.node("Reshape", [mean, write.integers([0, 0, layout.nHeads, -1])]);
    },
    all({ tensor, layout, scales }, weights) {
      if (layout.form === "heads") return undoScales(toRank4(tensor, weights), scales);
      if (layout.form === "heads transposed") {
        const x = undoScales(toRank4(tensor, weights), scales);
        return write.node("Transpose", [x], { perm: [0, 1, 3, 2] });
      }
      const split = write.integers([0, 0, layout.nHeads, -1]);
      const x = write.node("Reshape", [project(tensor, layout), split]);
      return write.node("Transpose", [x], { perm: [0, 2, 1, 3] });
    },
  };
  return vectors;
}
