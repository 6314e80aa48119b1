export {
  type Interval,
  type IntervalTier,
  type PointTier,
  readTextGrid,
  type TextGrid,
  type Word,
  wordsOf,
} from "./text-grid";
export { trOfOnset } from "./tr-of-onset";
export { type WordWindow, wordWindows } from "./word-windows";
