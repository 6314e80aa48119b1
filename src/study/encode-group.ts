import { type HighPassChoices, highPass } from "../alignment";
import {
  type Block,
  contiguousBlocks,
  crossValidatedRidge,
  filterFeatures,
  logSpacedAlphas,
  type RidgeFeatures,
  type Segment,
  segmentBlocks,
} from "../encoding";
import { type GroupRun, zscoreRuns } from "../fmri";
import type { Progress } from "../store";
import { type Matrix, row, zeros } from "../tensor";
import type { Choices } from "./choices";

/** How one run is cut, filtered and fitted. */
export interface EncodingDesign {
  blocks: Block[];
  segments: Segment[];
  alphas: Float64Array;
  highPass: HighPassChoices;
}

export function encodingDesign(run: GroupRun, choices: Choices): EncodingDesign {
  const nTrs = run.subjects[0].bold.shape[0];
  const blocks = contiguousBlocks({ nTrs, nBlocks: choices.nFolds });
  return {
    blocks,
    segments: segmentBlocks(blocks, { gapTrs: choices.gapTrs }),
    alphas: logSpacedAlphas(choices.alphas),
    highPass: { trSec: run.trSec, cutoffSec: choices.highPassSec },
  };
}

/** BOLD of a group as targets of one regression. */
export interface GroupTargets {
  /** [nTrs × (nSubjects + 1) · nRois]: filtered and z-scored, subject by subject; last the mean over subjects. */
  Y: Matrix<Float64Array>;
  /** The subjects' parts of Y. */
  series: Matrix<Float64Array>[];
  nRois: number;
}

/** Filters every subject's BOLD inside each block, z-scores it over the run, and adds the mean over subjects. */
export function groupTargets(run: GroupRun, design: EncodingDesign): GroupTargets {
  const series = run.subjects.flatMap(({ bold }) =>
    zscoreRuns([highPass(bold, design.blocks, design.highPass)]),
  );
  const [nTrs, nRois] = series[0].shape;
  const Y = zeros([nTrs, (series.length + 1) * nRois]);
  for (let t = 0; t < nTrs; t++) {
    const out = row(Y, t);
    series.forEach((subject, s) => out.set(row(subject, t), s * nRois));
    for (let j = 0; j < nRois; j++) {
      const values = series
        .map((subject) => subject.data[t * nRois + j])
        .filter((value) => !Number.isNaN(value));
      out[series.length * nRois + j] = values.reduce((sum, value) => sum + value, 0) / values.length;
    }
  }
  return { Y, series, nRois };
}

/** Held-out scores, each the plain mean over outer folds. */
export interface GroupScores {
  /** [nSubjects × nRois]. */
  r: Matrix<Float64Array>;
  r2: Matrix<Float64Array>;
  /** For the mean over subjects' BOLD, [nRois]. */
  rGroupMean: Float64Array;
  /** Chosen alphas that stand at an end of the grid, of nFolds × targets. */
  nAtSmallestAlpha: number;
  nAtLargestAlpha: number;
}

/** Predicts a group's BOLD from features that are not filtered yet: filter, nested ridge, mean over folds. */
export async function encodeGroup(
  features: RidgeFeatures,
  targets: GroupTargets,
  design: EncodingDesign,
  options: { testBlocks?: number[]; onProgress?: Progress; signal?: AbortSignal } = {},
): Promise<GroupScores> {
  const { testBlocks, ...rest } = options;
  const filtered = filterFeatures(features, design.blocks, design.highPass);
  const { segments, alphas } = design;
  const scores = await crossValidatedRidge({ ...filtered, Y: targets.Y, segments, alphas, testBlocks }, rest);
  const nSubjects = targets.series.length;
  const [r, r2] = [meanOverRows(scores.r), meanOverRows(scores.r2)];
  const ofSubjects = (values: Float64Array) => ({
    data: values.slice(0, nSubjects * targets.nRois),
    shape: [nSubjects, targets.nRois] as const,
  });
  const { nAtSmallestAlpha, nAtLargestAlpha } = scores;
  return {
    r: ofSubjects(r),
    r2: ofSubjects(r2),
    rGroupMean: r.slice(nSubjects * targets.nRois),
    nAtSmallestAlpha,
    nAtLargestAlpha,
  };
}

function meanOverRows(m: Matrix): Float64Array {
  const [nRows, nCols] = m.shape;
  const mean = new Float64Array(nCols);
  for (let i = 0; i < nRows; i++) for (let j = 0; j < nCols; j++) mean[j] += m.data[i * nCols + j] / nRows;
  return mean;
}
