import type { ReadingName } from "../activations";
import { groupCorrelation, groupGain } from "../findings";
import { type Matrix, selectColumns, zeros } from "../tensor";
import { STIMULUS_REGRESSORS } from "./baseline-features";
import type { EncodingDesign, GroupTargets } from "./encode-group";
import { keptScores, type Means } from "./kept-products";
import { ridgeFeatures, type StoryFeatures } from "./prediction-evidence";

interface Fitted {
  targets: GroupTargets;
  design: EncodingDesign;
  roiNames: readonly string[];
}

/** A row of how prediction depends on the reading of a neuron. */
export interface ReadingRow {
  reading: ReadingName;
  features: "atoms" | "neurons";
  roi: string;
  r: number;
}

/** Group r of both sets of features in one reading. */
export async function readingScores(
  reading: ReadingName,
  courses: StoryFeatures,
  { targets, design, roiNames }: Fitted,
  means: Means,
): Promise<ReadingRow[]> {
  const rows: ReadingRow[] = [];
  for (const features of ["atoms", "neurons"] as const) {
    const { r } = await keptScores(ridgeFeatures(courses, features), targets, design, means);
    groupCorrelation(r).forEach((value, j) => rows.push({ reading, features, roi: roiNames[j], r: value }));
  }
  return rows;
}

/** What the baseline predicts in one region without neurons (`baselineScores`): mean over subjects, of r through Fisher's z. */
export interface BaselineRow {
  regressors: "stimulus and drift" | "stimulus";
  roi: string;
  r: number;
  r2: number;
}

/** Group r and R² of the baseline (`baselineFeatures`) alone, with its drift regressors and without. */
export async function baselineScores(
  baseline: Matrix<Float64Array>,
  { targets, design, roiNames }: Fitted,
  means: Means,
): Promise<BaselineRow[]> {
  const rows: BaselineRow[] = [];
  const sets = {
    "stimulus and drift": baseline,
    stimulus: selectColumns(baseline, STIMULUS_REGRESSORS),
  };
  for (const [regressors, X] of Object.entries(sets) as [BaselineRow["regressors"], Matrix][]) {
    const { r, r2 } = await keptScores({ X, solver: "primal" }, targets, design, means);
    const meanR2 = groupGain(r2, zeros(r2.shape));
    groupCorrelation(r).forEach((value, j) =>
      rows.push({ regressors, roi: roiNames[j], r: value, r2: meanR2[j] }),
    );
  }
  return rows;
}
