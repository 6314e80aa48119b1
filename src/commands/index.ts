export { addAlignCommand } from "./align-command";
export { addAtomsCommand } from "./atoms-command";
export type { CommandMeans } from "./command-means";
export { addDataCommand } from "./data-command";
export { addEncodeCommand } from "./encode-command";
export { addExtractCommand } from "./extract-command";
export { addLabelCommand } from "./label-command";
export { addStudyCommand } from "./study-command";
