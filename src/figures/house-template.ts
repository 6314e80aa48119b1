/**
 * The Okabe–Ito palette without its yellow, which is too pale for a thin line on white paper. Distinguishable with every
 * common colour-vision deficiency. Source: Okabe and Ito (2008), Color Universal Design.
 */
export const PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"] as const;

/** The two feature sets look the same in every figure. */
export const FEATURE_COLOUR = { atoms: PALETTE[0], neurons: PALETTE[1] } as const;

/** A colour scale as plotly takes it: positions from 0 to 1, each with its colour. */
export type ColourScale = (readonly [position: number, colour: string])[];

const RED_HALF = ["#f7f7f7", "#fddbc7", "#f4a582", "#d6604d", "#b2182b", "#67001f"];
const BLUE_HALF = ["#053061", "#2166ac", "#4393c3", "#92c5de", "#d1e5f0"];

function evenScale(colours: string[]): ColourScale {
  return colours.map((colour, i) => [i / (colours.length - 1), colour] as const);
}

/** Blue below zero, near-white at zero, red above: ColorBrewer's RdBu (11 classes), reversed; safe for the colour-blind. */
export const DIVERGING: ColourScale = evenScale([...BLUE_HALF, ...RED_HALF]);

/** The red half of `DIVERGING`, so that zero and "more" look alike in both. */
export const SEQUENTIAL: ColourScale = evenScale(RED_HALF);

/** The grey of what is not the data: reference lines, ranges, controls. */
export const GREY = "#595959";

/** The entries of an axis on which zero means something. */
export const ZERO_LINE = { zeroline: true, zerolinecolor: "#999999", zerolinewidth: 1 } as const;

/** The fill of a cell without a value; no colour of the scales above. */
export const NO_VALUE = "#b8b8b8";

const AXIS = {
  automargin: true,
  showline: true,
  linecolor: "#333333",
  linewidth: 1,
  ticks: "outside",
  ticklen: 4,
  tickwidth: 1,
  tickcolor: "#333333",
  tickfont: { size: 10 },
  title: { standoff: 8, font: { size: 11 } },
  showgrid: false,
  zeroline: false,
};

/**
 * What all figures share, as plotly's `layout.template`: a figure's own layout overrides it entry by entry.
 * 11 px letters are 8 pt in print (1 px = 1/96 inch), which is what journals ask for at final size. The paper is white
 * whatever the theme of the notebook.
 */
export const HOUSE_TEMPLATE = {
  layout: {
    font: { family: "Arial, Helvetica, Liberation Sans, sans-serif", size: 11, color: "#222222" },
    title: {
      font: { size: 12 },
      subtitle: { font: { size: 10 } },
      x: 0,
      xref: "paper",
      xanchor: "left",
      y: 1,
      yref: "container",
      yanchor: "top",
      pad: { t: 8 },
    },
    paper_bgcolor: "#ffffff",
    plot_bgcolor: "#ffffff",
    colorway: PALETTE,
    margin: { l: 48, r: 12, t: 12, b: 40 },
    xaxis: AXIS,
    yaxis: AXIS,
    legend: { orientation: "h", x: 0, y: 0, yref: "container", yanchor: "bottom", font: { size: 10 } },
    hovermode: "closest",
  },
} as const;

/** The q below which a figure sets a star. */
export const SIGNIFICANT = 0.05;
