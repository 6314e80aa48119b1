import type { NeuronTokens } from "../activations";
import { literalText } from "./figure";
import {
  BAR_PX,
  coloursOf,
  extentOf,
  numbersIn,
  type Panels,
  productTrace,
  SIDE_PX,
  TOP_PX,
} from "./token-products";

const COLUMN_PX = 31;
const ROW_PX = 24;
const LETTER_PX = 6.2;
const LEAST_WIDTH_PX = 540; // the subtitle's

/** Q as a column beside the words that ask, K as a row above the words that are asked, and the products between them. */
export function wordPanels({ query, key, isCausal }: NeuronTokens, words: readonly string[]): Panels {
  const n = query.length;
  if (words.length !== n || key.length !== n) {
    throw new Error(
      `neuronTokensFigure: mismatched words: ${words.length} for ${n} queries and ${key.length} keys; expected one each. Pass the tokens of the text (openTokenizer, tokens), special ones too.`,
    );
  }
  const longest = LETTER_PX * Math.max(...words.map(({ length }) => length)) + 8;
  const [left, top] = [SIDE_PX + longest + 14, TOP_PX + longest];
  const strip = 1.5 * COLUMN_PX;
  const [plotWidth, plotHeight] = [strip + COLUMN_PX * (n + 0.3), ROW_PX * (n + 1.4)];
  const [width, height] = [
    Math.max(LEAST_WIDTH_PX, left + plotWidth + BAR_PX + SIDE_PX),
    top + plotHeight + SIDE_PX,
  ];
  const places = Array.from({ length: n }, (_, i) => i);
  const names = words.map(literalText);
  const acrossMatrix = [1 - (COLUMN_PX * n) / plotWidth, 1];
  const upMatrix = [0, (ROW_PX * n) / plotHeight];
  const tokens = {
    tickvals: places,
    ticktext: names,
    ticks: "",
    showline: false,
    tickfont: { size: 11 },
    ticklabelstandoff: 3,
  };
  const down = { ...tokens, range: [n - 0.5, -0.5] };
  const across = { ...tokens, range: [-0.5, n - 0.5] };
  const bare = { showticklabels: false, ticks: "", showline: false };
  return {
    width,
    data: [
      {
        ...{ type: "heatmap", name: "query Q", x: [0], y: places, z: Array.from(query, (q) => [q]), ygap: 1 },
        ...{ ...coloursOf(extentOf(query)), ...numbersIn(strip), xaxis: "x", yaxis: "y" },
        ...{ text: names.map((word) => [word]), hovertemplate: "query of %{text}: %{z:.3f}<extra></extra>" },
      },
      {
        ...{ type: "heatmap", name: "key K", x: places, y: [0], z: [Array.from(key)], xgap: 1 },
        ...{ ...coloursOf(extentOf(key)), ...numbersIn(COLUMN_PX), xaxis: "x2", yaxis: "y2" },
        ...{ text: [names], hovertemplate: "key of %{text}: %{z:.3f}<extra></extra>" },
      },
      {
        ...productTrace({ query, key, isCausal }, { xaxis: "x2", yaxis: "y" }),
        text: places.map((q) => places.map((k) => `${names[q]} · ${names[k]}`)),
        hovertemplate: "%{text}: %{z:.3f}<extra></extra>",
      },
    ],
    layout: {
      ...{ width, height, margin: { l: left, r: width - left - plotWidth, t: top, b: SIDE_PX } },
      xaxis: {
        ...bare,
        title: { text: "Q", standoff: 2 },
        side: "top",
        domain: [0, strip / plotWidth],
        anchor: "y",
        range: [-0.5, 0.5],
      },
      yaxis: { ...down, title: { text: "word that asks (query)" }, domain: upMatrix, anchor: "x" },
      xaxis2: {
        ...across,
        title: { text: "word asked (key)" },
        side: "top",
        tickangle: -90,
        domain: acrossMatrix,
        anchor: "y2",
      },
      yaxis2: {
        ...bare,
        title: { text: "K", standoff: 2 },
        domain: [1 - ROW_PX / plotHeight, 1],
        anchor: "x2",
        range: [-0.5, 0.5],
      },
    },
  };
}
