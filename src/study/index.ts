export { type AlignFilesOptions, alignFiles } from "./align-files";
export { type AtomsFilesOptions, atomsFiles } from "./atoms-files";
export { baselineFeatures } from "./baseline-features";
export { type ChoicesFile, changeChoices, readChoices } from "./change-choices";
export { type Choices, choiceForms, choices, describeChoices } from "./choices";
export { openAlice, type StoryDataset } from "./datasets/alice";
export { type DemoChoices, demoChoiceForms, demoChoices, type FilmDataset, openDemo } from "./datasets/demo";
export type { DictionaryRow } from "./dictionary-comparison";
export { type EncodeFilesOptions, type EncodeSummary, encodeFiles } from "./encode-files";
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
export { describeFilmChoices } from "./film/describe-film-choices";
export { type FilmArchitecture, filmArchitecture } from "./film/film-architecture";
export { type FilmChoices, filmChoiceForms, filmChoices } from "./film/film-choices";
export { type FilmConnectivity, filmConnectivity } from "./film/film-connectivity";
export {
  type FilmCourses,
  filmAtomCourses,
  filmCourses,
  filmDictionary,
  filmFeatures,
} from "./film/film-courses";
export type { FilmDesign, FilmRunDesign } from "./film/film-design";
export { encodingData, filmRidge } from "./film/film-encoding";
export { filmFigures, SHOWN_NETWORKS, shownRows } from "./film/film-figures";
export { type FilmHeadRow, filmHeads } from "./film/film-heads";
export { type FilmHierarchy, filmHierarchy } from "./film/film-hierarchy";
export { type AtomNetworkRow, filmLabels, groupAtomMaps } from "./film/film-labels";
export { type FilmMaps, filmMaps } from "./film/film-maps";
export { type FilmMeanMaps, filmMeanMaps } from "./film/film-mean-maps";
export { planFilmStudy } from "./film/film-plan";
export { type FilmPrediction, filmPrediction } from "./film/film-prediction";
export { type FilmRemoval, filmRemoval } from "./film/film-removal";
export { type FilmResults, filmResults } from "./film/film-results";
export { DEMO_MODELS, type FilmStudy, openFilmStudy } from "./film/open-film-study";
export { runFilmStudy } from "./film/run-film-study";
export { subjectBold } from "./film/subject-bold";
export { foldMean } from "./fold-mean";
export type { HeadRow } from "./head-scores";
export { type LabelFilesOptions, labelFiles, NAMED_ATLASES } from "./label-files";
export { dataFolders, locateAlice, locateMiniLm } from "./locate-data";
export { DATASETS, MODELS, openStudy, type Prediction, type Study, type StudyOptions } from "./open-study";
export { type OwnClip, type OwnFilm, type OwnRun, ownFilm } from "./own-film";
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
export type { MapSource, StoryFindings } from "./story-findings";
export { planStoryStudy } from "./story-plan";
export { describePlan, type StudyPlan } from "./study-plan";
export { checkSubjects, parseSubjects, type SubjectSelection } from "./subject-selection";
