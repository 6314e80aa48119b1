export { type AlicePredictors, readAlicePredictors } from "./alice-predictors";
export { readAliceRois } from "./alice-runs";
export { type Annotation, readAnnotation } from "./annotation";
export { type Confounds, readConfounds } from "./bids-confounds";
export { type BidsDataset, type BidsImage, type BidsRun, openBids } from "./bids-dataset";
export { type BidsEvent, readEvents } from "./bids-events";
export type { BidsEntities } from "./bids-names";
export {
  type BrainModel,
  type BrainModels,
  countGrayordinates,
  type SurfaceModel,
  sameGrayordinates,
  structureVoxels,
  type VolumeModel,
} from "./brain-models";
export { type CiftiImage, openCiftiRun, readCifti } from "./cifti-image";
export { type CiftiSeries, ciftiSeriesBytes, writeCiftiSeries } from "./cifti-series-writer";
export { type CiftiContent, writeCifti } from "./cifti-writer";
export type { CiftiMap, CiftiRows } from "./cifti-xml";
export { type CleanBlock, type CleanRun, cleanBlocks, readRun, type VoxelGaps } from "./clean-run";
export type { Cleaning } from "./cleaning";
export { type ExplainableVariance, explainableVariance } from "./explainable-variance";
export { type GiftiImage, readGifti, readSurface, type Surface } from "./gifti";
export type { GiftiArray } from "./gifti-array";
export { labelGrayordinates } from "./grayordinate-selection";
export type { GroupRun, SubjectBold } from "./group-run";
export { type HcpImage, hcpMovieSubjects, openHcpMovie } from "./hcp-movie";
export { interSubjectCorrelation } from "./inter-subject-correlation";
export { findLabels, type Label } from "./label-table";
export { matrixRun, subjectRuns } from "./matrix-run";
export type { NiftiDatatype } from "./nifti-datatype";
export type { NiftiExtension } from "./nifti-extensions";
export type { NiftiHeader } from "./nifti-header";
export { type NiftiImage, readNifti } from "./nifti-image";
export { openNiftiRun } from "./nifti-run";
export { type NiftiContent, niftiHeaderOf, writeNifti } from "./nifti-writer";
export type { NpyArray, NpyTexts } from "./npy-array";
export { openNpyRun } from "./npy-run";
export { type NpzContent, readNpz } from "./npz";
export { openBidsRun, openRun } from "./open-run";
export { checkEvents, checkSameVoxels, checkStimulusLength } from "./run-timing";
export {
  countTrs,
  DEFAULT_BUDGET_BYTES,
  type ReadOptions,
  type RunReader,
  runBlocks,
  type SeriesBlock,
  type StreamedRun,
  selectVoxels,
  trimRun,
  type VoxelSpace,
} from "./streamed-run";
export { readTsv, type TsvTable } from "./table-file";
export { labelVoxels, maskVoxels } from "./volume-selection";
export { writeMaps } from "./write-maps";
export { zscoreRuns } from "./zscore-runs";
