export { type Caption, readCaptions } from "./captions";
export { decodeImage, type RgbImage } from "./decode-image";
export { openFrameFolder } from "./frame-folder";
export { type FrameSource, type PixelBatch, pixelBatches } from "./frames";
export { HCP_MOVIE_TR_SEC, type HcpClip, type HcpMovieRun, hcpMovieRuns } from "./hcp-movie-runs";
export { inputSize, meterPreprocessing, type Preprocessing, preprocessImage } from "./preprocessing";
export { readPreprocessing } from "./preprocessor-config";
export { type ImageWindow, type ResampleFilter, resizeImage } from "./resize-image";
export { type ClipWindow, captionOfTr, clipOfTr, frameOfTr, REST, type TrTiming } from "./stimulus-of-tr";
export {
  type Interval,
  type IntervalTier,
  type PointTier,
  readTextGrid,
  type TextGrid,
  type Word,
  wordsOf,
} from "./text-grid";
export { trOfOnset } from "./tr-of-onset";
export { openVideo } from "./video-frames";
export { type WordWindow, wordWindows } from "./word-windows";
