export {
  ARCHITECTURE_LIMIT,
  type ArchitectureCase,
  type ArchitectureContrastRow,
  type ArchitectureRow,
  architectureContrasts,
  architectureTable,
  type CasePair,
  PARTS,
  type Part,
  type SubjectPartition,
} from "./architecture";
export { type AtomMaps, atomMaps, type MapMoments, mapMoments, zMaps } from "./atom-maps";
export { type AtomPair, atomPairs, pairValues } from "./atom-pairs";
export { type RemovalCurves, removalCurves, removalMeasures, removalOrder } from "./atom-removal";
export { type EffectKind, type GroupEffect, type GroupOptions, groupEffect } from "./group-effect";
export {
  HIERARCHY_LIMIT,
  type HierarchyCase,
  type HierarchyRow,
  hierarchyTable,
  type PreferredLayers,
  preferredLayers,
} from "./hierarchy";
export {
  type LayerProfiles,
  type MirrorRow,
  mirrorIndex,
  mirrorMeasures,
  mirrorRows,
  smoothMirrorNull,
} from "./layer-mirror";
export { atomsPerNeuron, layerSpread, type MemberLists, memberJaccard } from "./member-similarity";
export {
  type Modalities,
  type ModalityRow,
  type ModalitySummary,
  modalitySummary,
  modalityTable,
} from "./modality-index";
export { type NeededEffectRow, neededEffects } from "./needed-effects";
export { type NetworkLabels, voxelsByNetwork } from "./network-labels";
export {
  type HalfMaps,
  halfData,
  type OppositePairRow,
  oppositePairMeasures,
  oppositePairTable,
} from "./opposite-pairs";
export { residualsOf } from "./partial-correlation";
export {
  type NetworkPolarity,
  networkPolarity,
  networkPolarityTable,
  POLARITY_LIMIT,
  type PolarityRow,
} from "./polarity";
export {
  connectivityMeasures,
  type PredictedConnectivity,
  predictedConnectivity,
} from "./predicted-connectivity";
export {
  type FeatureScores,
  type FeatureSet,
  groupCorrelation,
  type PredictionEvidence,
  type PredictionRow,
  predictionTable,
  type RandomRow,
  randomScores,
  type SubjectRow,
  subjectScores,
} from "./prediction";
export {
  type BranchPair,
  type BranchScores,
  type NetworkPredictionRow,
  networkCorrelation,
  PREDICTION_LIMIT,
  type PredictionContrastRow,
  predictionByNetwork,
  predictionContrasts,
  type VoxelScores,
} from "./prediction-by-network";
export {
  type AtomMemberRow,
  atomMemberTable,
  brainRedundancy,
  type ModelRedundancyRow,
  type ModelSimilarity,
  modelRedundancyTable,
  REDUNDANCY_LIMIT,
} from "./redundancy";
export {
  type AtomWorth,
  atomWorth,
  type MatchedAtoms,
  matchRedundantAtoms,
  redundantLoss,
} from "./redundant-loss";
export { atomsPerVoxel, mapDice, spatialCorrelations } from "./spatial-similarity";
export {
  type Measure,
  type MeasureRow,
  measureTable,
  type SubjectMeasures,
} from "./subject-measures";
export { groupGain, type UniqueRow, uniqueContributionTable } from "./unique-contribution";
export { uniqueVarianceNull } from "./unique-null";
export { type WinnerMap, winnerMap } from "./winner-map";
