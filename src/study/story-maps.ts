import { highPass } from "../alignment";
import {
  type Block,
  boldMatrix,
  type EncodingData,
  type RidgeChoices,
  type Segment,
  segmentBlocks,
} from "../encoding";
import { type AtomMaps, atomMaps, type HalfMaps, halfData, residualsOf } from "../findings";
import { column, fromRows, type Matrix, selectColumns, transpose } from "../tensor";
import type { Choices } from "./choices";
import type { EncodingDesign, GroupTargets } from "./encode-group";
import type { Means } from "./kept-products";

/** What maps of atoms are fitted to: features filtered inside blocks [nTrs × nAtoms], BOLD of all subjects [nTrs × nSubjects · nRois]. */
export interface MappedStory {
  features: Matrix<Float64Array>;
  bold: Matrix<Float64Array>;
  design: EncodingDesign;
  nRois: number;
}

/** Ridge as it is everywhere in a story's study. */
export function storyRidge({ alphas }: EncodingDesign): RidgeChoices {
  return { alphas, intercept: "fitted", rule: "best" };
}

/** One run in blocks, each a fold. */
export function storyData({ features, bold, design: { segments } }: MappedStory): EncodingData {
  return { features: [features], bold: [boldMatrix("BOLD of all subjects", bold)], segments };
}

/** BOLD of the subjects without their mean. */
export function boldOfSubjects({ Y, series, nRois }: GroupTargets): Matrix<Float64Array> {
  return selectColumns(
    Y,
    Array.from({ length: series.length * nRois }, (_, i) => i),
  );
}

/**
 * Courses [nTrs × nColumns], filtered inside blocks, without what the baseline explains: residuals of least squares over the whole story. A column with a
 * NaN stays as it is. Maps of features on BOLD, both of such residuals, are found beyond word rate, sound, word frequency, sentence breaks and drift.
 */
export function beyondBaseline(
  courses: Matrix<Float64Array>,
  baseline: Matrix<Float64Array>,
  { blocks, highPass: choices }: EncodingDesign,
): Matrix<Float64Array> {
  const filtered = highPass(baseline, blocks, choices);
  const covariates = Array.from({ length: filtered.shape[1] }, (_, j) => column(filtered, j));
  const residuals = (course: Float64Array) =>
    course.some(Number.isNaN) ? course : residualsOf(course, covariates);
  return transpose(
    fromRows(Array.from({ length: courses.shape[1] }, (_, j) => residuals(column(courses, j)))),
  );
}

/**
 * Blocks in one piece each, so that phases are drawn over a minute or two and not over the few TRs of an edge; a gap is left where the halves of
 * the story meet alone, since only they have to share nothing. Without gaps between the others alpha is chosen a little too small, in the fit and in
 * every draw; scores never come from these segments.
 */
export function mapSegments(blocks: readonly Block[], { gapTrs }: { gapTrs: number }): Segment[] {
  const middle = Math.floor(blocks.length / 2);
  const meeting = blocks.map((block, i) => ({ ...block, run: i === middle ? middle - 1 : i }));
  return segmentBlocks(meeting, { gapTrs });
}

/**
 * Pattern maps of the atoms in every subject, with their null. All subjects are fitted in one go, since they heard one story: a draw turns
 * everybody's BOLD by the same phases, and what subjects share stays shared. Throws as `atomMaps`.
 */
export async function storyMaps(story: MappedStory, choices: Choices, means: Means): Promise<AtomMaps[]> {
  const { inferenceSeed: seed } = choices;
  return fitMaps(story, mapData(story, choices), { ...choices, seed, label: "maps with their null" }, means);
}

/** The same on either half of the story. */
export async function storyHalfMaps(story: MappedStory, choices: Choices, means: Means): Promise<HalfMaps[]> {
  const { inferenceSeed: seed } = choices;
  const half = halfData(mapData(story, choices));
  const first = await fitMaps(story, half.first, { ...choices, seed, label: "maps, first half" }, means);
  // The halves are apart: phases that both share would tie their nulls together.
  const other = { ...choices, seed: seed + 1, label: "maps, second half" };
  const second = await fitMaps(story, half.second, other, means);
  return first.map((maps, s) => ({ first: maps, second: second[s] }));
}

function mapData(story: MappedStory, choices: Choices): EncodingData {
  const segments = mapSegments(story.design.blocks, choices);
  return { ...storyData(story), segments };
}

async function fitMaps(
  { design, nRois }: MappedStory,
  data: EncodingData,
  draw: { nPhaseDraws: number; seed: number; label: string },
  { onProgress, signal }: Means,
): Promise<AtomMaps[]> {
  const tell = onProgress && ((done: number, total: number) => onProgress(done, total, draw.label));
  const choices = { ...storyRidge(design), nDraws: draw.nPhaseDraws, seed: draw.seed };
  return bySubject(await atomMaps(data, choices, { onProgress: tell, signal }), nRois);
}

/** The maps of each subject from those of all; a region without a fit is left out of its subject's. */
function bySubject({ maps, nullMaps, voxels, seed }: AtomMaps, nRois: number): AtomMaps[] {
  const nSubjects = 1 + Math.floor(Math.max(...voxels) / nRois);
  return Array.from({ length: nSubjects }, (_, s) => {
    const own = Array.from(voxels.keys()).filter((i) => Math.floor(voxels[i] / nRois) === s);
    return {
      maps: selectColumns(maps, own),
      nullMaps: nullMaps.map((each) => selectColumns(each, own)),
      voxels: Int32Array.from(own, (i) => voxels[i] - s * nRois),
      seed,
    };
  });
}
