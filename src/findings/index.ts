export {
  type FeatureScores,
  groupCorrelation,
  type PredictionEvidence,
  type PredictionRow,
  predictionTable,
  type SubjectRow,
  subjectScores,
} from "./prediction";
