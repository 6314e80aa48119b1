export { atomCourses } from "./atom-courses";
export { type AtomMembers, atomMembers } from "./atom-members";
export { atomProfiles, type NeuronPlace, type PlaceProfile, type TowerProfile } from "./atom-profiles";
export { type AtomRegressors, atomRegressors } from "./atom-regressors";
export { type AtomStability, atomStability } from "./atom-stability";
export type { Atoms } from "./atoms";
export { type DuplicateAtoms, duplicateAtoms } from "./duplicate-atoms";
export { type AtomMethod, findAtoms } from "./find-atoms";
export { fixSigns } from "./fix-signs";
export { type IndependentComponents, independentComponents } from "./independent-components";
export {
  type Dictionary,
  type DictionaryIteration,
  type DictionaryOptions,
  learnDictionary,
} from "./learn-dictionary";
export { type AtomMatch, matchAtoms } from "./match-atoms";
export { principalComponents } from "./principal-components";
export { sparseCodes } from "./sparse-codes";
export { type SweepRow, sweepAtoms } from "./sweep-atoms";
export { unitColumns } from "./unit-columns";
