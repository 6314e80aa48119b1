import assert from "node:assert/strict";
import { test } from "node:test";
import {
  contiguousBlocks,
  rowsOf,
  runBlocks,
  segmentBlocks,
  testSegments,
  trainingSegments,
} from "../../src/encoding";

const rows = (ranges: { start: number; end: number }[]) => Array.from(rowsOf(ranges));

test("contiguousBlocks has the sizes of numpy.array_split", () => {
  const sizes = contiguousBlocks({ nTrs: 362, nBlocks: 6 }).map(({ start, end }) => end - start);
  assert.deepEqual(sizes, [61, 61, 60, 60, 60, 60]);
  assert.deepEqual(contiguousBlocks({ nTrs: 5, nBlocks: 2 }), [
    { start: 0, end: 3, run: 0 },
    { start: 3, end: 5, run: 0 },
  ]);
  assert.throws(() => contiguousBlocks({ nTrs: 3, nBlocks: 4 }), {
    message:
      "contiguousBlocks: invalid nBlocks: 4 of 3 TRs; expected a positive integer up to the TRs. Ask for fewer blocks.",
  });
});

test("an edge trains only when its neighbour does, and never tests", () => {
  const segments = segmentBlocks(contiguousBlocks({ nTrs: 15, nBlocks: 3 }), { gapTrs: 1 });
  // Rows 0–4, 5–9, 10–14; edges 4 | 5 and 9 | 10.
  assert.deepEqual(rows(trainingSegments(segments, [1, 2])), [6, 7, 8, 9, 10, 11, 12, 13, 14]);
  assert.deepEqual(rows(trainingSegments(segments, [0, 2])), [0, 1, 2, 3, 11, 12, 13, 14]);
  assert.deepEqual(rows(testSegments(segments, 0)), [0, 1, 2, 3]);
  assert.deepEqual(rows(testSegments(segments, 1)), [6, 7, 8]);
  assert.deepEqual(rows(trainingSegments(segments, [0, 1, 2])), Array.from(Array(15).keys()));
});

test("training and test rows of a fold are gapTrs apart on either side", () => {
  const segments = segmentBlocks(contiguousBlocks({ nTrs: 362, nBlocks: 6 }), { gapTrs: 10 });
  for (let g = 0; g < 6; g++) {
    const training = rows(
      trainingSegments(
        segments,
        [0, 1, 2, 3, 4, 5].filter((block) => block !== g),
      ),
    );
    const tested = rows(testSegments(segments, g));
    const nearest = Math.min(...tested.flatMap((t) => training.map((u) => Math.abs(t - u))));
    // 10 TRs of either block are left out: 20 lie between.
    assert.equal(nearest, 21);
    assert.equal(training.length + tested.length, 362 - 20 * (g === 0 || g === 5 ? 1 : 2));
  }
});

test("runs are blocks without neighbours: nothing of them is left out", () => {
  const blocks = runBlocks([
    { start: 0, end: 4 },
    { start: 4, end: 9 },
  ]);
  const segments = segmentBlocks(blocks, { gapTrs: 3 });
  assert.deepEqual(rows(trainingSegments(segments, [0])), [0, 1, 2, 3]);
  assert.deepEqual(rows(testSegments(segments, 1)), [4, 5, 6, 7, 8]);
});

test("segmentBlocks refuses edges that leave no core", () => {
  const blocks = contiguousBlocks({ nTrs: 12, nBlocks: 3 });
  assert.throws(() => segmentBlocks(blocks, { gapTrs: 2 }), {
    message:
      "segmentBlocks: invalid gapTrs: 2 beside block 1 of 4 TRs; expected edges shorter than the block. Use fewer blocks or a shorter gap.",
  });
});
