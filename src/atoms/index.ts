export { atomCourses } from "./atom-courses";
export { fixSigns } from "./fix-signs";
export { type Dictionary, type DictionaryOptions, learnDictionary } from "./learn-dictionary";
export { sparseCodes } from "./sparse-codes";
export { unitColumns } from "./unit-columns";
