export { accumulateRuns, statisticsKey } from "./accumulate-runs";
export { type AlphaRule, type GridEnds, logSpacedAlphas } from "./alphas";
export { type BandDraws, drawBands } from "./band-draws";
export { type BandedRidge, bandedRidge } from "./banded-ridge";
export type { EncodingData } from "./bold-pass";
export {
  type BoldPieces,
  type BoldSeries,
  type BoldSource,
  boldFile,
  boldMatrix,
  boldSeries,
} from "./bold-source";
export { crossValidatedRidge, type RidgeScores } from "./cross-validated-ridge";
export type { DrawnNull } from "./drawn-null";
export { dropOneR2 } from "./drop-one";
export { type DualWeights, dualWeights } from "./dual-weights";
export {
  blocksOf,
  type EncodingStatistics,
  mergeStatistics,
  selectBlocks,
  selectFeatures,
  selectTargets,
} from "./encoding-statistics";
export type { FeatureSpace } from "./feature-spaces";
export { type LassoChoices, type LassoWeights, lassoWeights } from "./lasso-weights";
export { type NestedRidge, nestedRidge, type RidgeChoices } from "./nested-ridge";
export { patternMaps } from "./pattern-maps";
export { phaseNull } from "./phase-null";
export { primalWeights } from "./primal-weights";
export { type DualFit, fitDual } from "./ridge-dual";
export type { TargetScores } from "./ridge-errors";
export type { Precision } from "./ridge-factor";
export {
  filterFeatures,
  joinFeatures,
  kernelFeatures,
  type RidgeFeatures,
  shiftFeatures,
} from "./ridge-features";
export type { RidgeProblem } from "./ridge-solver";
export { type RidgeWeights, ridgeWeights, type Weights } from "./ridge-weights";
export { type RollChoices, rollNull, rollP } from "./roll-null";
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
export { type EncodedRuns, encodeRuns, type SolverCost, solverCost } from "./solver-choice";
export { type SplitR2, splitR2 } from "./split-r2";
export {
  accumulateStatistics,
  addStatistics,
  type RegressionStatistics,
  selectRegressors,
  type TargetRange,
} from "./statistics";
export { readStatistics, saveStatistics } from "./statistics-file";
export type { TargetOptions } from "./target-blocks";
export { scoreWeights, transferScores } from "./transfer";
export { partitionVariance, type VariancePartition } from "./variance-partition";
