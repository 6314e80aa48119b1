export { explainWriteError, writeAtomically } from "./atomic-write";
export { cacheFolder } from "./cache-folder";
export { contentKey } from "./content-key";
export { type OnWait, withLock } from "./lock";
export { type Codec, type ProductFiles, plainCodec } from "./plain-codec";
export { openStore, type Store } from "./product";
export {
  type Progress,
  type TerminalStream,
  terminalProgress,
  throwIfAborted,
  yieldToEventLoop,
} from "./progress";
export { stopButton } from "./stop-button";
