import {
  joinFeatures,
  kernelFeatures,
  type RidgeFeatures,
  rowsOf,
  shiftFeatures,
  testSegments,
} from "../encoding";
import { type FeatureScores, groupCorrelation, groupGain, type PredictionEvidence } from "../findings";
import { interSubjectCorrelation } from "../fmri";
import { circularShifts, shiftNull } from "../inference";
import type { Progress, Store } from "../store";
import { fromRows, type Matrix } from "../tensor";
import type { Choices } from "./choices";
import { type EncodingDesign, encodeGroup, type GroupScores, type GroupTargets } from "./encode-group";

/** Courses under the HRF, not filtered yet. */
export interface StoryFeatures {
  /** [nTrs × nAtoms]. */
  atoms: Matrix<Float64Array>;
  /** [nTrs × nNeurons]. */
  neurons: Matrix<Float64Array>;
}

/** What computing takes besides data: where products are kept, who hears of progress, who may stop it. */
export interface Means {
  store: Store;
  onProgress?: Progress;
  signal?: AbortSignal;
}

/** Names the algorithm in the keys of kept products: change it whenever a number may change. */
const VERSION = "nested ridge 1";

/** Atoms through their statistics, all neurons through their kernel. */
export function ridgeFeatures(features: StoryFeatures): Record<keyof StoryFeatures, RidgeFeatures> {
  return { atoms: { X: features.atoms, solver: "primal" }, neurons: kernelFeatures(features.neurons) };
}

/** `encodeGroup`, kept in the store. It takes less than a second, so that only its callers tell of progress. */
export function keptScores(
  features: RidgeFeatures,
  targets: GroupTargets,
  design: EncodingDesign,
  means: Means,
  testBlocks?: number[],
): Promise<GroupScores> {
  const parts = { version: VERSION, features, Y: targets.Y, design, testBlocks: testBlocks ?? "all" };
  const compute = () => encodeGroup(features, targets, design, { signal: means.signal, testBlocks });
  return means.store.product("scores", parts, compute, undefined, means);
}

/**
 * Everything the prediction table rests on: scores of the model's features, the same for each random-weight twin, the
 * null of circular shifts (the whole nested fit for every shift), the baseline with and without the features, the ceiling.
 */
export async function predictionEvidence(
  input: {
    features: StoryFeatures;
    twins: StoryFeatures[];
    baseline: Matrix<Float64Array>;
    targets: GroupTargets;
    design: EncodingDesign;
    roiNames: readonly string[];
    choices: Choices;
  },
  means: Means,
): Promise<PredictionEvidence> {
  const { targets, design } = input;
  const real = ridgeFeatures(input.features);
  const twins = input.twins.map(ridgeFeatures);
  const baseline: RidgeFeatures = { X: input.baseline, solver: "primal" };
  const scoresOf = (features: RidgeFeatures) => keptScores(features, targets, design, means);
  const fitted = (features: RidgeFeatures) =>
    encodeGroup(features, targets, design, { signal: means.signal });
  const alone = await scoresOf(baseline);

  const evidenceOf = async (name: keyof StoryFeatures): Promise<FeatureScores> => {
    const { r, r2, rGroupMean } = await scoresOf(real[name]);
    const random: Float64Array[] = [];
    for (const twin of twins) random.push(groupCorrelation((await scoresOf(twin[name])).r));
    const joint = await scoresOf(joinFeatures(baseline, real[name]));
    const shiftNull = await keptShiftNull(real[name], input, means, {
      label: `circular shifts of ${name}`,
      parts: "r",
      of: async (shifted) => groupCorrelation((await fitted(shifted)).r),
    });
    const gainNull = await keptShiftNull(real[name], input, means, {
      label: `circular shifts of ${name} beside the baseline`,
      parts: { gainOver: baseline },
      of: async (shifted) => groupGain((await fitted(joinFeatures(baseline, shifted))).r, alone.r),
    });
    return {
      ...{ r, r2, rGroupMean, shiftNull, gainNull },
      rRandom: fromRows(random),
      joint: { r: joint.r, r2: joint.r2 },
    };
  };

  const features = { atoms: await evidenceOf("atoms"), neurons: await evidenceOf("neurons") };
  const testRows = design.blocks.map((_, block) => rowsOf(testSegments(design.segments, block)));
  const ceiling = interSubjectCorrelation(targets.series, testRows);
  return { roiNames: input.roiNames, features, baseline: { r: alone.r, r2: alone.r2 }, ceiling };
}

/** A group statistic of the whole nested fit for every circular shift of the features, kept in the store. */
function keptShiftNull(
  features: RidgeFeatures,
  input: { targets: GroupTargets; design: EncodingDesign; choices: Choices },
  means: Means,
  statistic: { label: string; parts: unknown; of(shifted: RidgeFeatures): Promise<Float64Array> },
): Promise<Matrix<Float64Array>> {
  const { targets, design, choices } = input;
  const minShiftTrs = Math.ceil(choices.minShiftSec / design.highPass.trSec);
  const shifts = circularShifts({ nTrs: targets.Y.shape[0], minShiftTrs });
  const onProgress: Progress = (done, total) => means.onProgress?.(done, total, statistic.label);
  const compute = () =>
    shiftNull(shifts, (shift) => statistic.of(shiftFeatures(features, shift)), { ...means, onProgress });
  const parts = { version: VERSION, features, Y: targets.Y, design, shifts, statistic: statistic.parts };
  return means.store.product("shift-null", parts, compute, undefined, means);
}
