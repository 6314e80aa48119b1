export { atomCourseFigure } from "./atom-courses";
export { atomLayerFigure } from "./atom-layers";
export { type AtomSimilarity, atomSimilarityFigure } from "./atom-similarity";
export { atomStabilityFigure } from "./atom-stability";
export { atomSweepFigure } from "./atom-sweep";
export { findBrowser } from "./browser";
export { contactSheet } from "./contact-sheet";
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
export { filmMoment } from "./film-moment";
export { headMap } from "./head-map";
export { DIVERGING, FEATURE_COLOUR, HOUSE_TEMPLATE, PALETTE, SEQUENTIAL } from "./house-template";
export { layerHierarchy } from "./layer-hierarchy";
export { layerMirrorFigure } from "./layer-mirror";
export { measureEffects } from "./measure-effects";
export { modalityStrip } from "./modality-strip";
export { networkConnectivity } from "./network-connectivity";
export { networkPolarityMap } from "./network-polarity";
export { networkPrediction } from "./network-prediction";
export { neuronTokensFigure, type ShownTokens } from "./neuron-tokens";
export { nullDistribution } from "./null-distribution";
export { oppositePairsFigure } from "./opposite-pairs";
export { closeBrowser } from "./plotly-page";
export { predictionByRoi } from "./prediction-by-roi";
export { captionText, type PrintedTable, printTable, type TableCaption } from "./printed-table";
export { removalCurvesFigure } from "./removal-curves";
export { type SliceVolume, sliceMosaic } from "./slice-mosaic";
export { type ImageSize, toPdf, toPng, toSvg } from "./static-image";
export { surfaceMap } from "./surface-map";
export { escapeLatex, toLatex } from "./table-latex";
export { escapeMarkdown, toMarkdown } from "./table-markdown";
export { toCsv } from "./table-text";
export { uniqueContribution } from "./unique-contribution";
export { variancePartsFigure } from "./variance-parts";
export { volumeMap } from "./volume-map";
export type { TimedWord } from "./word-marks";
