import { runRanges } from "../alignment";
import { linearAlgebra, type Matrix, zeros } from "../tensor";
import type { EncodingData } from "./bold-pass";
import { centreRegressors, meansOf } from "./statistics";

/** Correlations within this of ±1 are copies, up to float32 rounding of their values. */
const COPY = 1e-10;

/** Throws unless the runs of X and Y fit together and X can be used: finite, no constant or repeated column. */
export function checkFeatures(caller: string, data: EncodingData): void {
  checkRuns(caller, data);
  checkColumns(caller, data);
}

/** Throws unless runs and segments fit together and all of X is finite. */
export function checkRuns(caller: string, { features, bold, segments }: EncodingData): void {
  if (features.length === 0 || features.length !== bold.length) {
    throw new Error(
      `${caller}: mismatched runs: ${features.length} of features, ${bold.length} of BOLD; expected as many, at least one. Pass one of each for every run.`,
    );
  }
  const p = features[0].shape[1];
  if (p === 0) {
    throw new Error(
      `${caller}: missing features: 0 columns; expected at least one. Check which features were dropped.`,
    );
  }
  features.forEach((X, run) => {
    const { name, nTrs, nTargets } = bold[run];
    if (X.shape[1] !== p) {
      throw new Error(
        `${caller}: mismatched width of features of run ${run + 1}: ${X.shape[1]} columns; expected ${p} as in run 1. Use the same features in every run.`,
      );
    }
    if (nTargets !== bold[0].nTargets) {
      throw new Error(
        `${caller}: mismatched width of BOLD of run ${run + 1} (${name}): ${nTargets} voxels; expected ${bold[0].nTargets} as in run 1. Use one mask for all runs.`,
      );
    }
    if (X.shape[0] !== nTrs) {
      throw new Error(
        `${caller}: mismatched length of run ${run + 1} (${name}): stimulus of ${X.shape[0]} TRs, BOLD of ${nTrs}; expected as many. Cut or pad the stimulus to the run's TRs.`,
      );
    }
    const bad = (X.data as Float64Array).findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw new Error(
        `${caller}: invalid value of features of run ${run + 1} at TR ${Math.floor(bad / p)}, column ${bad % p}: ${X.data[bad]}; expected finite numbers. Drop the column, or leave the TR out of the segments.`,
      );
    }
  });
  checkSegments(caller, features, segments);
}

function checkSegments(
  caller: string,
  features: readonly Matrix[],
  segments: EncodingData["segments"],
): void {
  const runs = runRanges(features.map(({ shape }) => shape[0]));
  if (segments.length === 0) {
    throw new Error(
      `${caller}: missing segments: none given; expected at least one. Make them with runBlocks and segmentBlocks.`,
    );
  }
  for (const { start, end } of segments) {
    if (runs.some((run) => start >= run.start && start < end && end <= run.end)) continue;
    throw new Error(
      `${caller}: invalid segment: TRs ${start} to ${end}; expected one inside a run, of ${runs.map((run) => `${run.start} to ${run.end}`).join(", ")}. Count TRs through the runs.`,
    );
  }
}

/** Reports constant and repeated columns, over the TRs of all segments. */
function checkColumns(caller: string, { features, segments }: EncodingData): void {
  const p = features[0].shape[1];
  const runs = runRanges(features.map(({ shape }) => shape[0]));
  const used = segments.flatMap(({ start, end }) => {
    const run = runs.findIndex((each) => start < each.end);
    return Array.from({ length: end - start }, (_, i) => ({ run, t: start + i - runs[run].start }));
  });
  const rows = zeros([used.length, p]);
  used.forEach(({ run, t }, i) => rows.data.set(features[run].data.subarray(t * p, (t + 1) * p), i * p));
  for (let j = 0; j < p; j++) {
    const first = rows.data[j];
    let isConstant = true;
    for (let at = j; at < rows.data.length; at += p) if (rows.data[at] !== first) isConstant = false;
    if (isConstant) {
      throw new Error(
        `${caller}: invalid column ${j} of features: ${first} in every TR of every run; expected one that varies. Drop it and count it.`,
      );
    }
  }
  const sums = { nTrs: used.length, xSum: new Float64Array(p), xx: zeros([p, p]) };
  for (let at = 0; at < rows.data.length; at++) sums.xSum[at % p] += rows.data[at];
  sums.xx = linearAlgebra().multiply(rows, rows, { transposeA: true });
  const gram = centreRegressors(sums, meansOf(sums)).data;
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < i; j++) {
      const product = Math.abs(gram[i * p + j]);
      if (product < (1 - COPY) * Math.sqrt(gram[i * p + i] * gram[j * p + j])) continue;
      throw new Error(
        `${caller}: invalid column ${i} of features: a copy of column ${j} in every run; expected columns that differ. Drop one of them and count it.`,
      );
    }
  }
}
