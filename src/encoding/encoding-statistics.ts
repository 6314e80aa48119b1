import { contentKey } from "../store";
import { matrix } from "../tensor";
import type { Precision } from "./ridge-factor";
import type { Segment } from "./segments";
import { type RegressionStatistics, selectRegressors, type TargetRange } from "./statistics";

/** The statistics of every segment of an experiment: all that later questions need of X and Y. */
export interface EncodingStatistics {
  readonly segments: readonly Segment[];
  /** One for each segment. */
  readonly parts: readonly RegressionStatistics[];
  /** How XᵀY was computed, and how the large products of fits will be. */
  readonly precision: Precision;
  /** Says which data these are; the statistics of other data, segments or columns have another. */
  readonly key: string;
}

/** The blocks that segments come from, ascending. */
export function blocksOf(segments: readonly Segment[]): number[] {
  return [...new Set(segments.map(({ block }) => block))].sort((a, b) => a - b);
}

/** The statistics of some of the segments, in their order. */
export function partsOf<Part>(
  { segments, parts }: { segments: readonly Segment[]; parts: readonly Part[] },
  some: readonly Segment[],
): Part[] {
  return some.map((each) => parts[segments.indexOf(each)]);
}

/** Statistics of some of the regressors, in the order given. */
export function selectFeatures(
  statistics: EncodingStatistics,
  regressors: readonly number[],
): EncodingStatistics {
  const p = statistics.parts[0].xSum.length;
  const unknown = regressors.find((j) => !(Number.isInteger(j) && j >= 0 && j < p));
  if (unknown !== undefined || regressors.length === 0) {
    throw new Error(
      `selectFeatures: unknown regressor: ${unknown ?? "none"}; expected at least one of 0 to ${p - 1}. Name columns of the features.`,
    );
  }
  return derived(statistics, ["regressors", [...regressors]], (part) => selectRegressors(part, regressors));
}

/** Statistics of the targets first … end − 1, without copying. */
export function selectTargets(
  statistics: EncodingStatistics,
  { start, end }: TargetRange,
): EncodingStatistics {
  const nTargets = statistics.parts[0].yy.length;
  if (!(start >= 0 && end > start && end <= nTargets)) {
    throw new Error(
      `selectTargets: invalid range: ${start} to ${end}; expected some of ${nTargets} targets. Count them from 0.`,
    );
  }
  return derived(statistics, ["targets", start, end], (part) => {
    const p = part.xSum.length;
    return {
      ...part,
      ySum: part.ySum.subarray(start, end),
      yx: matrix(part.yx.data.subarray(start * p, end * p), [end - start, p]),
      yy: part.yy.subarray(start, end),
    };
  });
}

function derived(
  statistics: EncodingStatistics,
  how: unknown[],
  change: (part: RegressionStatistics) => RegressionStatistics,
): EncodingStatistics {
  return { ...statistics, parts: statistics.parts.map(change), key: contentKey([statistics.key, ...how]) };
}

/** Statistics of some of the blocks alone. */
export function selectBlocks(statistics: EncodingStatistics, blocks: readonly number[]): EncodingStatistics {
  const kept = statistics.segments.flatMap(({ block }, i) => (blocks.includes(block) ? [i] : []));
  return {
    ...statistics,
    segments: kept.map((i) => statistics.segments[i]),
    parts: kept.map((i) => statistics.parts[i]),
    key: contentKey([statistics.key, "blocks", [...blocks]]),
  };
}

/**
 * Joins the statistics of different runs of one experiment: the blocks of each follow those of the one before.
 * Throws when their widths or precisions differ.
 */
export function mergeStatistics(experiments: readonly EncodingStatistics[]): EncodingStatistics {
  const [first] = experiments;
  const shape = first.parts[0].yx.shape;
  const segments: Segment[] = [];
  let nBlocks = 0;
  experiments.forEach((each, i) => {
    const { yx } = each.parts[0];
    if (yx.shape[0] !== shape[0] || yx.shape[1] !== shape[1] || each.precision !== first.precision) {
      throw new Error(
        `mergeStatistics: mismatched statistics ${i}: ${yx.shape[1]} regressors, ${yx.shape[0]} targets in ${each.precision}; expected ${shape[1]} and ${shape[0]} in ${first.precision}. Accumulate all runs with the same features, voxels and precision.`,
      );
    }
    for (const segment of each.segments) {
      const { block, beside } = segment;
      segments.push({
        ...segment,
        block: block + nBlocks,
        beside: beside === null ? null : beside + nBlocks,
      });
    }
    nBlocks = Math.max(...segments.map(({ block }) => block)) + 1;
  });
  return {
    segments,
    parts: experiments.flatMap(({ parts }) => parts),
    precision: first.precision,
    key: contentKey(experiments.map(({ key }) => key)),
  };
}
