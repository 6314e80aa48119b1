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
export { groupGain, type UniqueRow, uniqueContributionTable } from "./unique-contribution";
