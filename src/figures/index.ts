export { atomCourseFigure } from "./atom-courses";
export { atomLayerFigure } from "./atom-layers";
export { atomStabilityFigure } from "./atom-stability";
export { atomSweepFigure } from "./atom-sweep";
export { findBrowser } from "./browser";
export { type Course, courseFigure, type TimeGrid } from "./course";
export { toDataFrame } from "./data-frame";
export {
  type DisplayBundle,
  type Figure,
  figure,
  jupyterDisplay,
  literalText,
  type PlotlyLayout,
  type PlotlyTrace,
} from "./figure";
export { headMap } from "./head-map";
export { DIVERGING, FEATURE_COLOUR, HOUSE_TEMPLATE, PALETTE, SEQUENTIAL } from "./house-template";
export { nullDistribution } from "./null-distribution";
export { closeBrowser } from "./plotly-page";
export { predictionByRoi } from "./prediction-by-roi";
export { type SliceVolume, sliceMosaic } from "./slice-mosaic";
export { type ImageSize, toPng, toSvg } from "./static-image";
export { surfaceMap } from "./surface-map";
export { toCsv } from "./table-text";
export { uniqueContribution } from "./unique-contribution";
export { volumeMap } from "./volume-map";
export type { TimedWord } from "./word-marks";
