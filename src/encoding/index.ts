export { logSpacedAlphas } from "./alphas";
export { crossValidatedRidge, type RidgeScores } from "./cross-validated-ridge";
export { type DualFit, fitDual } from "./ridge-dual";
export {
  filterFeatures,
  joinFeatures,
  kernelFeatures,
  type RidgeFeatures,
  shiftFeatures,
} from "./ridge-features";
export { fitPrimal, type PrimalFit } from "./ridge-primal";
export type { RidgeProblem } from "./ridge-solver";
export { correlationScore, r2Score } from "./scores";
export {
  type Block,
  contiguousBlocks,
  rowsOf,
  runBlocks,
  type Segment,
  segmentBlocks,
  testSegments,
  trainingSegments,
} from "./segments";
export {
  accumulateStatistics,
  addStatistics,
  type RegressionStatistics,
  selectRegressors,
} from "./statistics";
