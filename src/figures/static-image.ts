import { type Figure, literalText } from "./figure";
import { cropPdfPage, PT_PER_MM, PT_PER_PX } from "./pdf-page";
import { onPlotlyPage } from "./plotly-page";

/** CSS pixels of a millimetre: 96 to the inch. */
const PX_PER_MM = 96 / 25.4;
const PRINT_SCALE = 300 / 96;
const SCREEN_SCALE = 2;
const DEFAULT_WIDTH_PX = 700;
const ASPECT = 0.6;

/**
 * The size of a picture. `widthMm`: its width in print (a journal's columns are 85, 114 or 174 mm), or `widthPx`: in CSS
 * pixels; default: the figure's own width, else 700 px. `heightPx`: in CSS pixels; default: the figure's own height, kept
 * in proportion where the figure has a width of its own, else 0.6 of the width. `scale`: device pixels per CSS pixel; default 300 dpi
 * with `widthMm`, else 2. Letters keep their size in print whatever the width.
 */
export interface ImageSize {
  widthMm?: number;
  widthPx?: number;
  heightPx?: number;
  scale?: number;
}

interface ImageOptions {
  format: "png" | "svg";
  width: number;
  height: number;
  scale: number;
  imageDataOnly: true;
}

// Exists in the browser's page only.
declare const Plotly: { toImage(figure: unknown, options: ImageOptions): Promise<string> };

function imageOptions(name: string, figure: Figure, size: ImageSize, format: "png" | "svg"): ImageOptions {
  if (size.widthMm !== undefined && size.widthPx !== undefined) {
    throw new Error(
      `${name}: mismatched widths: ${size.widthMm} mm and ${size.widthPx} px; expected one of them. Leave one out.`,
    );
  }
  const own = figure.layout;
  const width =
    size.widthMm !== undefined ? size.widthMm * PX_PER_MM : (size.widthPx ?? own.width ?? DEFAULT_WIDTH_PX);
  const ownHeight =
    own.height !== undefined && own.width !== undefined ? (own.height * width) / own.width : own.height;
  const height = size.heightPx ?? ownHeight ?? width * ASPECT;
  const scale = size.scale ?? (size.widthMm !== undefined ? PRINT_SCALE : SCREEN_SCALE);
  for (const [noun, value] of Object.entries({ width, height, scale })) {
    if (!(value > 0 && Number.isFinite(value))) {
      throw new Error(
        `${name}: invalid ${noun}: ${value}; expected a positive number. Give it in mm or px as its name says.`,
      );
    }
  }
  return { format, width: Math.round(width), height: Math.round(height), scale, imageDataOnly: true };
}

function draw(figure: Figure, options: ImageOptions, glScale?: number): Promise<string> {
  const { data, layout } = figure.toJSON();
  const config = glScale === undefined ? {} : { plotGlPixelRatio: glScale };
  // The figure travels as a value, never as HTML or code.
  return onPlotlyPage((page) =>
    page.evaluate((job) => Plotly.toImage(job.figure, job.options), {
      figure: { data, layout, config },
      options,
    }),
  );
}

/**
 * The figure as a PNG, drawn by the system's Chromium, Chrome or Edge (the first picture waits some seconds for it to start).
 * Throws when no browser is found; the message says what to install.
 */
export async function toPng(figure: Figure, size: ImageSize = {}): Promise<Buffer> {
  return Buffer.from(await draw(figure, imageOptions("toPng", figure, size, "png")), "base64");
}

/**
 * The figure as an SVG document with its text as text; with `widthMm` its width and height are in mm, so that every program places it at
 * that size. Throws as `toPng`.
 */
export async function toSvg(figure: Figure, size: ImageSize = {}): Promise<string> {
  const options = imageOptions("toSvg", figure, { ...size, scale: 1 }, "svg");
  const svg = await draw(figure, options);
  if (size.widthMm === undefined) return svg;
  const heightMm = (options.height * size.widthMm) / options.width;
  return svg
    .replace(/ width="[^"]*"/, ` width="${size.widthMm}mm"`)
    .replace(/ height="[^"]*"/, ` height="${heightMm}mm"`);
}

/**
 * The figure as a PDF of one page of exactly its size: lines and text are vectors, its fonts are embedded, and the text can be selected. What WebGL
 * draws (surfaces) is a picture of `scale` device pixels per CSS pixel, at least 300 dpi, between axes and labels that are vectors. Throws as
 * `toPng`.
 */
export async function toPdf(figure: Figure, size: ImageSize = {}): Promise<Buffer> {
  const options = imageOptions("toPdf", figure, size, "svg");
  const svg = await draw(figure, { ...options, scale: 1 }, Math.max(options.scale, PRINT_SCALE));
  const widthPt = size.widthMm === undefined ? options.width * PT_PER_PX : size.widthMm * PT_PER_MM;
  const paper = { widthPt, heightPt: (options.height * widthPt) / options.width };
  const pdf = await onPlotlyPage(async (page) => {
    const sheet = await page.context().newPage();
    try {
      await sheet.setContent(printSheet(svg, figure.caption, paper), { waitUntil: "load" });
      return await sheet.pdf({ preferCSSPageSize: true, printBackground: true, pageRanges: "1" });
    } finally {
      await sheet.close();
    }
  });
  return cropPdfPage(pdf, paper);
}

/** A page with the picture in its upper left corner and nothing else. It runs no script and fetches nothing, whatever text the picture has. */
function printSheet(
  svg: string,
  title: string,
  { widthPt, heightPt }: { widthPt: number; heightPt: number },
): string {
  const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";
  const style = `@page{size:${widthPt + 4}pt ${heightPt + 4}pt;margin:0}html,body{margin:0}svg{display:block;width:${widthPt}pt;height:${heightPt}pt}`;
  return `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>${literalText(title)}</title><style>${style}</style>${svg}`;
}
