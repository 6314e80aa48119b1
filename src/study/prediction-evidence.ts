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
import { circularShifts, residualShifts, shiftNull } from "../inference";
import type { Progress } from "../store";
import { fromRows, type Matrix } from "../tensor";
import type { Choices } from "./choices";
import { type EncodingDesign, encodeGroup, type GroupTargets } from "./encode-group";
import { keptScores, type Means, RIDGE_VERSION } from "./kept-products";

/** Courses under the HRF, not filtered yet. */
export interface StoryFeatures {
  /** [nTrs × nAtoms]. */
  atoms: Matrix<Float64Array>;
  /** [nTrs × nNeurons]. */
  neurons: Matrix<Float64Array>;
}

/** One set of features for the ridge: atoms through their statistics, all neurons through their kernel. */
export function ridgeFeatures(features: StoryFeatures, name: keyof StoryFeatures): RidgeFeatures {
  return name === "atoms" ? { X: features.atoms, solver: "primal" } : kernelFeatures(features.neurons);
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
  const real = {
    atoms: ridgeFeatures(input.features, "atoms"),
    neurons: ridgeFeatures(input.features, "neurons"),
  };
  const baseline: RidgeFeatures = { X: input.baseline, solver: "primal" };
  const scoresOf = (features: RidgeFeatures) => keptScores(features, targets, design, means);
  const fitted = (features: RidgeFeatures) =>
    encodeGroup(features, targets, design, { signal: means.signal });
  const alone = await scoresOf(baseline);

  const evidenceOf = async (name: keyof StoryFeatures): Promise<FeatureScores> => {
    const { r, r2, rGroupMean } = await scoresOf(real[name]);
    const random: Float64Array[] = [];
    for (const twin of input.twins)
      random.push(groupCorrelation((await scoresOf(ridgeFeatures(twin, name))).r));
    const joint = await scoresOf(joinFeatures(baseline, real[name]));
    const shiftNull = await keptShiftNull(input, means, {
      label: `circular shifts of ${name}`,
      parts: { r: real[name] },
      at: async (shift) => groupCorrelation((await fitted(shiftFeatures(real[name], shift))).r),
    });
    const beyondBaseline = residualShifts(input.features[name], input.baseline);
    const gainNull = await keptShiftNull(input, means, {
      label: `circular shifts of what ${name} do not share with the baseline`,
      parts: { gain: real[name], over: baseline },
      at: async (shift) => {
        const shifted = { ...input.features, [name]: beyondBaseline(shift) };
        return groupGain((await fitted(joinFeatures(baseline, ridgeFeatures(shifted, name)))).r, alone.r);
      },
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

/** A group statistic of the whole nested fit at every circular shift, kept in the store. */
function keptShiftNull(
  input: { targets: GroupTargets; design: EncodingDesign; choices: Choices },
  means: Means,
  statistic: { label: string; parts: object; at(shift: number): Promise<Float64Array> },
): Promise<Matrix<Float64Array>> {
  const { targets, design, choices } = input;
  const minShiftTrs = Math.ceil(choices.minShiftSec / design.highPass.trSec);
  const shifts = circularShifts({ nTrs: targets.Y.shape[0], minShiftTrs });
  const onProgress: Progress = (done, total) => means.onProgress?.(done, total, statistic.label);
  const compute = () => shiftNull(shifts, statistic.at, { signal: means.signal, onProgress });
  const parts = { version: RIDGE_VERSION, Y: targets.Y, design, shifts, ...statistic.parts };
  return means.store.product("shift-null", parts, compute, undefined, { signal: means.signal });
}
