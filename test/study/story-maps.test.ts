import assert from "node:assert/strict";
import { test } from "node:test";
import { boldMatrix, contiguousBlocks, segmentBlocks, trainingSegments } from "../../src/encoding";
import { atomMaps, halfData } from "../../src/findings";
import { openStore } from "../../src/store";
import { choices, type EncodingDesign } from "../../src/study";
import {
  beyondBaseline,
  type MappedStory,
  mapSegments,
  storyHalfMaps,
  storyMaps,
  storyRidge,
} from "../../src/study/story-maps";
import { correlateColumns, type Matrix, matrix, random, selectColumns } from "../../src/tensor";
import { temporaryFolder } from "../simulation/brains/small-brains";

const N_TRS = 80;
const chosen = { ...choices.alice, gapTrs: 3, nPhaseDraws: 4 };
const blocks = contiguousBlocks({ nTrs: N_TRS, nBlocks: 4 });
const design: EncodingDesign = {
  blocks,
  segments: segmentBlocks(blocks, { gapTrs: 3 }),
  alphas: Float64Array.of(1, 100),
  highPass: { trSec: 2, cutoffSec: 128 },
};

function normal(nColumns: number, seed: number): Matrix<Float64Array> {
  const numbers = random(seed);
  return matrix(
    Float64Array.from({ length: N_TRS * nColumns }, () => numbers.normal()),
    [N_TRS, nColumns],
  );
}

/** Simulated: three atoms, two subjects with two regions each; noise without any tie to the atoms. */
const story: MappedStory = { features: normal(3, 1), bold: normal(4, 2), design, nRois: 2 };

test("blocks of maps are whole, with a gap where the halves of the story meet alone", () => {
  const segments = mapSegments(blocks, { gapTrs: 3 });
  const lengths = segments.map(({ start, end, block, beside }) => [block, beside, end - start]);
  assert.deepEqual(lengths, [
    [0, null, 20],
    [1, null, 17],
    [1, 2, 3],
    [2, 1, 3],
    [2, null, 17],
    [3, null, 20],
  ]);
  assert.deepEqual(
    [
      [0, 1],
      [2, 3],
    ].map((own) => trainingSegments(segments, own).reduce((sum, { start, end }) => sum + end - start, 0)),
    [37, 37],
  );
});

test("maps of all subjects at once are what each subject's own fit gives, draw by draw", async (context) => {
  const means = { store: openStore(temporaryFolder(context)) };
  const together = await storyMaps(story, chosen, means);
  const halves = await storyHalfMaps(story, chosen, means);
  const segments = mapSegments(blocks, chosen);
  const draw = { ...storyRidge(design), nDraws: 4 };
  for (const s of [0, 1]) {
    const own = selectColumns(story.bold, [2 * s, 2 * s + 1]);
    const data = { features: [story.features], bold: [boldMatrix(`subject ${s}`, own)], segments };
    const close = (a: Matrix, b: Matrix) => {
      assert.deepEqual(a.shape, b.shape);
      a.data.forEach((value, i) => assert.ok(Math.abs(value - b.data[i]) < 1e-12));
    };
    const alone = await atomMaps(data, { ...draw, seed: chosen.inferenceSeed });
    close(together[s].maps, alone.maps);
    together[s].nullMaps.forEach((maps, d) => close(maps, alone.nullMaps[d]));
    const second = await atomMaps(halfData(data).second, { ...draw, seed: chosen.inferenceSeed + 1 });
    close(halves[s].second.maps, second.maps);
    halves[s].second.nullMaps.forEach((maps, d) => close(maps, second.nullMaps[d]));
  }
});

test("a region without BOLD is left out of its subject's maps, and of no other's", async (context) => {
  const bold = matrix(story.bold.data.slice(), story.bold.shape);
  for (let t = 0; t < N_TRS; t++) bold.data[t * 4 + 2] = Number.NaN;
  const means = { store: openStore(temporaryFolder(context)) };
  const [first, second] = await storyMaps({ ...story, bold }, chosen, means);
  assert.deepEqual([...first.voxels], [0, 1]);
  assert.deepEqual([...second.voxels], [1]);
  assert.deepEqual(second.maps.shape, [3, 1]);
});

test("nothing of the filtered baseline is left beyond it, and a column with a NaN stays as it is", () => {
  const baseline = normal(2, 3);
  const courses = normal(3, 4);
  courses.data[1] = Number.NaN;
  const left = beyondBaseline(courses, baseline, design);
  // A baseline that has been filtered once is hardly changed by the filter.
  const again = beyondBaseline(left, baseline, design);
  for (let t = 0; t < N_TRS; t++) {
    assert.ok(Math.abs(again.data[t * 3] - left.data[t * 3]) < 1e-12);
    assert.equal(left.data[t * 3 + 1], courses.data[t * 3 + 1]);
  }
  const [r] = correlateColumns(selectColumns(left, [0]), selectColumns(courses, [0])).data;
  assert.ok(r > 0.9 && r < 1, `${r}: two random regressors take little of 80 TRs`);
});
