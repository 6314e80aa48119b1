export { type AlicePredictors, readAlicePredictors } from "./alice-predictors";
export { readAliceRois } from "./alice-runs";
export type { GroupRun, SubjectBold } from "./group-run";
export { interSubjectCorrelation } from "./inter-subject-correlation";
export { zscoreRuns } from "./zscore-runs";
