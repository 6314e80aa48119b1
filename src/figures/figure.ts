import { figureJson } from "./figure-json";
import { HOUSE_TEMPLATE } from "./house-template";
import { toPng } from "./static-image";

/** One plotly trace. Arrays may be plain or typed; a 2-D `z` may be a `Matrix`. Source: plotly.js figure reference. */
export interface PlotlyTrace {
  type: string;
  [attribute: string]: unknown;
}

/** A plotly layout; sizes in CSS pixels (1/96 inch). Without `width` a figure is as wide as its cell. */
export interface PlotlyLayout {
  width?: number;
  height?: number;
  [attribute: string]: unknown;
}

/** What Jupyter front ends choose from, best first: MIME type → content. */
export type DisplayBundle = Record<string, unknown>;

/** The method by which a kernel asks a value how to show itself (the convention of Deno's kernel). */
export const jupyterDisplay: unique symbol = Symbol.for("Jupyter.display");

/**
 * A figure is a plain value: change it, spread it into another, or let the last expression of a cell show it.
 * `caption` is the one-line description that stands for the picture where there is none.
 */
export interface Figure {
  data: PlotlyTrace[];
  layout: PlotlyLayout;
  caption: string;
  /** What plotly.js reads, nothing rounded: typed arrays as base64. */
  toJSON(): { data: unknown; layout: unknown };
  [jupyterDisplay](): Promise<DisplayBundle>;
}

// Both are methods on `this`, so that `{ ...figure, layout }` still shows and writes itself.
function toJSON(this: Figure): { data: unknown; layout: unknown } {
  return { data: figureJson(this.data), layout: figureJson(this.layout) };
}

const complaints = new Set<string>();

async function display(this: Figure): Promise<DisplayBundle> {
  const bundle: DisplayBundle = {
    "application/vnd.plotly.v1+json": this.toJSON(),
    "text/plain": this.caption,
  };
  try {
    bundle["image/png"] = (await toPng(this)).toString("base64");
  } catch (error) {
    const message = (error as Error).message;
    if (!complaints.has(message)) {
      complaints.add(message);
      console.error(
        `Figures stay interactive, but come without a picture (GitHub and exported HTML show that): ${message}`,
      );
    }
  }
  return bundle;
}

/**
 * Makes a figure of plotly traces and a layout, in the house style (`HOUSE_TEMPLATE`; entries of `layout` win).
 * `caption` is one line that says what is shown, with n, test and correction where there are any.
 */
export function figure(parts: { data: PlotlyTrace[]; layout: PlotlyLayout; caption: string }): Figure {
  const layout = { template: HOUSE_TEMPLATE, ...parts.layout };
  return { data: parts.data, layout, caption: parts.caption, toJSON, [jupyterDisplay]: display };
}

/** Text from data as plotly shows it letter by letter: its pseudo-HTML (`<b>`, `<a href>`, `&amp;`) does not act. */
export function literalText(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
