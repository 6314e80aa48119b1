export { baselineFeatures } from "./baseline-features";
export { type Choices, choices, describeChoices } from "./choices";
export { openAlice, type StoryDataset } from "./datasets/alice";
export type { DictionaryRow } from "./dictionary-comparison";
export {
  type EncodingDesign,
  encodeGroup,
  encodingDesign,
  type GroupScores,
  type GroupTargets,
  groupTargets,
} from "./encode-group";
export { type ExtractFilesOptions, extractFiles } from "./extract-files";
export { type FetchedSource, fetchSource } from "./fetch-source";
export type { HeadRow } from "./head-scores";
export { dataFolders, locateAlice, locateMiniLm } from "./locate-data";
export { DATASETS, MODELS, openStudy, type Prediction, type Study, type StudyOptions } from "./open-study";
export { predictionEvidence, ridgeFeatures, type StoryFeatures } from "./prediction-evidence";
export { runStudy, type StudyResults } from "./run-study";
export { type Source, type SourceFile, sources } from "./sources";
export {
  atomFeatures,
  haemodynamicCourses,
  learnAtoms,
  type NeuronCourses,
  neuronCourses,
} from "./story-features";
export { meanOverRois, storyFigures } from "./story-figures";
