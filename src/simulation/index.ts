export { TOY_REGIONS } from "./bids/toy-brain";
export { type BidsExampleChoices, writeBidsExample } from "./bids/write-bids-example";
export type { AttributeFilm, AttributeRun } from "./brains/attribute-film";
export {
  brainFiles,
  missingBrainBytes,
  type SimulatedRunFiles,
  type SimulatedSubjectFiles,
} from "./brains/brain-files";
export { type BrainsPlan, brainsKey } from "./brains/brains-plan";
export { type BrainLayout, hcpLayout, selectLayout } from "./brains/layout";
export { simulateBrains } from "./brains/simulate-brains";
export { type PlantedAtoms, plantAtoms } from "./planted-atoms";
export { simulateBold } from "./simulate-bold";
export { type Artwork, loadArtwork } from "./world/artwork";
export { ATTRIBUTES, type AttributeName, type Evidence, type Level } from "./world/attributes";
export { type Category, CONCEPTS, type Concept } from "./world/concepts";
export {
  type Film,
  type FilmClip,
  type FilmRun,
  type FilmScene,
  makeFilm,
  renderFrame,
  sceneAt,
} from "./world/film";
export type { Negative, NegativeKind } from "./world/negatives";
export type { Act, Deed, Emotion, Picture, Thing } from "./world/picture";
export type { Frame } from "./world/render";
export { type SceneRow, sceneTable } from "./world/scene-table";
export { PATCH_PIXELS, type TrainingScene, trainingScenes } from "./world/training-scenes";
export { vocabulary } from "./world/words";
