export { type AverageByTr, averageByTr } from "./average-by-tr";
export { convolveHrf } from "./convolve-hrf";
export { cosineDrift, type HighPassChoices, highPass, highPassKernel } from "./high-pass";
export { canonicalHrf } from "./hrf";
export { runRanges, type TrRange } from "./tr-range";
export { type ZscoredRows, zscoreRows } from "./zscore";
