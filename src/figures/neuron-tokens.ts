import type { NeuronTokens } from "../activations";
import { type Figure, figure, literalText } from "./figure";
import { NO_VALUE } from "./house-template";
import { patchPanels } from "./patch-panels";
import type { RgbPicture } from "./png-image";
import { SIDE_PX } from "./token-products";
import { wordPanels } from "./word-panels";

/** What the tokens are: the patches of a picture, rows from the top, or the tokens of a text in order. */
export type ShownTokens =
  | { readonly picture: RgbPicture; readonly nPatches: readonly [nRows: number, nColumns: number] }
  | { readonly words: readonly string[] };

/**
 * One neuron at one moment, token by token: the query Q of every token, the key K of every token, and their products Q_n K_m over all pairs,
 * whose mean is the neuron's value. Patches lie on their picture; words stand beside rows and columns.
 *
 * Tokens of a picture that are no patches (the class token) stand in front of it, as in ViT, and are drawn below it. Colours are blue below
 * zero and red above, each panel up to its own largest value, with numbers where the cells have room for them. In causal attention, pairs
 * whose key is later than the query are grey and do not count. NaN is grey. Throws for cross-attention and for tokens that are not those shown.
 */
export function neuronTokensFigure(
  tokens: NeuronTokens,
  options: { title: string; shown: ShownTokens },
): Figure {
  const { neuron, query, key, value, isCausal } = tokens;
  if (neuron.kind === "cross") {
    throw new Error(
      `neuronTokensFigure: invalid neuron: cross-attention of ${neuron.tower}; expected self-attention, whose queries and keys are of the same tokens. Choose another neuron.`,
    );
  }
  const { shown } = options;
  const parts = "words" in shown ? wordPanels(tokens, shown.words) : patchPanels(tokens, shown);
  const { tower, depth, head, dim } = neuron;
  const place = `${tower}, layer ${depth}, head ${head + 1}, dimension ${dim + 1}`;
  const sum = isCausal
    ? `mean of Q·K over pairs up to the query = ${number(value)}`
    : `mean Q (${number(mean(query))}) · mean K (${number(mean(key))}) = ${number(value)}`;
  return figure({
    data: parts.data,
    layout: {
      ...parts.layout,
      showlegend: false,
      title: {
        text: literalText(options.title),
        subtitle: { text: `${place}: ${sum}` },
        x: SIDE_PX / parts.width,
        xref: "container",
      },
      plot_bgcolor: NO_VALUE,
    },
    caption: `${options.title}: one neuron (${place}) over ${query.length} tokens, query of each, key of each, and their products${isCausal ? " (grey: later tokens, which do not count)" : ""}; ${sum}.`,
  });
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function number(value: number): string {
  return value.toFixed(3).replace("-", "−");
}
