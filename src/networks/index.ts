export {
  type Atlas,
  type AtlasLabel,
  type AtlasOrigin,
  atlasOfStructures,
  fitAtlas,
  labelPlaces,
  makeAtlas,
} from "./atlas";
export {
  type BrainPart,
  type BrainSpace,
  brainSpaceOf,
  CORTEX,
  type Hemisphere,
  hemisphereOf,
  selectFromSpace,
  spaceDifference,
} from "./brain-space";
export { connectivity, connectivityAgreement } from "./connectivity";
export {
  type CorticalSurfaces,
  type HcpSurface,
  readHcpSurfaces,
  readSurfaces,
  type SurfaceShape,
} from "./cortical-surfaces";
export { type HcpAtlas, readHcpAtlas, readHcpSpace } from "./hcp-atlases";
export { findHcpUtils } from "./hcp-files";
export { type LabelledMaps, labelMaps, type MapLabel, type NetworkOverlap } from "./label-maps";
export { type MapPart, type Sign, thresholdMaps } from "./map-parts";
export { networkMeans } from "./network-means";
export { normalQuantile } from "./normal-scores";
export { dice, normalisedOverlap } from "./overlap";
export type { OverlapNull } from "./overlap-null";
export {
  type HemisphereFiles,
  hemisphereSpace,
  readAnnotAtlas,
  readCiftiAtlas,
  readColourTable,
  readGiftiAtlas,
  readNiftiAtlas,
} from "./read-atlas";
export { mirrorRotation, randomRotations } from "./rotations";
export { spinNull } from "./spin-null";
export { type Spins, type SpunHemisphere, spinVertices } from "./spins";
export { surrogateNull } from "./surrogate-null";
export { YEO17_NAMES } from "./yeo-names";
